//! A notice inside the page: what happened, and what to do.

use super::{Icon, Meaning};
use maud::{Markup, Render, html};

/// A notice. A bad one is announced at once to screen readers.
pub struct Alert {
    meaning: Meaning,
    title: String,
    body: Markup,
    action: Markup,
}

impl Alert {
    /// What happened or stands, in one sentence.
    pub fn new(meaning: Meaning, title: impl Into<String>) -> Self {
        Self { meaning, title: title.into(), body: Markup::default(), action: Markup::default() }
    }

    /// More about it.
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = body.render();
        self
    }

    /// The button or link that deals with it.
    pub fn action(mut self, action: impl Render) -> Self {
        self.action = action.render();
        self
    }
}

impl Render for Alert {
    fn render(&self) -> Markup {
        let icon = match self.meaning {
            Meaning::Good => Icon::Check,
            Meaning::Attention | Meaning::Bad => Icon::Warning,
            Meaning::Neutral | Meaning::Information => Icon::Info,
        };
        let role = (self.meaning == Meaning::Bad).then_some("alert");
        html! {
            div class={ "alert " (self.meaning.class()) } role=[role] {
                (icon)
                div.alert-text {
                    p.alert-title { (self.title) }
                    @if !self.body.0.is_empty() { div { (self.body) } }
                }
                @if !self.action.0.is_empty() { div.actions { (self.action) } }
            }
        }
    }
}
