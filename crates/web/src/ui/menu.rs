//! A menu of further actions, behind one button.

use super::{Button, Icon, csrf};
use maud::{Markup, Render, html};

enum Entry {
    Link(String, String),
    Post(String, String, String),
    Opens(String, String),
}

/// A menu; it opens and closes without script.
pub struct Menu {
    id: String,
    label: String,
    entries: Vec<Entry>,
}

impl Menu {
    /// A menu with its own id on the page and the words on its button.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), entries: Vec::new() }
    }

    /// Goes somewhere.
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.entries.push(Entry::Link(label.into(), href.into()));
        self
    }

    /// Does something.
    pub fn post(mut self, label: impl Into<String>, action: impl Into<String>, token: impl Into<String>) -> Self {
        self.entries.push(Entry::Post(label.into(), action.into(), token.into()));
        self
    }

    /// Opens the dialog with that id, for what asks first.
    pub fn opens(mut self, label: impl Into<String>, dialog: impl Into<String>) -> Self {
        self.entries.push(Entry::Opens(label.into(), dialog.into()));
        self
    }
}

impl Render for Menu {
    fn render(&self) -> Markup {
        html! {
            (Button::quiet(&self.label).icon(Icon::More).pops(&self.id))
            div.menu id=(self.id) popover {
                ul { @for entry in &self.entries { li { @match entry {
                    Entry::Link(label, href) => a href=(href) { (label) },
                    Entry::Post(label, action, token) => form method="post" action=(action) { (csrf(token)) button { (label) } },
                    Entry::Opens(label, dialog) => button.danger type="button" commandfor=(dialog) command="show-modal" { (label) },
                } } } }
            }
        }
    }
}
