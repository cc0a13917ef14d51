//! An id that can be copied.

use super::Icon;
use maud::{Markup, html};
use std::fmt::Display;

/// How much of an id is shown before the ellipsis and after it.
const HEAD: usize = 8;
const TAIL: usize = 6;

/// The id, shortened in the middle where it is long, with a button that copies all of it.
pub fn id(id: impl Display) -> Markup {
    let whole = id.to_string();
    html! {
        span.id {
            code title=(whole) { (shorten(&whole)) }
            button.copy type="button" data-copy=(whole) data-js hidden aria-label={ "Copy " (whole) } { (Icon::Copy) }
        }
    }
}

/// Keeps the prefix and the end: the end of a UUIDv7 is what tells two ids of one minute apart.
fn shorten(whole: &str) -> String {
    let letters: Vec<char> = whole.chars().collect();
    if letters.len() <= HEAD + TAIL + 4 {
        return whole.to_owned();
    }
    let head: String = letters[..HEAD].iter().collect();
    let tail: String = letters[letters.len() - TAIL..].iter().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn long_ids_keep_both_ends() {
        assert_eq!(shorten("ord_01h2xcejqtf2nbrexx3vqjhp41"), "ord_01h2…qjhp41");
        assert_eq!(shorten("order_1042"), "order_1042");
        assert_eq!(shorten("नमस्ते"), "नमस्ते");
    }
}
