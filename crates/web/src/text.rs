//! What people write into fields.

use store::{Error, Result};

/// A text without the blanks around it, with one kind of line's end, and not too long: so many characters.
///
/// # Errors
/// The field.
pub fn text(field: &str, text: &str, longest: usize) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > longest || text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(Error::field(field, format!("at most {longest} characters, none of them a control character")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_and_not_too_long() {
        assert_eq!(text("note", "  Nine\r\nto six ", 11).unwrap(), "Nine\nto six");
        assert!(text("note", "äöü", 3).is_ok() && text("note", "äöü", 2).is_err() && text("note", "a\u{7}b", 9).is_err());
    }
}
