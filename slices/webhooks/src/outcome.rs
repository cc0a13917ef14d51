//! What a call came to, and what follows for the delivery and its endpoint.

use crate::call::Called;
use crate::deliver::DeliverWebhook;
use crate::line;
use crate::model::{Event, Reason, State};
use crate::rows::{self, Tried};
use crate::rules::{self, Verdict};
use rand::Rng;
use store::{Ended, Next, Result, Trip, Tx};

/// Where a call leads.
struct Turn {
    event: Event,
    next: Next,
    outcome: &'static str,
}

/// Writes what a call came to.
pub(crate) async fn write(tx: &mut Tx, trip: &Trip, errand: &DeliverWebhook, called: &Called) -> Result<Ended> {
    let Some(stand) = rows::lock_delivery(tx, errand.delivery_id).await? else { return Ok(Ended::done("the delivery is no more")) };
    let put_offs = trip.try_number - 1 - trip.failures;
    let verdict = rules::verdict(called.status, called.retry_after.as_deref(), put_offs, tx.now());
    let turn = turn(tx, trip, called, verdict);
    let next_at = match turn.next {
        Next::Again(at) | Next::Pause(at) => Some(at),
        _ => None,
    };
    let state = stand.after(turn.event, errand.round);
    let tried = Tried {
        id: errand.delivery_id,
        number: stand.attempts + 1,
        state,
        next_at: next_at.filter(|_| state == State::Waiting),
        started_at: trip.started_at,
        took_ms: i64::try_from(called.took.as_millis()).unwrap_or(i64::MAX),
        status: called.status,
        outcome: turn.outcome,
        answer: &called.answer,
    };
    rows::tried(tx, &tried).await?;
    if matches!(turn.event, Event::Taken | Event::GivenUp) && state != stand.state {
        rows::count(tx, errand.endpoint_id, turn.event == Event::Taken).await?;
    }
    follow(tx, errand, verdict).await?;
    if stand.ordered && state != State::Waiting {
        line::move_on(tx, errand.endpoint_id).await?;
    }
    Ok(Ended::new(turn.next, turn.outcome, note(called)))
}

fn turn(tx: &mut Tx, trip: &Trip, called: &Called, verdict: Verdict) -> Turn {
    match verdict {
        Verdict::Taken => Turn { event: Event::Taken, next: Next::Done, outcome: "delivered" },
        Verdict::Gone => Turn { event: Event::GivenUp, next: Next::Done, outcome: "gone" },
        // The lane is this endpoint's: all that goes there waits, and none of it has failed.
        Verdict::Later(span) => Turn { event: Event::Missed, next: Next::Pause(tx.now().after(span)), outcome: "put_off" },
        Verdict::Missed => {
            let outcome = called.trouble.unwrap_or("not_taken");
            let chance = tx.dice().random_range(0..=1_000);
            match rules::wait(trip.failures + 1, chance) {
                Some(wait) => Turn { event: Event::Missed, next: Next::Again(tx.now().after(wait)), outcome },
                None => Turn { event: Event::GivenUp, next: Next::Done, outcome },
            }
        }
    }
}

/// What the endpoint learns from it.
async fn follow(tx: &mut Tx, errand: &DeliverWebhook, verdict: Verdict) -> Result<()> {
    let reason = match verdict {
        Verdict::Taken => return rows::fails_no_more(tx, errand.endpoint_id).await,
        Verdict::Gone => Reason::Gone,
        Verdict::Missed | Verdict::Later(_) => {
            let since = rows::fails(tx, errand.endpoint_id).await?;
            if !since.is_some_and(|since| rules::is_given_up(since, tx.now())) {
                return Ok(());
            }
            Reason::Failing
        }
    };
    match rows::lock_endpoint(tx, errand.endpoint_id).await {
        Ok(endpoint) => rows::disable(tx, &endpoint, reason).await,
        Err(error) if error.kind() == store::Kind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// What the operator reads of it: never the answer's words, which are the merchant's.
fn note(called: &Called) -> String {
    match called.status {
        Some(status) => format!("answered {status} after {} ms", called.took.as_millis()),
        None => called.answer.clone(),
    }
}
