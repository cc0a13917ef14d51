//! How a certificate goes on, and when it is tried again.

use super::model::{Reason, State};
use facts::Time;
use std::time::Duration;
use store::{Error, Result};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// Between two tries for one domain at the least: a directory takes five vain ones in an hour.
pub(crate) const GAP: Duration = Duration::from_secs(15 * 60);
/// Failures in reaching the directory after which an errand gives up, for the timer to begin another.
const PATIENCE: i64 = 10;

facts::words! {
    /// What happens to a certificate.
    pub enum Event {
        /// The directory took an order.
        Placed = "placed",
        /// The directory no longer knows the order.
        Lost = "lost",
        /// The directory gave the certificate.
        Issued = "issued",
        /// The directory did not.
        Refused = "refused",
        /// It is time for a new one, or for another try.
        Due = "due",
    }
}

/// What follows from what; what is not here cannot happen.
const TABLE: &[(State, Event, State)] = &[
    (State::Wanted, Event::Placed, State::Ordered),
    (State::Wanted, Event::Refused, State::Failed),
    (State::Wanted, Event::Due, State::Wanted),
    (State::Ordered, Event::Lost, State::Wanted),
    (State::Ordered, Event::Issued, State::Issued),
    (State::Ordered, Event::Refused, State::Failed),
    (State::Ordered, Event::Due, State::Ordered),
    (State::Issued, Event::Due, State::Wanted),
    (State::Failed, Event::Due, State::Wanted),
];

/// The state after an event.
///
/// # Errors
/// `certificate_state` for a pair that cannot be.
pub(crate) fn next(state: State, event: Event) -> Result<State> {
    let found = TABLE.iter().find(|(from, on, _)| (*from, *on) == (state, event));
    found
        .map(|(_, _, to)| *to)
        .ok_or_else(|| Error::conflict("certificate_state", format!("A certificate that is {state} cannot be {event}.")))
}

/// When to try again after so many failures in a row, this one included: a quarter of an hour, doubling, a day at the most.
pub(crate) fn again(failures: i64, now: Time) -> Time {
    let doublings = u32::try_from(failures.clamp(1, 8) - 1).unwrap_or(0);
    now.after((GAP * 2u32.pow(doublings)).min(DAY))
}

/// When to ask a directory again that did not answer; `None` to give up for now.
pub(crate) fn ask_again(failures: i64, retry_after: Option<Duration>, now: Time) -> Option<Time> {
    let doublings = u32::try_from(failures).ok().filter(|_| failures < PATIENCE)?;
    let wait = (Duration::from_secs(10) * 2u32.pow(doublings)).min(MINUTE * 60);
    Some(now.after(wait.max(retry_after.unwrap_or_default())))
}

/// When to look again at an order that the directory works on: the older, the later.
pub(crate) fn look_again(ordered_at: Time, retry_after: Option<Duration>, now: Time) -> Time {
    let wait = (now.since(ordered_at) / 4).clamp(Duration::from_secs(2), MINUTE * 5);
    now.after(wait.max(retry_after.unwrap_or_default().min(MINUTE * 60)))
}

/// When to renew: a third of its life before its end, a sixtieth of it earlier or later, so that those that were made
/// together are not renewed together. `chance` is a thousandth from 0 to 1000.
pub(crate) fn renewal(not_before: Time, not_after: Time, chance: u32) -> Time {
    let life = not_after.since(not_before);
    not_after.before(life / 3).before(life / 60).after(life / 30 * chance.min(1_000) / 1_000)
}

/// What a problem of the directory's means, by the last part of its type.
pub(crate) fn reason(kind: &str, status: Option<u16>) -> Reason {
    match (kind.rsplit(':').next().unwrap_or_default(), status) {
        ("rateLimited", _) | (_, Some(429)) => Reason::RateLimited,
        ("serverInternal" | "badNonce" | "orderNotReady", _) | (_, Some(500..)) => Reason::DirectoryAway,
        ("connection" | "dns" | "tls", _) => Reason::NotReached,
        ("unauthorized" | "incorrectResponse", _) => Reason::WrongAnswer,
        ("caa" | "rejectedIdentifier", _) => Reason::Forbidden,
        _ => Reason::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_may_follow() {
        for state in State::ALL {
            for event in Event::ALL {
                let lines = TABLE.iter().filter(|(from, on, _)| (from, on) == (state, event)).count();
                assert!(lines <= 1, "{state} {event}");
                assert_eq!(next(*state, *event).is_ok(), lines == 1);
            }
        }
        // Only a directory that has an order gives a certificate, and time alone brings a failed one back.
        for (from, event, to) in TABLE {
            assert_eq!(*to == State::Issued, *event == Event::Issued && *from == State::Ordered);
            assert!(*from != State::Failed || *event == Event::Due);
        }
    }

    #[test]
    fn problems_have_reasons() {
        for (kind, status, expected) in [
            ("urn:ietf:params:acme:error:rateLimited", Some(429), Reason::RateLimited),
            ("urn:ietf:params:acme:error:serverInternal", Some(500), Reason::DirectoryAway),
            ("", Some(503), Reason::DirectoryAway),
            ("urn:ietf:params:acme:error:connection", Some(400), Reason::NotReached),
            ("urn:ietf:params:acme:error:dns", None, Reason::NotReached),
            ("urn:ietf:params:acme:error:unauthorized", Some(403), Reason::WrongAnswer),
            ("urn:ietf:params:acme:error:caa", Some(403), Reason::Forbidden),
            ("urn:ietf:params:acme:error:rejectedIdentifier", Some(400), Reason::Forbidden),
            ("urn:ietf:params:acme:error:malformed", Some(400), Reason::Refused),
        ] {
            assert_eq!(reason(kind, status), expected, "{kind}");
        }
    }

    proptest! {
        /// However often it fails, no hour sees more than the few tries that a directory takes.
        #[test]
        fn few_tries_an_hour(start in 0i64..1_000_000) {
            let mut tries = vec![Time(start)];
            for failures in 1..20 {
                tries.push(again(failures, tries[tries.len() - 1]));
            }
            for first in &tries {
                let within = tries.iter().filter(|at| **at >= *first && at.since(*first) < MINUTE * 60).count();
                prop_assert!(within <= 4);
            }
        }

        #[test]
        fn renewed_around_two_thirds(life in 600u64..100_000_000, chance in 0u32..=1_000) {
            let (from, to) = (Time(0), Time(0).after(Duration::from_secs(life)));
            let at = renewal(from, to, chance);
            let left = to.since(at).as_secs_f64() / life as f64;
            prop_assert!((left - 1.0 / 3.0).abs() <= 1.0 / 59.0, "{}", left);
        }

        #[test]
        fn a_directory_that_is_away_is_asked_ever_less(retry in 0u64..10_000) {
            let retry = Duration::from_secs(retry);
            let waits: Vec<_> = (0..).map_while(|failures| ask_again(failures, Some(retry), Time(0))).collect();
            prop_assert_eq!(waits.len(), 10);
            prop_assert!(waits.windows(2).all(|two| two[0] <= two[1]));
            prop_assert!(waits.iter().all(|at| at.since(Time(0)) >= retry));
        }
    }
}
