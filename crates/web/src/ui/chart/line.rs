//! Lines over time.

use super::scale::Scale;
use super::{Unit, frame};
use maud::{Markup, Render, html};

/// The height of the drawing, in pixels.
const HEIGHT: f64 = 200.0;
/// How many words the time axis carries at most.
const WORDS: usize = 6;
/// How near two labels at the end of their lines may come, in pixels.
const NEAR: f64 = 16.0;

/// One line: a value for each point in time, `None` where there is none, which shows as a gap.
pub struct Series {
    /// What it is, in a word or two.
    pub name: String,
    /// Its values, in the order of the chart's times.
    pub points: Vec<Option<i64>>,
}

/// Up to three lines over the same times.
pub struct LineChart {
    /// What the chart shows, as a sentence with the finding in it.
    pub sentence: String,
    /// What one point is, such as "Day".
    pub each: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// The times, as words.
    pub times: Vec<String>,
    /// The lines; the first is the one that matters.
    pub series: Vec<Series>,
}

impl LineChart {
    fn scale(&self) -> Scale {
        let values = self.series.iter().flat_map(|series| series.points.iter().flatten().copied());
        let unit = match self.unit {
            Unit::Money(currency) => 10i64.pow(currency.exponent()),
            Unit::Count => 1,
            Unit::BasisPoints => 100,
        };
        Scale::over(values.collect::<Vec<_>>(), unit)
    }

    /// How far along a point lies, in percent.
    fn along(&self, at: usize) -> f64 {
        at as f64 * 100.0 / self.times.len().saturating_sub(1).max(1) as f64
    }

    fn drawing(&self) -> Markup {
        let scale = self.scale();
        let several = self.series.len() > 1;
        html! {
            @if several {
                ul.key { @for (place, series) in self.series.iter().enumerate() {
                    li { svg class={ "s" (place) } viewBox="0 0 16 8" aria-hidden="true" { line x1="0" x2="16" y1="4" y2="4" {} } (series.name) }
                } }
            }
            div.plot.several[several] aria-hidden="true" {
                svg.axis { @for tick in scale.ticks() {
                    text x="100%" y=(px(&scale, tick)) dy=".32em" { (self.unit.short(tick)) }
                } }
                svg.lines {
                    @for tick in scale.ticks() {
                        line.zero[tick == 0].grid[tick != 0] x1="0" x2="100%" y1=(px(&scale, tick)) y2=(px(&scale, tick)) {}
                    }
                    svg viewBox={ "0 0 1000 " (HEIGHT) } preserveAspectRatio="none" {
                        @for (place, series) in self.series.iter().enumerate().rev() {
                            path class={ "s" (place) } d=(self.path(series, &scale)) {}
                        }
                    }
                    @for at in 0..self.times.len() { (self.point(at, &scale)) }
                    (self.times_axis())
                }
                @if several { svg.ends { (self.ends(&scale)) } }
            }
        }
    }

    /// A line that lifts its pen at every gap.
    fn path(&self, series: &Series, scale: &Scale) -> String {
        let mut path = String::new();
        let mut down = false;
        for (at, point) in series.points.iter().enumerate() {
            if let Some(value) = point {
                let pen = if down { 'L' } else { 'M' };
                path.push_str(&format!("{pen}{:.1} {}", self.along(at) * 10.0, px(scale, *value)));
            }
            down = point.is_some();
        }
        path
    }

    /// One moment: what is shown when the pointer is over it, and a dot where a value stands alone.
    fn point(&self, at: usize, scale: &Scale) -> Markup {
        let x = format!("{:.2}%", self.along(at));
        let width = self.along(1);
        let values = || self.series.iter().enumerate().filter_map(move |(place, s)| Some((place, s, (*s.points.get(at)?)?)));
        let said: Vec<String> = values()
            .map(|(_, series, value)| match self.series.len() {
                1 => self.unit.exact(value),
                _ => format!("{} {}", series.name, self.unit.exact(value)),
            })
            .collect();
        html! {
            g.point {
                rect x={ (format!("{:.2}", self.along(at) - width / 2.0)) "%" } width={ (format!("{width:.2}")) "%" } height=(HEIGHT) {}
                line x1=(x) x2=(x) y1="0" y2=(HEIGHT) {}
                @for (place, series, value) in values() {
                    circle class={ "s" (place) @if alone(&series.points, at) { " alone" } } cx=(x) cy=(px(scale, value)) r="3.5" {}
                }
                text x="100%" y="-10" { (self.times[at]) " · " @if said.is_empty() { "no data" } @else { (said.join(" · ")) } }
            }
        }
    }

    fn times_axis(&self) -> Markup {
        let every = self.times.len().div_ceil(WORDS).max(1);
        let last = self.times.len().saturating_sub(1);
        html! {
            @for (at, time) in self.times.iter().enumerate().filter(|(at, _)| at % every == 0) {
                @let place = if at == 0 { "first" } else if at == last { "last" } else { "" };
                text class={ "time " (place) @if (at / every) % 2 == 1 { " wide" } } x={ (format!("{:.2}", self.along(at))) "%" } y=(HEIGHT + 20.0) { (time) }
            }
        }
    }

    /// The names at the ends of their lines, moved apart where they would touch.
    fn ends(&self, scale: &Scale) -> Markup {
        let mut ends: Vec<(usize, f64)> = self
            .series
            .iter()
            .enumerate()
            .filter_map(|(place, s)| Some((place, height(scale, s.points.iter().flatten().next_back().copied()?))))
            .collect();
        ends.sort_by(|a, b| a.1.total_cmp(&b.1));
        for at in 1..ends.len() {
            ends[at].1 = ends[at].1.max(ends[at - 1].1 + NEAR);
        }
        html! {
            @for (place, y) in ends {
                text class={ "s" (place) } x="8" y=(format!("{y:.1}")) dy=".32em" { (self.series[place].name) }
            }
        }
    }

    fn numbers(&self) -> Markup {
        html! {
            thead { tr { th scope="col" { (self.each) } @for series in &self.series { th.num scope="col" { (series.name) } } } }
            tbody { @for (at, time) in self.times.iter().enumerate() { tr {
                th scope="row" { (time) }
                @for series in &self.series {
                    td.num { @match series.points.get(at).copied().flatten() {
                        Some(value) => (self.unit.exact(value)),
                        None => "—",
                    } }
                }
            } } }
        }
    }
}

impl Render for LineChart {
    fn render(&self) -> Markup {
        frame(&self.sentence, self.drawing(), self.numbers())
    }
}

fn height(scale: &Scale, value: i64) -> f64 {
    HEIGHT - scale.share(value) * HEIGHT
}

fn px(scale: &Scale, value: i64) -> String {
    format!("{:.1}", height(scale, value))
}

/// A value between two gaps would be a line without length.
fn alone(points: &[Option<i64>], at: usize) -> bool {
    let missing = |at: Option<usize>| at.and_then(|at| points.get(at)).is_none_or(Option::is_none);
    missing(at.checked_sub(1)) && missing(Some(at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen() {
        let chart = LineChart {
            sentence: String::new(),
            each: "Day",
            unit: Unit::Count,
            times: ["a", "b", "c", "d", "e"].map(String::from).to_vec(),
            series: vec![Series { name: "n".into(), points: vec![Some(0), Some(4), None, Some(2), None] }],
        };
        let path = chart.path(&chart.series[0], &chart.scale());
        assert_eq!(path, "M0.0 200.0L250.0 0.0M750.0 100.0");
        assert!(alone(&chart.series[0].points, 3) && !alone(&chart.series[0].points, 1));
    }
}
