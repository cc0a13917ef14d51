//! Firebase's codes. Source: the reference of FCM's HTTP v1 API, `ErrorCode`.

use super::{Class, Failure, Row, of_row};
use std::time::Duration;

const TABLE: &[Row] = &[
    (&["UNREGISTERED", "SENDER_ID_MISMATCH"], Class::Permanent, "the app is no longer on this device"),
    (&["INVALID_ARGUMENT"], Class::Permanent, "Firebase does not understand this message"),
    (&["THIRD_PARTY_AUTH_ERROR"], Class::Permanent, "Firebase lacks the credentials of Apple or of the browser: check its console"),
    (&["QUOTA_EXCEEDED"], Class::RateLimited, "Firebase is being asked too fast"),
    (&["UNAVAILABLE", "INTERNAL"], Class::Transient, "Firebase has trouble of its own"),
];

/// How long Firebase wants to be left alone where it names no time.
const QUOTA: Duration = Duration::from_secs(60);

/// What a code means; `None` for one that no table knows.
pub(crate) fn by_fcm_code(code: &str, words: &str, retry_after: Option<Duration>) -> Option<Failure> {
    let row = TABLE.iter().find(|(codes, ..)| codes.contains(&code))?;
    let failure = of_row(row, code, words);
    let wait = retry_after.or((failure.class == Class::RateLimited).then_some(QUOTA));
    Some(failure.retry_after(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_04_codes() {
        for (code, class) in [
            ("UNREGISTERED", Some(Class::Permanent)),
            ("QUOTA_EXCEEDED", Some(Class::RateLimited)),
            ("UNAVAILABLE", Some(Class::Transient)),
            ("NOT_FOUND", None),
        ] {
            assert_eq!(by_fcm_code(code, "", None).map(|failure| failure.class), class, "{code}");
        }
        assert_eq!(by_fcm_code("QUOTA_EXCEEDED", "", None).and_then(|failure| failure.retry_after), Some(QUOTA));
    }
}
