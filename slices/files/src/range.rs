//! Which bytes of a file are asked for (RFC 9110, section 14).

use http::{HeaderMap, header};
use std::ops::Range;

/// What is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it: 200.
    Whole,
    /// These bytes, at least one: 206.
    Bytes(Range<u64>),
    /// There are none of those: 416.
    Nothing,
}

impl Part {
    /// The bytes that are given of a file of this size.
    pub(crate) fn bytes(&self, size: u64) -> Range<u64> {
        match self {
            Part::Whole => 0..size,
            Part::Bytes(range) => range.clone(),
            Part::Nothing => 0..0,
        }
    }

    /// Whether the first byte is among them: that is how a download begins.
    pub(crate) fn begins(&self) -> bool {
        matches!(self, Part::Whole | Part::Bytes(Range { start: 0, .. }))
    }
}

/// The part of a file of this size (at least one byte) and this ETag that a request's headers ask for. Several ranges at once are
/// not given: who asks for them gets the whole.
pub(crate) fn part(headers: &HeaderMap, size: u64, etag: &str) -> Part {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(range) = text(header::RANGE) else { return Part::Whole };
    // With If-Range a part only of what the asker has the rest of. A date is never it: files do not change, they are replaced.
    if headers.contains_key(header::IF_RANGE) && text(header::IF_RANGE) != Some(etag) {
        return Part::Whole;
    }
    read(range, size).unwrap_or(Part::Whole)
}

/// Nothing where it cannot be read, or is more than one range.
fn read(range: &str, size: u64) -> Option<Part> {
    let (unit, range) = range.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let bytes = match (number(first)?, number(last)?) {
        (None, None) => return None,
        (None, Some(count)) => size.saturating_sub(count)..size,
        (Some(first), None) => first..size,
        (Some(first), Some(last)) if last < first => return None,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(size),
    };
    Some(if bytes.start < bytes.end { Part::Bytes(bytes) } else { Part::Nothing })
}

/// Digits, or nothing at all. More than fit is more than any file has.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| Some(text.parse().unwrap_or(u64::MAX)))
}

/// Whether the asker says that it has this very file.
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn ranges_as_the_rfc_has_them() {
        for (range, part) in [
            ("bytes=0-499", Part::Bytes(0..500)),
            ("bytes=500-999", Part::Bytes(500..1_000)),
            ("bytes=-500", Part::Bytes(9_500..10_000)),
            ("bytes=9500-", Part::Bytes(9_500..10_000)),
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=-1", Part::Bytes(9_999..10_000)),
            ("Bytes = 1 - 2", Part::Bytes(1..3)),
            ("bytes=9999-99999999999999999999999", Part::Bytes(9_999..10_000)),
            ("bytes=-99999", Part::Bytes(0..10_000)),
            ("bytes=10000-", Part::Nothing),
            ("bytes=99999999999999999999999-", Part::Nothing),
            ("bytes=-0", Part::Nothing),
            ("bytes=0-0,-1", Part::Whole),
            ("bytes=5-2", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("bytes", Part::Whole),
        ] {
            assert_eq!(super::part(&headers(&[(header::RANGE, range)]), 10_000, "\"x\""), part, "{range}");
        }
    }

    #[test]
    fn a_part_only_of_what_one_has_the_rest_of() {
        let range = (header::RANGE, "bytes=1-2");
        for (if_range, part) in
            [("\"x\"", Part::Bytes(1..3)), ("\"y\"", Part::Whole), ("W/\"x\"", Part::Whole), ("Sat, 21 Nov 2026 00:00:00 GMT", Part::Whole)]
        {
            assert_eq!(super::part(&headers(&[range.clone(), (header::IF_RANGE, if_range)]), 10, "\"x\""), part, "{if_range}");
        }
        for (known, is) in [("\"x\"", true), ("\"a\", W/\"x\"", true), ("*", true), ("\"a\"", false), ("x", false)] {
            assert_eq!(is_known(&headers(&[(header::IF_NONE_MATCH, known)]), "\"x\""), is, "{known}");
        }
    }

    proptest! {
        #[test]
        fn a_part_lies_inside(first in 0u64..50, last in 0u64..50, size in 1u64..40) {
            let part = super::part(&headers(&[(header::RANGE, &format!("bytes={first}-{last}"))]), size, "");
            let all: Vec<u64> = (0..size).filter(|at| (first..=last).contains(at)).collect();
            match part {
                Part::Whole => prop_assert!(last < first),
                Part::Nothing => prop_assert!(all.is_empty() && last >= first),
                Part::Bytes(range) => prop_assert_eq!(range.collect::<Vec<_>>(), all),
            }
        }

        #[test]
        fn what_nobody_expects_is_a_part_too(range in "[ -~]{0,30}", size in 1u64..1_000) {
            let bytes = super::part(&headers(&[(header::RANGE, &range)]), size, "").bytes(size);
            prop_assert!(bytes.end <= size);
        }
    }
}
