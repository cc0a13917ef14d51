//! What may follow what.

use crate::model::Status;
use facts::rounds::DeliveryState;
use store::{Error, Result};

/// What somebody notes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was brought.
    Deliver,
    /// It comes later.
    Delay,
    /// It was not brought.
    Miss,
    /// Another quantity, before anything else was noted.
    Change,
    /// What was noted was wrong.
    Undo,
}

/// What may follow what, of deliveries: the whole table.
const DELIVERIES: &[(DeliveryState, Mark, DeliveryState)] = {
    use DeliveryState as S;
    use Mark as M;
    &[
        (S::Planned, M::Deliver, S::Delivered),
        (S::Planned, M::Delay, S::Delayed),
        (S::Planned, M::Miss, S::Missed),
        (S::Planned, M::Change, S::Planned),
        (S::Skipped, M::Change, S::Planned),
        (S::Delayed, M::Deliver, S::Delivered),
        (S::Delayed, M::Delay, S::Delayed),
        (S::Delayed, M::Miss, S::Missed),
        (S::Delayed, M::Undo, S::Planned),
        (S::Delivered, M::Undo, S::Planned),
        (S::Missed, M::Undo, S::Planned),
    ]
};

/// The state of a delivery after a mark; nothing for a pair that the table does not have.
pub fn after(state: DeliveryState, mark: Mark) -> Option<DeliveryState> {
    DELIVERIES.iter().find(|(from, by, _)| *from == state && *by == mark).map(|(.., to)| *to)
}

/// The state of a delivery after a mark.
///
/// # Errors
/// `delivery_state`.
pub fn next(state: DeliveryState, mark: Mark) -> Result<DeliveryState> {
    after(state, mark).ok_or_else(|| {
        let can = match mark {
            Mark::Deliver => "marked delivered",
            Mark::Delay => "delayed",
            Mark::Miss => "marked missed",
            Mark::Change => "changed",
            Mark::Undo => "undone",
        };
        Error::conflict("delivery_state", format!("A delivery that is {state} cannot be {can}. Undo what was marked first."))
    })
}

/// Lets something be done with a standing order, unless it is over.
///
/// # Errors
/// `standing_order_ended`.
pub fn still_runs(status: Status) -> Result<()> {
    match status {
        Status::Upcoming | Status::Active | Status::Paused => Ok(()),
        Status::Ended => Err(Error::conflict("standing_order_ended", "This standing order is over. Begin a new one for the customer.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_stands_once() {
        for (at, (from, mark, _)) in DELIVERIES.iter().enumerate() {
            assert!(!DELIVERIES[..at].iter().any(|(f, m, _)| f == from && m == mark), "{from} {mark:?}");
        }
        assert_eq!(next(DeliveryState::Planned, Mark::Deliver).unwrap(), DeliveryState::Delivered);
        for mark in [Mark::Deliver, Mark::Delay, Mark::Miss, Mark::Undo] {
            assert!(next(DeliveryState::Skipped, mark).is_err(), "what is called off is not brought: {mark:?}");
        }
        assert!(next(DeliveryState::Delivered, Mark::Miss).unwrap_err().message().contains("Undo"));
    }

    #[test]
    fn what_is_over_stays_over() {
        assert!(still_runs(Status::Ended).is_err());
        assert!([Status::Upcoming, Status::Active, Status::Paused].into_iter().all(|status| still_runs(status).is_ok()));
    }
}
