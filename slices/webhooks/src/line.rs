//! The line of an endpoint that hears in order: one delivery is on its way, and the others stand queued behind it without an errand, in
//! the order of the journal.
//!
//! Whoever adds to a line or takes away from it moves it on in the same commit, after what it wrote. The lock on the endpoint's row puts them
//! one after the other, so neither misses what the other did: a line never stands still with nothing on its way, and never has two.

use crate::deliver::DeliverWebhook;
use crate::model::Endpoint;
use crate::rows;
use crate::timers::{BREATH, StartReplays};
use facts::WebhookEndpointId;
use store::{Result, Sending, Tx};

/// Puts the first of a line on its way, where nothing is.
pub(crate) async fn move_on(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<()> {
    match rows::lock_order(tx, endpoint).await? {
        Some(true) => {
            let started = rows::start_first(tx, endpoint).await?;
            tx.send_all(started.into_iter().map(|started| (DeliverWebhook::from(started), Sending::default()))).await
        }
        // It was changed in between, and what stands there goes as it can.
        Some(false) => tx.at(tx.now(), StartReplays { endpoint_id: endpoint }).await,
        None => rows::call_off(tx, endpoint).await,
    }
}

/// An endpoint hears in order from now on, or no longer does. What is on its way stays so: a line that begins waits for it, and one that ends
/// goes as it can.
pub(crate) async fn turned(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    // An outcome that is being written at this moment knows nothing of the line, so it is moved on once that is over.
    let when = if endpoint.ordered { tx.now().after(BREATH) } else { tx.now() };
    tx.at(when, StartReplays { endpoint_id: endpoint.id }).await
}
