//! For how long an answer asks to be left alone.

use facts::Time;
use http::HeaderMap;
use http::header::RETRY_AFTER;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// The longest that anybody may ask us to stay away.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What `Retry-After` asks for, in seconds or as an HTTP date (RFC 9110, 10.2.3); a second at the least, a day at the most. Nothing for
/// what is neither.
pub fn away(text: &str, now: Time) -> Option<Duration> {
    let text = text.trim();
    let seconds = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    let span = if seconds {
        // More digits than fit are longer than any limit.
        text.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Time::from(at).since(now)
    };
    Some(span.clamp(SECOND, LONGEST))
}

/// What the headers of an answer ask for by `Retry-After`, as [`away`] reads it; nothing where there is none.
pub fn wait(headers: &HeaderMap, now: Time) -> Option<Duration> {
    away(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seconds_and_dates() {
        let now: Time = "1994-11-06T08:49:07Z".parse().unwrap();
        for (text, expected) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", Some(1)),
            ("99999999999999999999999", Some(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(1)),
            ("Fri, 06 Jan 1995 08:49:37 GMT", Some(86_400)),
            ("soon", None),
            ("", None),
            ("-5", None),
            ("1.5", None),
        ] {
            assert_eq!(away(text, now), expected.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn what_an_answer_asks_for() {
        let now: Time = "2026-11-21T09:30:00Z".parse().unwrap();
        let wait = |said: &str| wait(&HeaderMap::from_iter([(RETRY_AFTER, said.parse().unwrap())]), now);
        assert_eq!(wait("9"), Some(Duration::from_secs(9)));
        assert_eq!(wait("Sat, 21 Nov 2026 09:31:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(wait("later"), None);
        assert_eq!(super::wait(&HeaderMap::new(), now), None);
    }

    proptest! {
        #[test]
        fn nothing_that_anybody_says_keeps_us_away_for_more_than_a_day(text in ".{0,40}", now in 0i64..4_000_000_000_000) {
            if let Some(span) = away(&text, Time(now)) {
                prop_assert!(span >= SECOND && span <= LONGEST);
            }
        }
    }
}
