//! How addresses are written, and what a person may be called: no database, no clock.

mod region;

pub(crate) use region::{locale, time_zone};

use phonenumber::{Mode, country};
use serde_json::{Map, Value};
use store::{Error, Result};

/// The longest name, in characters.
const NAME: usize = 120;
/// The longest e-mail address that SMTP carries (RFC 5321), in bytes.
const EMAIL: usize = 254;
/// The longest part before the @ (RFC 5321), in bytes.
const LOCAL: usize = 64;
/// How many attributes a person may have, and how long all of them together may be, in bytes of JSON.
const ATTRIBUTES: usize = 50;
const ATTRIBUTES_BYTES: usize = 16_384;

/// A phone number as E.164, such as `+919876543210`; one without a country is taken for Indian.
///
/// # Errors
/// `phone` is no number that can be called.
pub fn phone(text: &str) -> Result<String> {
    let wrong = || Error::field("phone", "a phone number such as +91 98765 43210");
    let text = text.trim();
    if let Some(mobile) = indian_mobile(text) {
        return Ok(format!("+91{mobile}"));
    }
    if text.len() > 40 {
        return Err(wrong());
    }
    let number = phonenumber::parse(Some(country::IN), text).map_err(|_| wrong())?;
    if number.extension().is_some() || !(number.is_valid() || plausible(&number)) {
        return Err(wrong());
    }
    Ok(number.format().mode(Mode::E164).to_string())
}

/// The ten digits of an Indian mobile number in its usual writings. A library that knows every country's plan takes long to say the
/// same, and a file has a million of them.
fn indian_mobile(text: &str) -> Option<&str> {
    let national = text.strip_prefix("+91").map_or(text, |rest| rest.strip_prefix([' ', '-']).unwrap_or(rest));
    let is_mobile =
        national.len() == 10 && national.starts_with(['6', '7', '8', '9']) && national.bytes().all(|byte| byte.is_ascii_digit());
    is_mobile.then_some(national)
}

/// Numbering plans gain ranges faster than libraries learn of them, so a number of the right length passes. Indian
/// ones have ten digits, mobile ones begin with 6 to 9.
fn plausible(number: &phonenumber::PhoneNumber) -> bool {
    let national = number.national().to_string();
    let code = number.code().value();
    if code == 91 {
        return national.len() == 10 && national.starts_with(['6', '7', '8', '9']);
    }
    let digits = code.to_string().len() + national.len();
    national.len() >= 6 && (9..=15).contains(&digits)
}

/// An e-mail address in lower case. Nobody who runs mail today tells addresses apart by case, and people type both.
///
/// # Errors
/// `email` is no address that mail can be sent to.
pub fn email(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let fits = text.len() <= EMAIL && text.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if fits { Ok(text) } else { Err(Error::field("email", "an e-mail address such as asha@example.com")) }
}

fn is_local(local: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    local.len() <= LOCAL && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(sign))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let ends = [label.bytes().next(), label.bytes().last()];
        label.len() <= 63
            && ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()))
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

/// A name without the spaces around it; `None` when nothing is left.
///
/// # Errors
/// `name` is too long, or holds characters that cannot be shown.
pub(crate) fn name(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > NAME || text.chars().any(char::is_control) {
        return Err(Error::field("name", format!("at most {NAME} characters, on one line")));
    }
    Ok(Some(text.to_owned()))
}

/// By what two names are the same, however they are written.
pub(crate) fn name_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether these attributes may be kept.
///
/// # Errors
/// `attributes` are too many or too long, or one of them is no plain value.
pub(crate) fn attributes(attributes: &Map<String, Value>) -> Result<()> {
    if attributes.len() > ATTRIBUTES {
        return Err(Error::field("attributes", format!("at most {ATTRIBUTES} of them")));
    }
    if let Some((name, _)) =
        attributes.iter().find(|(name, value)| name.is_empty() || name.len() > 64 || value.is_object() || value.is_array())
    {
        return Err(Error::field("attributes", format!("{name:?}: a name of 1 to 64 bytes and a text, number or truth value")));
    }
    // PostgreSQL keeps no NUL in a text.
    let text = Value::Object(attributes.clone()).to_string();
    if text.len() > ATTRIBUTES_BYTES || text.contains("\\u0000") {
        return Err(Error::field("attributes", format!("at most {ATTRIBUTES_BYTES} bytes of JSON, without NUL characters")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn phones_become_e164() {
        let table = [
            ("9876543210", Some("+919876543210")),
            (" +91 98765-43210 ", Some("+919876543210")),
            ("098765 43210", Some("+919876543210")),
            ("0091 98765 43210", Some("+919876543210")),
            ("+44 20 7946 0958", Some("+442079460958")),
            ("+1 (212) 555-0123", Some("+12125550123")),
            ("", None),
            ("12345", None),
            ("+91123", None),
            ("+91 11111 11111", None),
            ("call me", None),
            ("+9198765432101234567", None),
            ("9876543210 ext 5", None),
            ("+91 9876543210", Some("+919876543210")),
            ("٩٨٧٦٥", None),
        ];
        for (text, expected) in table {
            assert_eq!(phone(text).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn emails_become_lower_case() {
        let table = [
            (" Asha@Example.COM ", Some("asha@example.com")),
            ("a.b+c@mail.example.co.in", Some("a.b+c@mail.example.co.in")),
            ("asha", None),
            ("asha@", None),
            ("@example.com", None),
            ("asha@localhost", None),
            ("a b@example.com", None),
            ("asha@-example.com", None),
            ("asha@example..com", None),
            ("a..b@example.com", None),
            ("asha@example.com\r\nBcc: all@example.com", None),
            ("a@b@example.com", None),
        ];
        for (text, expected) in table {
            assert_eq!(email(text).ok().as_deref(), expected, "{text}");
        }
        assert!(email(&format!("{}@example.com", "a".repeat(65))).is_err());
    }

    #[test]
    fn names_and_attributes_are_bounded() {
        assert_eq!(name(Some("  Asha  ")).unwrap().as_deref(), Some("Asha"));
        assert_eq!(name(Some("   ")).unwrap(), None);
        assert!(name(Some("a\u{0}b")).is_err());
        assert!(name(Some(&"a".repeat(121))).is_err());
        let object = |value: Value| value.as_object().cloned().unwrap();
        assert!(attributes(&object(json!({"city": "Pune", "vip": true}))).is_ok());
        assert!(attributes(&object(json!({"nested": {"a": 1}}))).is_err());
        assert!(attributes(&object(json!({"nul": "a\u{0}b"}))).is_err());
        assert!(attributes(&object(json!({"long": "a".repeat(20_000)}))).is_err());
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_says_what_the_library_says(text in "(\\+91)?[ -]?[5-9][0-9]{8,10}") {
            // Ten digits that begin with 91 it may take for the country's code and too short a number.
            if let Some(mobile) = indian_mobile(&text).filter(|mobile| text.starts_with('+') || !mobile.starts_with("91")) {
                let number = phonenumber::parse(Some(country::IN), &text).unwrap();
                proptest::prop_assert!(plausible(&number));
                proptest::prop_assert_eq!(number.format().mode(Mode::E164).to_string(), format!("+91{mobile}"));
            }
        }

        #[test]
        fn an_accepted_address_is_accepted_again_as_it_is(text in "\\PC{0,40}") {
            if let Ok(number) = phone(&text) {
                proptest::prop_assert_eq!(phone(&number).unwrap(), number);
            }
            if let Ok(address) = email(&text) {
                proptest::prop_assert_eq!(email(&address).unwrap(), address);
            }
        }
    }
}
