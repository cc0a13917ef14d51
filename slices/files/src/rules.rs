//! What a file may be called, and how it is handed over.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use store::{Error, Result};

/// The longest name, in characters.
const NAME: usize = 120;
/// What RFC 5987 lets stand as it is.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// What a file is called, from what its sender calls it: without the folders that it lay in.
///
/// # Errors
/// `name`, where nothing is left, or it is too long or has letters that nobody sees.
pub fn name(given: &str) -> Result<String> {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if name.is_empty() || name.chars().all(|letter| letter == '.') {
        return Err(Error::field("name", "What the file is called when it is saved, such as guide.pdf."));
    }
    if name.chars().any(is_unseen) {
        return Err(Error::field("name", "One line, without control characters."));
    }
    if name.chars().count() > NAME {
        return Err(Error::field("name", format!("At most {NAME} characters.")));
    }
    Ok(name.to_owned())
}

/// Control characters, and those that turn the direction of what follows: `cod.exe` must not look like `exe.doc`.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What a file is, such as `application/pdf`; bytes of any kind where its sender says nothing of use. It is only ever saved by
/// whoever gets it, so nobody looks into it.
pub fn media_type(given: &str) -> String {
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        !part.is_empty() && part.len() <= 60 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    match essence.split_once('/') {
        // A form with files, or what a program says that says nothing.
        Some(("multipart", _)) => OCTETS.to_owned(),
        Some((kind, part)) if token(kind) && token(part) => essence,
        _ => OCTETS.to_owned(),
    }
}

const OCTETS: &str = "application/octet-stream";

/// `Content-Disposition` of a file that is saved, or shown where it stands (RFC 6266, its name by RFC 5987, and one of plain letters
/// for whoever does not know that).
pub(crate) fn disposition(name: &str, shown: bool) -> String {
    let way = if shown { "inline" } else { "attachment" };
    let plain = |letter: char| if letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '%') || letter == ' ' { letter } else { '_' };
    let simple: String = name.chars().map(plain).collect();
    format!("{way}; filename=\"{simple}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ATTR_CHAR))
}

/// So many bytes, for people.
pub fn size(bytes: i64) -> String {
    let bytes = u64::try_from(bytes).unwrap_or(0);
    let tenths = |unit: u64| (bytes * 10).div_ceil(unit);
    let shown = |unit: u64, name: &str| match tenths(unit) {
        tenths if tenths < 100 && tenths % 10 != 0 => format!("{}.{} {name}", tenths / 10, tenths % 10),
        tenths => format!("{} {name}", tenths.div_ceil(10)),
    };
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => shown(1_000, "KB"),
        1_000_000..1_000_000_000 => shown(1_000_000, "MB"),
        _ => shown(1_000_000_000, "GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        for (given, kept) in [
            ("guide.pdf", Some("guide.pdf")),
            (" C:\\Users\\Asha\\guide.pdf ", Some("guide.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("मार्गदर्शिका.pdf", Some("मार्गदर्शिका.pdf")),
            ("", None),
            ("..", None),
            ("a/", None),
            ("a\r\nSet-Cookie: x", None),
            ("\u{202e}fdp.exe", None),
        ] {
            assert_eq!(name(given).ok().as_deref(), kept, "{given:?}");
        }
        assert!(name(&"x".repeat(120)).is_ok() && name(&"x".repeat(121)).is_err());
    }

    #[test]
    fn media_types() {
        for (given, kept) in [
            ("application/pdf", "application/pdf"),
            ("Text/HTML; charset=utf-8", "text/html"),
            ("", OCTETS),
            ("pdf", OCTETS),
            ("a/b/c", OCTETS),
            ("a/b\r\nx: y", OCTETS),
            ("multipart/form-data; boundary=x", OCTETS),
        ] {
            assert_eq!(media_type(given), kept, "{given:?}");
        }
    }

    #[test]
    fn sizes() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (1_234, "1.3 KB"),
            (52_300, "53 KB"),
            (1_500_000, "1.5 MB"),
            (2_000_000_000, "2 GB"),
        ] {
            assert_eq!(size(bytes), words);
        }
    }

    #[test]
    fn a_name_in_a_header() {
        assert_eq!(disposition("a \"b\".pdf", false), "attachment; filename=\"a _b_.pdf\"; filename*=UTF-8''a%20%22b%22.pdf");
        assert_eq!(disposition("naïve €.pdf", false), "attachment; filename=\"na_ve _.pdf\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.pdf");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_fits_a_header_and_comes_back(given: String) {
            if let Ok(kept) = name(&given) {
                prop_assert!(!kept.contains(['/', '\\', '\r', '\n']));
                let header = disposition(&kept, true);
                prop_assert!(http::HeaderValue::from_str(&header).is_ok());
                let coded = header.rsplit("UTF-8''").next().unwrap();
                prop_assert_eq!(percent_encoding::percent_decode_str(coded).decode_utf8().unwrap(), kept);
                prop_assert_eq!(header.matches('"').count(), 2);
            }
        }

        #[test]
        fn a_media_type_fits_a_header(given: String) {
            prop_assert!(http::HeaderValue::from_str(&media_type(&given)).is_ok());
        }
    }
}
