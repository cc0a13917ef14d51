//! A list.

use facts::{ListId, Time};
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;

/// The longest name, in characters.
const NAME: usize = 80;
/// The longest description, in characters.
const DESCRIPTION: usize = 500;

/// People who were put together by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactList)]
pub struct List {
    /// Its id.
    #[schema(value_type = String, example = "lst_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: ListId,
    /// What it is called. No other of the tenant's is called so, however it is written.
    #[schema(example = "Diwali gifts")]
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many are on it.
    pub contacts: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A list's name as it may be kept.
///
/// # Errors
/// `name` is empty or too long.
pub(super) fn name(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME || text.chars().any(char::is_control) {
        return Err(Error::field("name", format!("1 to {NAME} characters, on one line")));
    }
    Ok(text.to_owned())
}

/// A list's description as it may be kept.
///
/// # Errors
/// `description` is too long.
pub(super) fn description(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION || text.contains('\0') {
        return Err(Error::field("description", format!("at most {DESCRIPTION} characters")));
    }
    Ok(text.to_owned())
}

/// By what two names are the same.
pub(super) fn folded(name: &str) -> String {
    crate::rules::name_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_the_same_however_they_are_written() {
        assert_eq!(name("  Diwali  gifts ").unwrap(), "Diwali  gifts");
        assert_eq!(folded("Diwali  GIFTS"), folded("diwali gifts"));
        for wrong in ["", "   ", "a\nb", &"x".repeat(81)] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
        assert!(description(&"x".repeat(501)).is_err());
    }
}
