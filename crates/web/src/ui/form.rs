//! What every form carries.

use maud::{Markup, Render, html};

/// The hidden field that proves a form came from our own page; the server looks for `csrf`.
pub fn csrf(token: &str) -> Markup {
    hidden("csrf", token)
}

/// A value that travels with the form unseen.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Fields beside one another, as many as the width has room for.
pub fn beside(fields: impl IntoIterator<Item = super::Field>) -> Markup {
    html! { div.beside { @for field in fields { (field) } } }
}

/// The row of buttons that ends a form, or stands at the top right of a page.
pub fn actions(buttons: impl Render) -> Markup {
    html! { div.actions { (buttons) } }
}
