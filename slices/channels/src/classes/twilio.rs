//! Twilio's codes, of answers and of status callbacks, for SMS and WhatsApp. Source: Twilio's error dictionary.

use super::{Class, Failure, Row, of_row};
use facts::consent::Scope;

const TABLE: &[Row] = &[
    (&["20429", "14107", "63018", "63032", "30001"], Class::RateLimited, "Twilio is being asked too fast"),
    (&["20003", "20404", "21608", "20005"], Class::Permanent, "the Twilio account is not accepted or not allowed this: check the settings"),
    (
        &["21606", "21612", "21408", "21603", "30034", "63007"],
        Class::Permanent,
        "the sender's number may not write there: check the settings",
    ),
    (&["21211", "21604", "21614", "21635", "63024", "30006"], Class::Permanent, "this number takes no such messages"),
    (&["21610", "63014", "30004"], Class::Suppressed, "the person does not want messages from this sender"),
    (&["63049"], Class::Permanent, "WhatsApp held this marketing message back"),
    (&["63016"], Class::Permanent, "the person has not written for 24 hours: use an approved template"),
    (&["21617", "21602", "30007"], Class::Permanent, "the text is too long, empty or was filtered"),
    (
        &["63019", "63020", "63021", "63022", "63027", "63028", "63029", "63030", "21655", "21656", "92006"],
        Class::Permanent,
        "the template or its file is missing, paused, or does not fit its variables",
    ),
    (&["651"], Class::Permanent, "the Indian operator does not know this sender or text: register both for DLT, there and with Twilio"),
    (&["30003", "30005", "30008"], Class::Permanent, "the phone could not be reached"),
    (&["63001", "63003", "63005", "63012", "20500", "20503"], Class::Transient, "the channel has trouble of its own"),
];

/// Those of them that are about the account: another one may do.
const OF_ACCOUNT: &[&str] = &["20003", "20404", "21608", "20005", "21606", "21612", "21408", "21603", "30034", "63007"];

/// Those that are about a template as it stands at Twilio: another provider has its own, which may be there and fit.
const OF_TEMPLATE: &[&str] = &["63019", "63020", "63021", "63022", "63027", "63028", "63029", "63030", "21655", "21656", "92006"];

/// What a code means; `None` for one that no table knows.
pub(crate) fn by_twilio_code(code: &str, words: &str) -> Option<Failure> {
    let row = TABLE.iter().find(|(codes, ..)| codes.contains(&code))?;
    let mut failure = of_row(row, code, words).elsewhere(OF_ACCOUNT.contains(&code) || OF_TEMPLATE.contains(&code));
    failure.suppress = (failure.class == Class::Suppressed).then_some(Scope::All);
    Some(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_04_codes() {
        for (code, class, suppress, elsewhere) in [
            ("20429", Some(Class::RateLimited), None, false),
            ("20003", Some(Class::Permanent), None, true),
            ("21211", Some(Class::Permanent), None, false),
            ("21610", Some(Class::Suppressed), Some(Scope::All), false),
            ("63016", Some(Class::Permanent), None, false),
            ("63019", Some(Class::Permanent), None, true),
            ("63027", Some(Class::Permanent), None, true),
            ("63028", Some(Class::Permanent), None, true),
            ("63030", Some(Class::Permanent), None, true),
            ("21655", Some(Class::Permanent), None, true),
            ("92006", Some(Class::Permanent), None, true),
            ("63012", Some(Class::Transient), None, false),
            ("30003", Some(Class::Permanent), None, false),
            ("651", Some(Class::Permanent), None, false),
            ("99999", None, None, false),
        ] {
            let failure = by_twilio_code(code, "x");
            assert_eq!(failure.as_ref().map(|failure| failure.class), class, "{code}");
            assert_eq!(failure.as_ref().and_then(|failure| failure.suppress), suppress, "{code}");
            assert_eq!(failure.is_some_and(|failure| failure.elsewhere), elsewhere, "{code}");
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
