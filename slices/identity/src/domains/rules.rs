//! Which names may be a shop's address, and how the proof of one goes on.

use super::model::{Domain, Reason, State};
use facts::Time;
use std::time::Duration;
use store::{Error, Result};

/// How long a record may be missing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(7 * 86_400);
/// Between two looks at a record that is there.
const DAILY: Duration = Duration::from_secs(86_400);
/// Between the first two looks for a record that is not there.
const SOON: Duration = Duration::from_secs(60);
/// The longest wait while the record is looked for.
const LATEST: Duration = Duration::from_secs(12 * 3_600);

/// A domain in its one spelling: lower-case ASCII, `xn--…` where it has other letters. `own` is the platform's own host.
///
/// # Errors
/// `domain`, with why it cannot be one.
pub(crate) fn domain(text: &str, own: &str) -> Result<String> {
    let refused = |words: &str| Error::field("domain", words);
    let text = text.trim().trim_end_matches('.');
    if text.contains(['/', ':', '@', '?', '#', '*', '_']) || text.chars().any(char::is_whitespace) {
        return Err(refused("Only the name, such as shop.example.com, without https:// and without a path."));
    }
    let name = match url::Host::parse(text) {
        Ok(url::Host::Domain(name)) => name,
        Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => return Err(refused("A domain, not an IP address.")),
        Err(_) => return Err(refused("This is no domain.")),
    };
    let label = |label: &str| {
        let edges = !label.starts_with('-') && !label.ends_with('-');
        (1..=63).contains(&label.len())
            && edges
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    // The record's name has eight letters more.
    if name.len() > 245 || !name.contains('.') || !name.split('.').all(label) {
        return Err(refused("This is no domain."));
    }
    if psl::domain_str(&name).is_none() {
        return Err(refused("Under this name many people have domains of their own; it belongs to none of them."));
    }
    if name == own || name.ends_with(&format!(".{own}")) {
        return Err(refused("This is our own address. Your shop has its place there already."));
    }
    Ok(name)
}

/// What a look for the record came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The texts that are there; perhaps none.
    Texts(Vec<String>),
    /// Nobody answered, or with an error.
    Nobody,
}

/// Why a look does not prove the domain; `None` where it does.
pub(crate) fn missing(domain: &Domain, seen: &Seen) -> Option<Reason> {
    match seen {
        Seen::Texts(texts) if texts.iter().any(|text| text.trim() == domain.record_text()) => None,
        Seen::Texts(texts) if texts.is_empty() => Some(Reason::NoRecord),
        Seen::Texts(_) => Some(Reason::WrongRecord),
        Seen::Nobody => Some(Reason::NoAnswer),
    }
}

facts::words! {
    /// What happens to the proof of a domain.
    pub enum Event {
        /// The record is there.
        Found = "found",
        /// It is not, or not ours, or nobody answered.
        Missed = "missed",
        /// The same, for longer than we wait.
        Overdue = "overdue",
        /// A person asks to look now.
        Asked = "asked",
    }
}

/// What follows from what: the whole life of a proof.
const TABLE: &[(State, Event, State)] = &[
    (State::Pending, Event::Found, State::Verified),
    (State::Pending, Event::Missed, State::Pending),
    (State::Pending, Event::Overdue, State::Failed),
    (State::Pending, Event::Asked, State::Pending),
    (State::Verified, Event::Found, State::Verified),
    (State::Verified, Event::Missed, State::Verified),
    (State::Verified, Event::Overdue, State::Failed),
    (State::Verified, Event::Asked, State::Verified),
    // A look that was under way when the week was over.
    (State::Failed, Event::Found, State::Verified),
    (State::Failed, Event::Missed, State::Failed),
    (State::Failed, Event::Overdue, State::Failed),
    (State::Failed, Event::Asked, State::Pending),
];

/// The state after an event; every pair is in the table.
pub(crate) fn next(state: State, event: Event) -> State {
    TABLE.iter().find(|(from, on, _)| (*from, *on) == (state, event)).map_or(state, |(_, _, to)| *to)
}

/// What a look without the record means for a domain.
pub(crate) fn missed(domain: &Domain, now: Time) -> Event {
    let since = domain.seen_at.filter(|_| domain.state == State::Verified).unwrap_or(domain.asked_at);
    if now.since(since) >= PATIENCE { Event::Overdue } else { Event::Missed }
}

