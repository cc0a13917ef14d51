//! How languages and time zones are written.

use store::{Error, Result};

/// A language as BCP 47 writes it: `hi`, `en-IN`, `zh-Hant-TW`. Its parts are written as the standard asks for, whatever was typed.
///
/// # Errors
/// `locale` is no language tag.
pub(crate) fn locale(text: &str) -> Result<String> {
    let wrong = || Error::field("locale", "a language such as hi, en-IN or zh-Hant-TW");
    let text = text.trim().replace('_', "-");
    let mut parts = text.split('-');
    let language = parts.next().filter(|part| (2..=3).contains(&part.len()) && is_letters(part)).ok_or_else(wrong)?;
    let mut tag = language.to_ascii_lowercase();
    let mut rest = parts.peekable();
    if let Some(script) = rest.next_if(|part| part.len() == 4 && is_letters(part)) {
        let (first, others) = script.split_at(1);
        tag.extend(["-", &first.to_ascii_uppercase(), &others.to_ascii_lowercase()]);
    }
    let is_region = |part: &&str| part.len() == 2 && is_letters(part) || part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(region) = rest.next_if(is_region) {
        tag.extend(["-", &region.to_ascii_uppercase()]);
    }
    if rest.next().is_some() { Err(wrong()) } else { Ok(tag) }
}

fn is_letters(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A time zone by its IANA name, as the database of zones writes it.
///
/// # Errors
/// `time_zone` is none.
pub(crate) fn time_zone(text: &str) -> Result<String> {
    let found = jiff::tz::TimeZone::get(text.trim()).ok();
    let name = found.as_ref().and_then(|zone| zone.iana_name()).filter(|name| name.len() <= 64);
    name.map(str::to_owned).ok_or_else(|| Error::field("time_zone", "a time zone such as Asia/Kolkata"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_and_zones_are_those_that_there_are() {
        let table = [
            ("hi", Some("hi")),
            (" EN_in ", Some("en-IN")),
            ("zh-hANT-tw", Some("zh-Hant-TW")),
            ("es-419", Some("es-419")),
            ("english", None),
            ("en-", None),
            ("en-IN-x", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(locale(text).ok().as_deref(), expected, "{text}");
        }
        for (text, expected) in [("asia/kolkata", Some("Asia/Kolkata")), ("UTC", Some("UTC")), ("Mars/Olympus", None), ("", None)] {
            assert_eq!(time_zone(text).ok().as_deref(), expected, "{text}");
        }
    }
}
