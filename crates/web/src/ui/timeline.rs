//! The timeline: what happened, newest first.

use super::{Calendar, Meaning};
use facts::Time;
use maud::{Markup, Render, html};

/// One thing that happened.
pub struct Moment {
    /// When.
    pub at: Time,
    /// What it means; the mark beside it is drawn from this.
    pub meaning: Meaning,
    /// What happened, in the past tense, with links to what it touched.
    pub title: Markup,
    /// More about it, or nothing.
    pub note: Markup,
    /// Who or what did it, where that is known.
    pub by: Option<String>,
}

impl Moment {
    /// Something that happened, with nothing more to say about it.
    pub fn new(at: Time, meaning: Meaning, title: impl Render) -> Self {
        Self { at, meaning, title: title.render(), note: Markup::default(), by: None }
    }

    /// Adds a second line.
    pub fn note(mut self, note: impl Render) -> Self {
        self.note = note.render();
        self
    }

    /// Adds who did it.
    pub fn by(mut self, by: impl Into<String>) -> Self {
        self.by = Some(by.into());
        self
    }
}

/// The moments in the order given.
pub fn timeline(calendar: &Calendar, moments: &[Moment]) -> Markup {
    html! {
        ol.timeline {
            @for moment in moments {
                li class=(moment.meaning.class()) {
                    div.what { (moment.title) }
                    @if !moment.note.0.is_empty() { div.note { (moment.note) } }
                    p.when {
                        (calendar.time(moment.at))
                        @if let Some(by) = &moment.by { " · " bdi { (by) } }
                    }
                }
            }
        }
    }
}
