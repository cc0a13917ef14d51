//! Who brought a buyer: a code that comes with the order, typed by a program or kept by the browser since a link was followed.

use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;
use store::{Error, Result};

/// The cookie in which a buyer's browser keeps the code.
pub const COOKIE: &str = "origin_ref";

/// The longest code.
const LONGEST: usize = 40;

/// A code as it is kept, in small letters; nothing where nothing was said.
///
/// # Errors
/// The field.
pub fn checked(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if !fits(text) {
        return Err(Error::field("referral_code", "2 to 40 letters, digits, hyphens and underscores"));
    }
    Ok(Some(text.to_ascii_lowercase()))
}

fn fits(text: &str) -> bool {
    (2..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The code that a buyer's browser brings along; one that cannot be one is none, for nobody typed it.
pub struct Brought(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Brought {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        Ok(Self(identity::cookie_value(&parts.headers, COOKIE).filter(|code| fits(code)).map(str::to_owned)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_they_are_kept() {
        assert_eq!(checked(" Asha-7K2M ").unwrap().as_deref(), Some("asha-7k2m"));
        assert_eq!(checked("  ").unwrap(), None);
        for wrong in ["a", "two words", "é1", &"a".repeat(41)] {
            assert_eq!(checked(wrong).unwrap_err().fields()[0].field, "referral_code", "{wrong}");
        }
    }
}