/// When to look again: daily for a domain that is proved, in growing gaps for one that is looked for, not at all for one
/// that failed.
pub(crate) fn next_look(state: State, asked_at: Time, now: Time) -> Option<Time> {
    match state {
        State::Verified => Some(now.after(DAILY)),
        State::Pending => Some(now.after((now.since(asked_at) / 2).clamp(SOON, LATEST))),
        State::Failed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn proving(state: State) -> Domain {
        Domain {
            domain: "asha.example".into(),
            token: "t0ken".into(),
            state,
            reason: None,
            asked_at: Time(0),
            checked_at: None,
            seen_at: (state == State::Verified).then_some(Time(0)),
            verified_at: None,
            created_at: Time(0),
        }
    }

    #[test]
    fn every_pair_has_one_line() {
        for state in State::ALL {
            for event in Event::ALL {
                assert_eq!(TABLE.iter().filter(|(from, on, _)| (from, on) == (state, event)).count(), 1, "{state} {event}");
            }
        }
        assert_eq!(TABLE.len(), State::ALL.len() * Event::ALL.len());
        // Nothing but the record gives the right to a domain, and nothing but a week without it takes it away.
        for (from, event, to) in TABLE {
            assert!(*to != State::Verified || *from == State::Verified || *event == Event::Found);
            assert!(*from != State::Verified || *to == State::Verified || *event == Event::Overdue);
        }
    }

    #[test]
    fn names_that_may_be_an_address() {
        for (text, name) in [
            ("shop.example.com", "shop.example.com"),
            (" Shop.Example.COM. ", "shop.example.com"),
            ("münchen.example", "xn--mnchen-3ya.example"),
            ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
            ("दुकान.भारत", "xn--11b7ah1gn.xn--h2brj9c"),
            ("asha.co.uk", "asha.co.uk"),
        ] {
            assert_eq!(domain(text, "origin.example").unwrap_or_else(|error| error.message().to_owned()), name, "{text}");
        }
    }

    #[test]
    fn names_that_may_not() {
        for text in [
            "",
            ".",
            "localhost",
            "com",
            "co.uk",
            "github.io",
            "भारत",
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "[::1]",
            "::1",
            "https://asha.example",
            "asha.example/shop",
            "asha.example:80",
            "*.asha.example",
            "_origin.asha.example",
            "-a.example",
            "a-.example",
            "a..example",
            "a b.example",
            "asha.example\r\nHost: x",
            "origin.example",
            "ORIGIN.example.",
            "x.origin.example",
            "a%00.example",
        ] {
            assert!(domain(text, "origin.example").is_err(), "{text:?}");
        }
        assert!(domain(&format!("{}.example", "a".repeat(64)), "").is_err());
        assert!(domain(&format!("{}example", "abc.".repeat(63)), "").is_err());
    }

    #[test]
    fn what_a_look_means() {
        let domain = proving(State::Pending);
        let texts = |texts: &[&str]| Seen::Texts(texts.iter().map(|text| (*text).to_owned()).collect());
        for (seen, reason) in [
            (texts(&["v=spf1 -all", "origin-verification=t0ken"]), None),
            (texts(&[" origin-verification=t0ken "]), None),
            (texts(&["origin-verification=t0ke"]), Some(Reason::WrongRecord)),
            (texts(&["origin-verification=t0ken; more"]), Some(Reason::WrongRecord)),
            (texts(&[]), Some(Reason::NoRecord)),
            (Seen::Nobody, Some(Reason::NoAnswer)),
        ] {
            assert_eq!(missing(&domain, &seen), reason, "{seen:?}");
        }
    }

    #[test]
    fn a_week_is_a_week() {
        for (state, after, event) in [
            (State::Pending, DAY * 7 - SOON, Event::Missed),
            (State::Pending, DAY * 7, Event::Overdue),
            (State::Verified, DAY * 6, Event::Missed),
            (State::Verified, DAY * 7, Event::Overdue),
        ] {
            assert_eq!(missed(&proving(state), Time(0).after(after)), event, "{state} {after:?}");
        }
    }

    proptest! {
        /// However often it is looked for: the gaps grow, there are few, and after a week it has failed.
        #[test]
        fn a_record_that_never_comes(late in 0u64..3_600) {
            let (mut domain, mut now, mut looks, mut gap) = (proving(State::Pending), Time(0), 0, Duration::ZERO);
            while let Some(at) = next_look(domain.state, domain.asked_at, now) {
                prop_assert!(at.since(now) >= gap || gap == LATEST);
                gap = at.since(now).min(LATEST);
                now = at.after(Duration::from_secs(late));
                domain.state = next(domain.state, missed(&domain, now));
                looks += 1;
                prop_assert!(looks < 40);
            }
            prop_assert_eq!(domain.state, State::Failed);
            prop_assert!(now.since(Time(0)) >= PATIENCE && now.since(Time(0)) < PATIENCE + DAY);
        }
    }
}
