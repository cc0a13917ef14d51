//! The detail list: what is known about one thing.

use maud::{Markup, html};

/// Names and values; a value that is empty shows as a dash.
pub fn detail_list<'a>(rows: impl IntoIterator<Item = (&'a str, Markup)>) -> Markup {
    html! {
        dl.details {
            @for (label, value) in rows {
                div {
                    dt { (label) }
                    dd { @if value.0.is_empty() { span.none { "—" } } @else { (value) } }
                }
            }
        }
    }
}
