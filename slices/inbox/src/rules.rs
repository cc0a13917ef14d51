//! What may follow what, and how long a customer may be answered in free words.

use crate::model::State;
use channels::WINDOW;
use facts::Time;
use facts::messages::Channel;
use store::{Error, Result};

/// What moves a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The customer writes.
    Hear,
    /// It is to rest until a moment.
    Snooze,
    /// That moment has come.
    Wake,
    /// Nothing is left to answer.
    Resolve,
    /// It goes on though the customer has not written.
    Reopen,
}

/// What may follow what: the whole table.
const TABLE: &[(State, Act, State)] = {
    use Act as A;
    use State as S;
    &[
        (S::Open, A::Hear, S::Open),
        (S::Open, A::Snooze, S::Snoozed),
        (S::Open, A::Resolve, S::Resolved),
        (S::Snoozed, A::Hear, S::Open),
        (S::Snoozed, A::Snooze, S::Snoozed),
        (S::Snoozed, A::Wake, S::Open),
        (S::Snoozed, A::Resolve, S::Resolved),
        (S::Snoozed, A::Reopen, S::Open),
        (S::Resolved, A::Hear, S::Open),
        (S::Resolved, A::Reopen, S::Open),
    ]
};

/// The state that follows; nothing for a pair that the table does not have.
pub fn after(state: State, act: Act) -> Option<State> {
    TABLE.iter().find(|(from, by, _)| *from == state && *by == act).map(|(.., to)| *to)
}

/// The state that follows.
///
/// # Errors
/// `conversation_state`.
pub fn next(state: State, act: Act) -> Result<State> {
    after(state, act).ok_or_else(|| {
        let message = match act {
            Act::Hear | Act::Wake => format!("A conversation that is {state} stays so."),
            Act::Snooze => "A conversation that is resolved cannot be snoozed. Reopen it first.".to_owned(),
            Act::Resolve => "This conversation is resolved already.".to_owned(),
            Act::Reopen => "This conversation is open already.".to_owned(),
        };
        Error::conflict("conversation_state", message)
    })
}

/// Whether a customer may be answered in free words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// At any time.
    Always,
    /// Until then.
    Until(Time),
    /// Not now: only an approved template reaches them.
    Closed,
}

/// Whether a customer who wrote last at a moment may be answered in free words now.
/// Source: WhatsApp Business Platform, customer service windows. SMS has none.
pub fn window(channel: Channel, last_in_at: Option<Time>, now: Time) -> Window {
    if channel != Channel::Whatsapp {
        return Window::Always;
    }
    match last_in_at.map(|at| at.after(WINDOW)) {
        Some(end) if now < end => Window::Until(end),
        Some(_) | None => Window::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ACTS: [Act; 5] = [Act::Hear, Act::Snooze, Act::Wake, Act::Resolve, Act::Reopen];

    #[test]
    fn each_pair_stands_once() {
        for (at, (from, act, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..at].iter().any(|(f, a, _)| f == from && a == act), "{from} {act:?}");
        }
        assert!(next(State::Resolved, Act::Snooze).unwrap_err().message().contains("Reopen"));
        assert!(next(State::Resolved, Act::Resolve).is_err() && next(State::Open, Act::Reopen).is_err());
        assert_eq!(after(State::Open, Act::Wake), None, "a timer that comes late changes nothing");
    }

    #[test]
    fn the_window_is_whatsapps_alone() {
        let wrote: Time = "2026-11-22T10:00:00Z".parse().unwrap();
        let at = |text: &str| -> Time { text.parse().unwrap() };
        let end = at("2026-11-23T10:00:00Z");
        assert_eq!(window(Channel::Whatsapp, Some(wrote), at("2026-11-23T09:59:59Z")), Window::Until(end));
        assert_eq!(window(Channel::Whatsapp, Some(wrote), end), Window::Closed);
        assert_eq!(window(Channel::Whatsapp, None, wrote), Window::Closed);
        assert_eq!(window(Channel::Sms, None, end), Window::Always);
    }

    proptest! {
        /// Whatever was done with it: a customer who writes is in an open conversation.
        #[test]
        fn who_writes_is_heard(acts in proptest::collection::vec(0usize..5, 0..20)) {
            let mut state = State::Open;
            for act in acts {
                state = after(state, ACTS[act]).unwrap_or(state);
            }
            prop_assert_eq!(after(state, Act::Hear), Some(State::Open));
        }

        /// Nothing but an agent resolves, and nothing but an agent snoozes.
        #[test]
        fn nothing_rests_by_itself(at in 0usize..3) {
            for act in [Act::Hear, Act::Wake] {
                prop_assert!(after(State::ALL[at], act).is_none_or(|to| to == State::Open));
            }
        }
    }
}
