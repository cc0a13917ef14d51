//! The life of a message as a table: forward only, whatever order the provider's receipts come in.

use crate::model::State;
use channels::Status;

/// What can happen to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A call to the provider began.
    Left,
    /// The provider took it, by its answer or by any receipt for it.
    Accepted,
    /// A try failed, and another follows.
    Retried,
    /// The answer was lost: the provider may have it.
    Lost,
    /// No try follows.
    GaveUp,
    /// It is not to be sent.
    Suppressed,
    /// It came too late.
    Expired,
    /// A receipt.
    Receipt(Status),
}

use Event::{Accepted, Expired, GaveUp, Left, Lost, Receipt, Retried, Suppressed};

/// Every state in which the provider is not known to have it, each with what may happen there.
const BEFORE: &[State] = &[State::Scheduled, State::Queued, State::Failed, State::Unknown, State::Dead, State::Suppressed, State::Expired];

/// Those of them that still go out, or that a person sends out once more.
const GOING: &[State] = &[State::Scheduled, State::Queued, State::Failed, State::Unknown, State::Dead];

/// From any of these, by this, to that. What no row allows does not move the message.
const TABLE: &[(&[State], Event, State)] = &[
    (GOING, Left, State::Sending),
    (BEFORE, Accepted, State::Sent),
    (GOING, Retried, State::Failed),
    (GOING, Lost, State::Unknown),
    (GOING, GaveUp, State::Dead),
    (GOING, Suppressed, State::Suppressed),
    (GOING, Expired, State::Expired),
    (&[State::Sent], Receipt(Status::Failed), State::Failed),
    (&[State::Sent, State::Failed], Receipt(Status::Delivered), State::Delivered),
    (&[State::Sent, State::Failed, State::Delivered], Receipt(Status::Read), State::Read),
];

/// The state that follows; `None` when nothing changes.
pub fn next(state: State, event: Event) -> Option<State> {
    let row = TABLE.iter().find(|(from, by, _)| *by == event && from.contains(&state));
    row.map(|(_, _, to)| *to).filter(|to| *to != state)
}

/// The state after a receipt. Any receipt proves that the provider has the message, so one that was not known to
/// be there is there first.
pub fn after_receipt(state: State, provider_has_it: bool, status: Status) -> State {
    let there = if provider_has_it { state } else { next(state, Accepted).unwrap_or(state) };
    next(there, Receipt(status)).unwrap_or(there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table() {
        use State::*;
        for (from, event, to) in [
            (Queued, Left, Some(Sending)),
            (Queued, Accepted, Some(Sent)),
            (Scheduled, Accepted, Some(Sent)),
            (Queued, Retried, Some(State::Failed)),
            (Queued, Lost, Some(Unknown)),
            (Unknown, Lost, None),
            (Unknown, Accepted, Some(Sent)),
            (Unknown, GaveUp, Some(Dead)),
            (Queued, Event::Suppressed, Some(State::Suppressed)),
            (Queued, Event::Expired, Some(State::Expired)),
            (State::Suppressed, Retried, None),
            (State::Expired, Lost, None),
            (Sent, Retried, None),
            (Delivered, Lost, None),
            (Read, GaveUp, None),
            (Sent, Receipt(Status::Failed), Some(State::Failed)),
            (Delivered, Receipt(Status::Failed), None),
            (Read, Receipt(Status::Delivered), None),
            (State::Failed, Receipt(Status::Sent), None),
        ] {
            assert_eq!(next(from, event), to, "{from} {event:?}");
        }
    }

    fn rank(status: Status) -> usize {
        Status::ALL.iter().position(|known| *known == status).unwrap()
    }

    proptest! {
        /// Whatever the order and however often, the highest word stands in the end: read > delivered > failed > sent.
        #[test]
        fn receipts_in_any_order(first in 0..BEFORE.len(), words in proptest::collection::vec(0..Status::ALL.len(), 1..12)) {
            let mut state = BEFORE[first];
            let mut there = false;
            for word in &words {
                state = after_receipt(state, there, Status::ALL[*word]);
                there = true;
            }
            let highest = words.iter().map(|word| Status::ALL[*word]).max_by_key(|status| rank(*status)).unwrap();
            prop_assert_eq!(state.as_str(), highest.as_str());
        }

        /// No outcome of our own takes back what the provider said.
        #[test]
        fn what_was_delivered_stays(word in 0..Status::ALL.len(), own in 0usize..5) {
            let state = after_receipt(State::Queued, false, Status::ALL[word]);
            prop_assume!(state != State::Failed);
            let event = [Retried, Lost, GaveUp, Suppressed, Expired][own];
            prop_assert_eq!(next(state, event), None);
        }
    }
}
