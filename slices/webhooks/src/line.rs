//! The line of an endpoint that hears in order: one delivery is on its way, and the others stand queued behind it without an errand, in
//! the order of the journal.
//!
//! Whoever adds to a line or takes away from it moves it on in the same commit, after what it wrote. The lock on the endpoint's row puts them
//! one after the other, so neither misses what the other did: a line never stands still with nothing on its way, and never has two. Whoever
//! locks a delivery as well does so after its endpoint.

use crate::deliver::DeliverWebhook;
use crate::model::{Endpoint, Event, Standing};
use crate::rows;
use crate::timers::{BREATH, StartReplays};
use facts::{WebhookDeliveryId, WebhookEndpointId};
use store::{Result, Sending, Tx};

/// Puts the first of a line on its way, where nothing is. Whoever calls this holds the lock on the endpoint.
pub(crate) async fn move_on(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    match endpoint.state {
        Standing::Enabled if endpoint.ordered => {
            let started = rows::start_first(tx, endpoint.id).await?;
            tx.send_all(started.into_iter().map(|started| (DeliverWebhook::from(started), Sending::default()))).await
        }
        // It was changed in between, and what stands there goes as it can.
        Standing::Enabled => tx.at(tx.now(), StartReplays { endpoint_id: endpoint.id }).await,
        Standing::Disabled | Standing::Removed => rows::call_off(tx, endpoint.id).await,
    }
}

/// The same, where something was added to its line.
pub(crate) async fn grown(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<()> {
    match rows::hold_endpoint(tx, endpoint).await? {
        Some(endpoint) => move_on(tx, &endpoint).await,
        None => Ok(()),
    }
}

/// A delivery has no errand any more, and none of its tries decided what becomes of it: it is called off, and its line goes on without it. One
/// that goes for a later round, or has come to its end, stays as it is.
pub(crate) async fn abandoned(tx: &mut Tx, endpoint: WebhookEndpointId, delivery: WebhookDeliveryId, round: i64) -> Result<()> {
    let Some(endpoint) = rows::hold_endpoint(tx, endpoint).await? else { return Ok(()) };
    let Some(stand) = rows::lock_delivery(tx, delivery).await? else { return Ok(()) };
    if stand.after(Event::CalledOff, round) == stand.state {
        return Ok(());
    }
    rows::call_off_one(tx, delivery).await?;
    if endpoint.ordered { move_on(tx, &endpoint).await } else { Ok(()) }
}

/// An endpoint hears in order from now on, or no longer does. What is on its way stays so: a line that begins waits for it, and one that ends
/// goes as it can.
pub(crate) async fn turned(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    // The reaction may be putting on its way at this moment what it found without a line, so the line begins once that is over.
    let when = if endpoint.ordered { tx.now().after(BREATH) } else { tx.now() };
    tx.at(when, StartReplays { endpoint_id: endpoint.id }).await
}
