//! What a call came to, and what follows for the delivery and its endpoint.

use crate::call::Called;
use crate::deliver::DeliverWebhook;
use crate::line;
use crate::model::{Endpoint, Event, Reason, Standing, State};
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

/// Writes what a call came to. The endpoint is held first: whether it hears in order, and how it stands, stays so until the commit.
pub(crate) async fn write(tx: &mut Tx, trip: &Trip, errand: &DeliverWebhook, called: &Called) -> Result<Ended> {
    let Some(endpoint) = rows::hold_endpoint(tx, errand.endpoint_id).await? else { return Ok(Ended::done("the endpoint is no more")) };
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
    follow(tx, &endpoint, verdict).await?;
    // Where that disabled it, its line was called off, and nothing is left to be started.
    if endpoint.ordered && state != State::Waiting {
        line::move_on(tx, &endpoint).await?;
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

/// What the endpoint learns from it: no row is touched where that is nothing new.
async fn follow(tx: &mut Tx, endpoint: &Endpoint, verdict: Verdict) -> Result<()> {
    match verdict {
        Verdict::Taken if endpoint.failing_since.is_some() => rows::set_failing(tx, endpoint.id, None).await,
        Verdict::Taken => Ok(()),
        _ if endpoint.state != Standing::Enabled => Ok(()),
        Verdict::Gone => rows::disable(tx, endpoint, Reason::Gone).await,
        Verdict::Missed | Verdict::Later(_) => match endpoint.failing_since {
            None => rows::set_failing(tx, endpoint.id, Some(tx.now())).await,
            Some(since) if rules::is_given_up(since, tx.now()) => rows::disable(tx, endpoint, Reason::Failing).await,
            Some(_) => Ok(()),
        },
    }
}

/// What the operator reads of it: never the answer's words, which are the merchant's.
fn note(called: &Called) -> String {
    match called.status {
        Some(status) => format!("answered {status} after {} ms", called.took.as_millis()),
        None => called.answer.clone(),
    }
}
