//! WhatsApp's codes, by Meta or passed on by MyOperator, and MyOperator's own. Source: Meta's list of Cloud API error codes.

use super::{Class, Failure, Row, of_row};
use facts::consent::Scope;

/// Codes, their class, and what a person should know.
const TABLE: &[Row] = &[
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
    (&["132000"], Class::Permanent, "the approved template takes another number of variables than the text has"),
    (&["132001"], Class::Permanent, "WhatsApp has no approved template of this name in this language"),
    (&["132005"], Class::Permanent, "the approved template becomes too long once it is filled in"),
    (&["132007"], Class::Permanent, "the approved template goes against WhatsApp's rules for what it may say"),
    (&["132008", "132012"], Class::Permanent, "a value is not of the kind that the approved template takes there"),
    (&["132015"], Class::Permanent, "WhatsApp paused the approved template because of how people took it: use another, or wait"),
    (&["132016"], Class::Permanent, "WhatsApp disabled the approved template for good: use another"),
    (&["132068", "132069"], Class::Permanent, "the form that the approved template opens is blocked or held back by WhatsApp"),
    (&["0", "3", "10", "190", "131005", "401", "403"], Class::Permanent, "the WhatsApp credentials are not accepted: check the settings"),
    (
        &["131031", "368", "130497", "131042", "131045", "CHAT_0302"],
        Class::Permanent,
        "the WhatsApp account is locked, unpaid or not registered",
    ),
];

/// Those of them that are about the account: another one may do.
const OF_ACCOUNT: &[&str] =
    &["0", "3", "10", "190", "131005", "401", "403", "131031", "368", "130497", "131042", "131045", "CHAT_0302", "131048", "131064"];

/// Those that are about a template as it stands with this provider: another has its own of the name, which may be there, approved and fit.
const OF_TEMPLATE: &[&str] = &["132000", "132001", "132005", "132007", "132008", "132012", "132015", "132016", "132068", "132069"];

/// What a code means, with the provider's words beside it; `None` for a code that no table knows.
pub(crate) fn by_whatsapp_code(code: &str, words: &str) -> Option<Failure> {
    let row = TABLE.iter().find(|(codes, ..)| codes.contains(&code)).copied();
    let lacks = if row.is_none() { permission(code) } else { None };
    let elsewhere = OF_ACCOUNT.contains(&code) || OF_TEMPLATE.contains(&code) || lacks.is_some();
    let mut failure = of_row(&row.or(lacks)?, code, words).elsewhere(elsewhere);
    failure.suppress = (failure.class == Class::Suppressed).then_some(Scope::Marketing);
    Some(failure)
}

/// 200 to 299 are permissions in Meta's list.
fn permission(code: &str) -> Option<Row> {
    let number: u32 = code.parse().ok()?;
    (201..=299).contains(&number).then_some((&[], Class::Permanent, "the WhatsApp account lacks a permission"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_04_codes() {
        for (code, class) in [
            ("130429", Some(Class::RateLimited)),
            ("131056", Some(Class::PairLimited)),
            ("131026", Some(Class::Permanent)),
            ("131049", Some(Class::Permanent)),
            ("131050", Some(Class::Suppressed)),
            ("131016", Some(Class::Transient)),
            ("132000", Some(Class::Permanent)),
            ("132001", Some(Class::Permanent)),
            ("132015", Some(Class::Permanent)),
            ("132069", Some(Class::Permanent)),
            ("190", Some(Class::Permanent)),
            ("230", Some(Class::Permanent)),
            ("CHAT_0302", Some(Class::Permanent)),
            ("999999", None),
            ("", None),
        ] {
            assert_eq!(by_whatsapp_code(code, "x").map(|failure| failure.class), class, "{code}");
        }
        assert_eq!(by_whatsapp_code("131050", "").and_then(|failure| failure.suppress), Some(Scope::Marketing));
    }

    #[test]
    fn promise_05_what_another_provider_may_take() {
        for (code, elsewhere) in [
            ("190", true),
            ("230", true),
            ("131031", true),
            ("CHAT_0302", true),
            ("132000", true),
            ("132001", true),
            ("132005", true),
            ("132007", true),
            ("132008", true),
            ("132012", true),
            ("132015", true),
            ("132016", true),
            ("132068", true),
            ("132069", true),
            ("131026", false),
            ("131047", false),
            ("131049", false),
            ("131050", false),
            ("131056", false),
            ("131008", false),
        ] {
            assert_eq!(by_whatsapp_code(code, "x").map(|failure| failure.elsewhere), Some(elsewhere), "{code}");
        }
    }

    /// A code of a list that the table does not have would change nothing.
    #[test]
    fn what_is_asked_elsewhere_is_known() {
        for code in OF_ACCOUNT.iter().chain(OF_TEMPLATE) {
            assert!(TABLE.iter().any(|(codes, ..)| codes.contains(code)), "{code}");
        }
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
