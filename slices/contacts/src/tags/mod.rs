//! Tags: free marks on people, in small letters, and how many have each.

mod commands;
mod rows;

pub use commands::{give_tag, take_tag};
pub use rows::tags;

pub(crate) use commands::{TagContact, TagContacts, not_too_many};
pub(crate) use rows::{Counted, add, add_new, of_contact, of_contacts, remove_all, unite};

use store::{Error, Result};

/// The longest tag, in characters.
const LONGEST: usize = 50;
/// The most tags that one person has.
pub(crate) const MOST: usize = 100;

/// A tag as it is kept: in small letters, without spaces around.
///
/// # Errors
/// `tag` is empty or too long, or has a comma, which stands between tags.
pub fn tag(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(|letter| letter.is_control() || letter == ',' || letter == ';')
    {
        return Err(Error::field("tag", format!("1 to {LONGEST} characters without a comma, such as vip")));
    }
    Ok(text)
}

/// The tags of a text in which commas or semicolons stand between them, each once.
///
/// # Errors
/// As [`tag`], for the first that is none.
pub(crate) fn several(text: &str) -> Result<Vec<String>> {
    let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let mut all = parts.map(tag).collect::<Result<Vec<_>>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_in_small_letters_and_each_once() {
        assert_eq!(several(" VIP, gold ;vip,, ").unwrap(), ["gold", "vip"]);
        assert_eq!(several("").unwrap(), Vec::<String>::new());
        for wrong in ["", " ", "a,b", "a\nb", &"x".repeat(51)] {
            assert!(tag(wrong).is_err(), "{wrong:?}");
        }
    }
}
