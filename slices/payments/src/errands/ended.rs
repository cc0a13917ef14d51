//! What becomes of an errand whose call brought nothing.

use crate::rules::{MOST_FAILURES, pause_after};
use crate::trouble::Trouble;
use rand::Rng;
use std::time::Duration;
use store::{Ended, Next, Trip, Tx};

/// How long everything is silent after the provider asked us to slow down and did not say for how long.
const SLOW_DOWN: Duration = Duration::from_secs(2);

/// The usual end: slow down, try again with growing pauses for about a day, or leave it to a person.
pub fn after(trouble: &Trouble, tx: &mut Tx, trip: &Trip) -> Ended {
    let now = tx.now();
    let next = match trouble {
        Trouble::RateLimited(wait) => Next::Pause(now.after(wait.unwrap_or(SLOW_DOWN))),
        Trouble::Transient(_) | Trouble::Unknown(_) if trip.failures + 1 < MOST_FAILURES => {
            let pause = pause_after(trip.failures);
            let spread = Duration::from_millis(tx.dice().random_range(0..=250));
            Next::Again(now.after(pause + spread))
        }
        Trouble::Transient(_) | Trouble::Unknown(_) | Trouble::Refused(..) | Trouble::SignedOut(_) => Next::Bury,
    };
    Ended::new(next, trouble.class(), trouble.to_string())
}
