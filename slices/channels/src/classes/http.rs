//! HTTP statuses, for an answer whose body holds no code that is known.

use super::{Class, Failure};
use std::time::Duration;

/// What a status other than 2xx means.
///
/// A gateway that gave up waiting (502, 504) may have passed the request on, so nobody knows.
pub(crate) fn by_status(status: u16, words: &str, retry_after: Option<Duration>) -> Failure {
    let class = match status {
        429 => Class::RateLimited,
        502 | 504 => Class::Unknown,
        408 | 425 | 500..=599 => Class::Transient,
        _ => Class::Permanent,
    };
    let meaning = match status {
        401 | 403 => "the credentials are not accepted: check the settings",
        429 => "the provider is being asked too fast",
        400..=499 => "the provider refused this message",
        502 | 504 => "the answer of the provider was lost",
        _ => "the provider has trouble of its own",
    };
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    Failure::new(class, format!("{meaning} (HTTP {status}{words})")).retry_after(retry_after).elsewhere(matches!(status, 401 | 403))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_04_statuses() {
        for (status, class) in [
            (400, Class::Permanent),
            (401, Class::Permanent),
            (403, Class::Permanent),
            (404, Class::Permanent),
            (408, Class::Transient),
            (422, Class::Permanent),
            (429, Class::RateLimited),
            (500, Class::Transient),
            (502, Class::Unknown),
            (503, Class::Transient),
            (504, Class::Unknown),
            (302, Class::Permanent),
        ] {
            assert_eq!(by_status(status, "", None).class, class, "{status}");
        }
    }
}
