//! The head of a page: what it is, how it stands, and the one main action.

use super::Icon;
use maud::{Markup, Render, html};

/// A page's head; the [`shell`](super::shell) draws it from the page's title, lead and action.
pub struct Header<'a> {
    /// The way here: words and address of each page above, outermost first.
    pub crumbs: &'a [(&'a str, &'a str)],
    /// What the page is about.
    pub title: &'a str,
    /// How it stands, in one sentence.
    pub lead: &'a Markup,
    /// The main action, at the top right.
    pub action: &'a Markup,
}

impl Render for Header<'_> {
    fn render(&self) -> Markup {
        html! {
            header.page-head {
                div.page-title {
                    @if !self.crumbs.is_empty() {
                        nav.crumbs aria-label="Where you are" {
                            ol { @for (label, href) in self.crumbs { li { a href=(href) { (label) } (Icon::Next) } } }
                        }
                    }
                    h1 { bdi { (self.title) } }
                    @if !self.lead.0.is_empty() { p.lead { (self.lead) } }
                }
                @if !self.action.0.is_empty() { div.actions { (self.action) } }
            }
        }
    }
}
