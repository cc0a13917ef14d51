//! The empty state: what to do first.

use super::Button;
use maud::{Markup, Render, html};

/// What stands where nothing is yet.
pub struct Empty {
    title: String,
    text: String,
    action: Option<(String, String)>,
}

impl Empty {
    /// What is missing, and what will be here or what to do first.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), action: None }
    }

    /// The button that does it.
    pub fn action(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.action = Some((label.into(), href.into()));
        self
    }
}

impl Render for Empty {
    fn render(&self) -> Markup {
        html! {
            div.empty {
                p.empty-title { (self.title) }
                p { (self.text) }
                @if let Some((label, href)) = &self.action { (Button::quiet(label).href(href)) }
            }
        }
    }
}
