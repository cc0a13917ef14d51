//! A part of a page under its own heading.

use maud::{Markup, Render, html};

/// A part of a page: its heading, what stands to the right of it (a link, a button, or `""`), its content.
pub fn section(title: &str, aside: impl Render, body: impl Render) -> Markup {
    let aside = aside.render();
    html! {
        section.section {
            header.section-head {
                h2 { (title) }
                @if !aside.0.is_empty() { div.actions { (aside) } }
            }
            (body)
        }
    }
}
