//! Tabs: several views of one thing, each with its own address.

use maud::{Markup, html};

/// Words and address of each view; `current` is the address of the one shown.
pub fn tabs(label: &str, all: &[(&str, &str)], current: &str) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for (words, href) in all {
                a href=(href) aria-current=[(*href == current).then_some("page")] { (words) }
            }
        }
    }
}
