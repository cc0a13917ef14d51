//! WhatsApp's codes, which MyOperator passes on, and MyOperator's own.

use super::{Class, Failure};
use facts::consent::Scope;

/// Codes, their class, and what a person should know.
const TABLE: &[(&[&str], Class, &str)] = &[
    (&["429", "4", "80007", "130429"], Class::RateLimited, "WhatsApp is being asked too fast"),
    (&["131056"], Class::PairLimited, "too many messages to this one person"),
    (&["131048", "131064"], Class::RateLimited, "WhatsApp holds this number back: too much of it was reported or unwanted"),
    (&["131000", "131016", "131057", "135000"], Class::Transient, "WhatsApp has trouble of its own"),
    (&["131052", "131053"], Class::Transient, "the attached file could not be moved"),
    (&["131050"], Class::Suppressed, "the person has stopped marketing messages"),
    (&["131049", "130472"], Class::Permanent, "WhatsApp held this marketing message back"),
    (&["131026"], Class::Permanent, "not deliverable: no WhatsApp on this number, an old app, or the sender is blocked"),
    (&["131047"], Class::Permanent, "the person has not written for 24 hours: use an approved template"),
    (&["131008", "131009", "100", "131051"], Class::Permanent, "WhatsApp does not understand this message"),
    (
        &["132000", "132001", "132005", "132007", "132008", "132012", "132015", "132016", "132068", "132069"],
        Class::Permanent,
        "the approved template is missing, paused, or does not fit its variables",
    ),
    (&["0", "3", "10", "190", "131005", "401", "403"], Class::Permanent, "the WhatsApp credentials are not accepted: check the settings"),
    (
        &["131031", "368", "130497", "131042", "131045", "CHAT_0302"],
        Class::Permanent,
        "the WhatsApp account is locked, unpaid or not registered",
    ),
];

/// What a code means, with the provider's words beside it; `None` for a code that no table knows.
pub(crate) fn by_code(code: &str, words: &str) -> Option<Failure> {
    let (_, class, meaning) = TABLE.iter().find(|(codes, ..)| codes.contains(&code)).copied().or_else(|| permission(code))?;
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    let mut failure = Failure::new(class, format!("{meaning} ({code}{words})"));
    failure.suppress = (class == Class::Suppressed).then_some(Scope::Marketing);
    Some(failure)
}

/// 200 to 299 are permissions in Meta's list.
fn permission(code: &str) -> Option<(&'static [&'static str], Class, &'static str)> {
    let number: u32 = code.parse().ok()?;
    (201..=299).contains(&number).then_some((&[], Class::Permanent, "the WhatsApp account lacks a permission"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for (code, class) in [
            ("130429", Some(Class::RateLimited)),
            ("131056", Some(Class::PairLimited)),
            ("131026", Some(Class::Permanent)),
            ("131049", Some(Class::Permanent)),
            ("131050", Some(Class::Suppressed)),
            ("131016", Some(Class::Transient)),
            ("132001", Some(Class::Permanent)),
            ("190", Some(Class::Permanent)),
            ("230", Some(Class::Permanent)),
            ("CHAT_0302", Some(Class::Permanent)),
            ("999999", None),
            ("", None),
        ] {
            assert_eq!(by_code(code, "x").map(|failure| failure.class), class, "{code}");
        }
        assert_eq!(by_code("131050", "").and_then(|failure| failure.suppress), Some(Scope::Marketing));
    }

    #[test]
    fn no_code_has_two_meanings() {
        let mut codes: Vec<&str> = TABLE.iter().flat_map(|(codes, ..)| codes.iter().copied()).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}
