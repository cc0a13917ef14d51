//! What stands where something is still being fetched, in the size it will have.

use maud::{Markup, html};

/// So many lines of text to come.
pub fn skeleton_text(lines: usize) -> Markup {
    html! {
        div.skeleton role="status" aria-label="Loading" { @for _ in 0..lines { span {} } }
    }
}

/// So many rows of a table to come.
pub fn skeleton_rows(rows: usize) -> Markup {
    html! {
        div.skeleton.rows role="status" aria-label="Loading" { @for _ in 0..rows { span {} } }
    }
}
