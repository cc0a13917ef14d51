//! A word on what has just been done, with the way back.

use super::{Button, Icon, Meaning, csrf};
use maud::{Markup, Render, html};

/// Says what has just been done.
pub struct Toast {
    meaning: Meaning,
    text: String,
    undo: Option<(String, String)>,
}

impl Toast {
    /// What was done, such as "Order archived".
    pub fn new(meaning: Meaning, text: impl Into<String>) -> Self {
        Self { meaning, text: text.into(), undo: None }
    }

    /// Where to post to take it back.
    pub fn undo(mut self, action: impl Into<String>, token: impl Into<String>) -> Self {
        self.undo = Some((action.into(), token.into()));
        self
    }
}

impl Render for Toast {
    fn render(&self) -> Markup {
        let icon = if self.meaning == Meaning::Good { Icon::Check } else { Icon::Info };
        html! {
            div class={ "toast " (self.meaning.class()) } role="status" {
                (icon)
                p { (self.text) }
                @if let Some((action, token)) = &self.undo {
                    form method="post" action=(action) { (csrf(token)) (Button::bare("Undo")) }
                }
                button.close type="button" data-close data-js hidden aria-label="Dismiss" { (Icon::Close) }
            }
        }
    }
}
