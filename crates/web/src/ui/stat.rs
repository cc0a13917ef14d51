//! A number with what to compare it to.

use super::{Icon, Meaning, sparkline};
use maud::{Markup, Render, html};

/// A number that matters, how it moved, and the rows behind it.
pub struct Stat {
    label: String,
    value: Markup,
    trend: Option<Trend>,
    note: Option<String>,
    href: Option<String>,
    points: Vec<i64>,
    less_is_better: bool,
}

struct Trend {
    now: i64,
    before: i64,
    than: String,
}

impl Stat {
    /// What is counted, and how much of it there is.
    pub fn new(label: impl Into<String>, value: impl Render) -> Self {
        Self { label: label.into(), value: value.render(), trend: None, note: None, href: None, points: Vec::new(), less_is_better: false }
    }

    /// Compares the number now with one before, in any one unit: `than` says which, such as "last Friday".
    pub fn against(mut self, now: i64, before: i64, than: impl Into<String>) -> Self {
        self.trend = Some(Trend { now, before, than: than.into() });
        self
    }

    /// A rise is bad, as for refunds or waiting times.
    pub fn less_is_better(mut self) -> Self {
        self.less_is_better = true;
        self
    }

    /// A sentence in place of a comparison.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The rows behind the number.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// The way it took, oldest first, drawn small.
    pub fn points(mut self, points: impl IntoIterator<Item = i64>) -> Self {
        self.points = points.into_iter().collect();
        self
    }

    fn moved(&self, trend: &Trend) -> Markup {
        let rise = trend.now > trend.before;
        let meaning = match (trend.now == trend.before, rise == self.less_is_better) {
            (true, _) => Meaning::Neutral,
            (_, true) => Meaning::Bad,
            (_, false) => Meaning::Good,
        };
        html! {
            span class={ "trend " (meaning.class()) } {
                @if trend.now != trend.before { (if rise { Icon::Up } else { Icon::Down }) }
                (change(trend.now, trend.before))
            }
            " " (trend.than)
        }
    }
}

impl Render for Stat {
    fn render(&self) -> Markup {
        html! {
            div.stat {
                dt { @match &self.href {
                    Some(href) => a href=(href) { (self.label) },
                    None => (self.label),
                } }
                dd {
                    div.stat-value.long[letters(&self.value) > 12] { (self.value) }
                    @if let Some(trend) = &self.trend { p.compare { (self.moved(trend)) } }
                    @if let Some(note) = &self.note { p.compare { (note) } }
                    @if self.points.len() > 1 { (sparkline(&self.points)) }
                }
            }
        }
    }
}

/// The numbers of a page, in a row.
pub fn stats(all: impl IntoIterator<Item = Stat>) -> Markup {
    html! { dl.stats { @for stat in all { (stat) } } }
}

/// How many letters are read, so that a large amount is set smaller rather than cut.
fn letters(value: &Markup) -> usize {
    let mut inside_tag = false;
    let read = value.0.chars().filter(|letter| {
        let was_inside = inside_tag;
        inside_tag = *letter == '<' || (inside_tag && *letter != '>');
        !inside_tag && !was_inside
    });
    read.count()
}

/// The change as people say it: `12 % above`, `the same as`, and plain words where there was nothing to compare with.
fn change(now: i64, before: i64) -> String {
    if now == before {
        return "the same as".to_owned();
    }
    let side = if now > before { "above" } else { "below" };
    let difference = i128::from(now) - i128::from(before);
    let base = i128::from(before).abs();
    if base == 0 {
        return format!("{side} none");
    }
    match (difference.abs() * 1_000 + base / 2) / base {
        tenths @ 0..100 => format!("{}.{} % {side}", tenths / 10, tenths % 10),
        tenths @ 100..10_000 => format!("{} % {side}", (tenths + 5) / 10),
        tenths => format!("{} times {side}", tenths / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_not_read() {
        assert_eq!(letters(&html! { data value="4820000" { "₹48,200" } " today" }), 13);
    }

    #[test]
    fn as_people_say_it() {
        for (now, before, words) in [
            (112, 100, "12 % above"),
            (1_004, 1_000, "0.4 % above"),
            (75, 100, "25 % below"),
            (5, 5, "the same as"),
            (5, 0, "above none"),
            (5_000, 100, "49 times above"),
        ] {
            assert_eq!(change(now, before), words, "{now} against {before}");
        }
    }
}
