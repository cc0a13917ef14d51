//! A way with forks, drawn from top to bottom: boxes, what leads from one to another, and how many are in each.

use maud::{Markup, Render, html};

/// A box, its left edge and its size; and from the top of one to that of the next.
const BOX: (usize, usize, usize) = (24, 300, 50);
const PITCH: usize = 82;
/// Where the lines stand that lead past boxes, and how far from each other.
const LANE: (usize, usize) = (336, 12);
/// How many letters fit a box.
const LETTERS: usize = 40;

/// A step of the way.
pub struct FlowStep {
    /// What it is called.
    pub title: String,
    /// What it does, in a few words.
    pub says: String,
    /// How many are there now.
    pub here: i64,
    /// The ways out of it: what is said beside each, and the step that it leads to; out of all of it where there is none.
    pub exits: Vec<(Option<&'static str>, Option<usize>)>,
}

/// A way with forks. Each step leads to later ones alone.
pub struct Flow {
    /// What the drawing shows, in a sentence, for whoever does not see it.
    pub sentence: String,
    /// The steps, in their order.
    pub steps: Vec<FlowStep>,
}

/// The first letters of a text that fit.
fn short(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}

fn top(at: usize) -> usize {
    at * PITCH + 8
}

/// A line past other boxes, on the lane of its own.
fn past(from: usize, to: usize, lane: usize) -> String {
    let (left, width, height) = BOX;
    let (right, x) = (left + width, LANE.0 + (lane % 6) * LANE.1);
    let (start, end) = (top(from) + height / 2, top(to) + height / 2);
    format!("M{right} {start}H{x}V{end}H{}m6 -4l-6 4l6 4", right + 2)
}

/// A line to the box below.
fn down(from: usize) -> String {
    let x = BOX.0 + BOX.1 / 2;
    format!("M{x} {}V{}m-4 -6l4 6l4 -6", top(from) + BOX.2, top(from + 1) - 2)
}

/// A line that leads out.
fn out(from: usize) -> String {
    let y = top(from) + BOX.2 / 2;
    format!("M{} {y}H6m6 -4l-6 4l6 4", BOX.0)
}

impl Flow {
    fn lines(&self) -> Markup {
        let mut lane = 0;
        html! {
            @for (at, step) in self.steps.iter().enumerate() {
                @for (_, to) in &step.exits {
                    @match to {
                        Some(to) if *to == at + 1 => { path d=(down(at)) {} }
                        Some(to) => { path d=(past(at, *to, { lane += 1; lane - 1 })) {} }
                        None => { path d=(out(at)) {} }
                    }
                }
            }
        }
    }
}

/// What is said beside the way down, and beside the ways past others.
fn labels(at: usize, step: &FlowStep) -> Markup {
    let below = step.exits.iter().find(|(_, to)| *to == Some(at + 1)).and_then(|(label, _)| *label);
    let aside = step.exits.iter().find(|(_, to)| to.is_some_and(|to| to != at + 1)).and_then(|(label, _)| *label);
    html! {
        @if let Some(label) = below { text.muted x=(BOX.0 + BOX.1 / 2 + 8) y=(top(at) + BOX.2 + 20) { (label) } }
        @if let Some(label) = aside { text.muted x=(BOX.0 + BOX.1 / 2 + 60) y=(top(at) + BOX.2 + 20) { (label) " →" } }
    }
}

impl Render for Flow {
    fn render(&self) -> Markup {
        let height = top(self.steps.len());
        html! {
            svg.flow viewBox=(format!("0 0 420 {height}")) role="img" aria-label=(self.sentence) {
                (self.lines())
                @for (at, step) in self.steps.iter().enumerate() {
                    g.here[step.here > 0] {
                        rect x=(BOX.0) y=(top(at)) width=(BOX.1) height=(BOX.2) rx="8" {}
                        text x=(BOX.0 + 12) y=(top(at) + 21) { (short(&step.title)) }
                        text.muted x=(BOX.0 + 12) y=(top(at) + 39) { (short(&step.says)) }
                        @if step.here > 0 {
                            text.count x=(BOX.0 + BOX.1 - 12) y=(top(at) + 21) text-anchor="end" { (super::count(step.here.unsigned_abs())) }
                        }
                    }
                    (labels(at, step))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_drawn_once() {
        let step = |title: &str, exits| FlowStep { title: title.to_owned(), says: String::new(), here: 0, exits };
        let flow = Flow {
            sentence: "Two ways".to_owned(),
            steps: vec![
                step("Ask", vec![(Some("yes"), Some(2)), (Some("no"), Some(1))]),
                step("Wait", vec![(None, Some(2))]),
                step(&"x".repeat(60), vec![(None, None)]),
            ],
        };
        let drawn = flow.render().into_string();
        assert_eq!((drawn.matches("<path").count(), drawn.matches("<rect").count()), (4, 3));
        assert!(drawn.contains("yes →") && drawn.contains(">no<") && drawn.contains("xxx…"));
    }
}
