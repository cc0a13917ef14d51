//! SMTP replies: the three digits, and the enhanced code (RFC 3463) where the server says one.

use super::{Class, Failure};
use facts::consent::Scope;

/// What a refusal means. The first row that fits decides; an empty enhanced code fits any, `4.7.` any that begins so.
const TABLE: &[(&[u16], &str, Class, &str)] = &[
    (&[421], "4.7.", Class::RateLimited, "the mail server is being asked too fast"),
    (&[450, 451, 452], "4.7.28", Class::RateLimited, "the mail server is being asked too fast"),
    (&[454], "4.7.0", Class::Transient, "the mail server cannot check the login just now"),
    (&[530, 534, 535, 538], "", Class::Permanent, "the mail server does not accept the login: check the settings"),
    (&[], "5.2.2", Class::Transient, "the mailbox is full"),
    (&[], "5.1.1", Class::Permanent, "there is no such mailbox"),
    (&[], "5.1.10", Class::Permanent, "this domain takes no mail"),
    (&[], "5.2.1", Class::Permanent, "the mailbox is closed"),
    (&[], "5.7.", Class::Permanent, "the mail server refuses mail from here"),
    (&[], "5.2.3", Class::Permanent, "the mail is too large"),
    (&[], "5.3.4", Class::Permanent, "the mail is too large"),
    (&[552], "", Class::Permanent, "the mail is too large"),
];

/// Enhanced codes after which an address is not written to again.
const GONE: &[&str] = &["5.1.1", "5.1.10", "5.2.1"];

/// The reply that stands for any which a report may tell of. What is in a report was said to another server: its login, and how fast it asks,
/// are not ours.
const REPORTED: u16 = 550;

/// What a reply of 4xx or 5xx means.
pub(crate) fn by_reply(code: u16, words: &str) -> Failure {
    judged(code, enhanced(words), &format!("{code} {words}"))
}

/// What the enhanced code of a report that a mail has failed means; `None` for one that is none.
pub(crate) fn by_report(code: &str, words: &str) -> Option<Failure> {
    let said = if words.is_empty() { code.to_owned() } else { format!("{code}: {words}") };
    match code.get(..2) {
        _ if enhanced(code) != code => None,
        Some("5.") => Some(judged(REPORTED, code, &said)),
        Some("4.") => Some(Failure::new(Class::Permanent, format!("the mail server tried for days and gave up ({said})"))),
        _ => None,
    }
}

/// By the table.
fn judged(code: u16, enhanced: &str, said: &str) -> Failure {
    let fits = |(codes, prefix, ..): &&(&[u16], &str, Class, &str)| {
        let same = *prefix == enhanced || (prefix.ends_with('.') && enhanced.starts_with(prefix));
        (codes.is_empty() || codes.contains(&code)) && (prefix.is_empty() || same)
    };
    let (class, meaning) = match TABLE.iter().find(fits) {
        Some((_, _, class, meaning)) => (*class, *meaning),
        None if (400..500).contains(&code) => (Class::Transient, "the mail server asks to try later"),
        None => (Class::Permanent, "the mail server refused this mail"),
    };
    let mut failure = Failure::new(class, format!("{meaning} ({said})"));
    failure.suppress = GONE.contains(&enhanced).then_some(Scope::All);
    failure
}

/// The enhanced code at the beginning of a reply, such as `5.1.1`; empty where there is none.
pub(crate) fn enhanced(words: &str) -> &str {
    let first = words.split_whitespace().next().unwrap_or_default();
    let numbers: Vec<&str> = first.split('.').collect();
    let is_code =
        numbers.len() == 3 && numbers.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    if is_code { first } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_04_replies() {
        for (code, words, class, suppress) in [
            (421, "4.7.0 Try again later, closing connection", Class::RateLimited, None),
            (421, "4.3.2 Shutting down", Class::Transient, None),
            (421, "Too many", Class::Transient, None),
            (450, "4.2.1 Mailbox busy", Class::Transient, None),
            (451, "4.7.1 Greylisted", Class::Transient, None),
            (452, "4.2.2 Full", Class::Transient, None),
            (535, "5.7.8 Wrong user or password", Class::Permanent, None),
            (550, "5.1.1 No such user", Class::Permanent, Some(Scope::All)),
            (550, "5.1.10 Null MX", Class::Permanent, Some(Scope::All)),
            (550, "5.2.1 Disabled", Class::Permanent, Some(Scope::All)),
            (552, "5.2.2 Over quota", Class::Transient, None),
            (552, "5.3.4 Too large", Class::Permanent, None),
            (550, "5.7.1 Blocked", Class::Permanent, None),
            (550, "5.7.26 Unauthenticated", Class::Permanent, None),
            (554, "No", Class::Permanent, None),
            (550, "5.1.1.1 odd", Class::Permanent, None),
        ] {
            let failure = by_reply(code, words);
            assert_eq!((failure.class, failure.suppress), (class, suppress), "{code} {words}");
        }
    }

    #[test]
    fn promise_04_reports() {
        for (code, words, meant) in [
            (
                "5.1.1",
                "550 5.1.1 No such user",
                Some((Class::Permanent, Some(Scope::All), "there is no such mailbox (5.1.1: 550 5.1.1 No such user)")),
            ),
            ("5.1.1", "", Some((Class::Permanent, Some(Scope::All), "there is no such mailbox (5.1.1)"))),
            ("5.2.1", "", Some((Class::Permanent, Some(Scope::All), "the mailbox is closed (5.2.1)"))),
            ("5.2.2", "", Some((Class::Transient, None, "the mailbox is full (5.2.2)"))),
            ("5.3.4", "", Some((Class::Permanent, None, "the mail is too large (5.3.4)"))),
            ("5.0.0", "530 Log in first", Some((Class::Permanent, None, "the mail server refused this mail (5.0.0: 530 Log in first)"))),
            ("4.4.1", "", Some((Class::Permanent, None, "the mail server tried for days and gave up (4.4.1)"))),
            ("2.0.0", "", None),
            ("5.1", "", None),
            ("", "", None),
        ] {
            let failure = by_report(code, words);
            let found = failure.as_ref().map(|failure| (failure.class, failure.suppress, failure.reason.as_str()));
            assert_eq!(found, meant, "{code} {words}");
        }
    }
}
