//! Code and payloads, as they are.

use super::Icon;
use maud::{Markup, html};

/// A block of code or a payload, with what it is and a button that copies it.
pub fn code_block(title: &str, code: &str) -> Markup {
    html! {
        figure.code {
            figcaption {
                (title)
                button.copy type="button" data-copy=(code) data-js hidden aria-label={ "Copy " (title) } { (Icon::Copy) }
            }
            pre tabindex="0" { code { (code) } }
        }
    }
}
