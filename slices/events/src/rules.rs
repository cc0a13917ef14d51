//! What events may be called, and what may be said of them.

use serde_json::{Map, Value};
use store::{Error, Result};

/// The longest name, in bytes.
const LONGEST: usize = 60;

/// Whether an event may be called so: a small letter, then small letters, digits, `_`, `-` and dots.
///
/// # Errors
/// `name` is not so.
pub fn name(name: &str) -> Result<()> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.');
    if name.len() <= LONGEST && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(fits) {
        return Ok(());
    }
    Err(Error::field("name", format!("a small letter, then small letters, digits, _, - and dots, {LONGEST} at most, such as service_due")))
}

/// Whether this may be said of an event: as much as may be known of a person.
///
/// # Errors
/// `data` is more than is kept, or has something inside something else.
pub(crate) fn data(data: &Map<String, Value>) -> Result<()> {
    contacts::check_attributes(data).map_err(|error| match error.fields().first() {
        Some(field) => Error::field("data", field.message.clone()),
        None => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_plain() {
        for fits in ["a", "service_due", "order.returned", "x-1", &"a".repeat(60)] {
            assert!(name(fits).is_ok(), "{fits}");
        }
        for wrong in ["", "Service", "1st", "_x", "a b", "a:b", "é", &"a".repeat(61)] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_said_is_flat() {
        let said = |value: Value| data(value.as_object().unwrap());
        assert!(said(json!({})).is_ok() && said(json!({"machine": "RO filter", "price": 12.5, "paid": true, "note": null})).is_ok());
        assert_eq!(said(json!({"inner": {}})).unwrap_err().fields()[0].field, "data");
    }
}
