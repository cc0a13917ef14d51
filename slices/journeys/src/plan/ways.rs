//! Where each step leads.

use super::{LEAVE, Plan, Step, What};

/// A way out of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit<'p> {
    /// What is said beside it, where a step has several.
    pub label: Option<&'static str>,
    /// The name of the step that it leads to, as it is written.
    pub to: Option<&'p str>,
}

impl Step {
    /// The ways out of it; none where it ends the journey.
    pub fn exits(&self) -> Vec<Exit<'_>> {
        match &self.what {
            What::Send { next, .. }
            | What::Wait { next, .. }
            | What::Digest { next, .. }
            | What::Throttle { next, .. }
            | What::Update { next, .. }
            | What::Tag { next, .. }
            | What::List { next, .. }
            | What::Call { next, .. } => vec![Exit { label: None, to: next.as_deref() }],
            What::WaitFor { then, otherwise, .. } => {
                vec![Exit { label: Some("done in time"), to: then.as_deref() }, Exit { label: Some("not done"), to: otherwise.as_deref() }]
            }
            What::Branch { then, otherwise, .. } => {
                vec![Exit { label: Some("fits"), to: then.as_deref() }, Exit { label: Some("does not"), to: otherwise.as_deref() }]
            }
            What::Split { parts, .. } => parts.iter().map(|part| Exit { label: None, to: part.next.as_deref() }).collect(),
            What::Leave { .. } => Vec::new(),
        }
    }
}

impl Plan {
    /// Where a way out of the step at a place leads; out of the journey where it is nothing.
    pub fn leads(&self, at: usize, to: Option<&str>) -> Option<usize> {
        match to {
            Some(LEAVE) => None,
            Some(id) => self.place(id),
            None => Some(at + 1).filter(|next| *next < self.steps.len()),
        }
    }
}
