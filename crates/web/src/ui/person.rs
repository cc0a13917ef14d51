//! A person.

use maud::{Markup, html};

/// The person's name, with the page that tells about them, and a second line such as the phone number.
/// A person without a name is called by that second line alone. Names keep their own writing direction.
pub fn person(name: &str, href: Option<&str>, second: Markup) -> Markup {
    let nameless = name.trim().is_empty();
    let title = if nameless && !second.0.is_empty() {
        second.clone()
    } else if nameless {
        html! { "No name" }
    } else {
        html! { bdi { (name) } }
    };
    html! {
        span.person {
            @match href {
                Some(href) => a href=(href) { (title) },
                None => span { (title) },
            }
            @if !nameless && !second.0.is_empty() { span.second { (second) } }
        }
    }
}
