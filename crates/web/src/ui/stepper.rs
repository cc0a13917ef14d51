//! The stepper: how far along something is that goes in steps.

use super::Icon;
use maud::{Markup, html};

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Behind us.
    Done,
    /// Where we are.
    Current,
    /// Still to come.
    Ahead,
    /// It went wrong here.
    Failed,
}

/// The steps in order, each with where it stands.
pub fn stepper(steps: &[(&str, Step)]) -> Markup {
    html! {
        ol.stepper {
            @for (label, step) in steps {
                @let (class, said) = match step {
                    Step::Done => ("done", "done"),
                    Step::Current => ("current", "now"),
                    Step::Ahead => ("ahead", "to come"),
                    Step::Failed => ("failed", "failed"),
                };
                li class=(class) aria-current=[(*step == Step::Current).then_some("step")] {
                    span.dot aria-hidden="true" {
                        @match step {
                            Step::Done => (Icon::Check),
                            Step::Failed => (Icon::Close),
                            _ => "",
                        }
                    }
                    (label) span.unseen { ", " (said) }
                }
            }
        }
    }
}
