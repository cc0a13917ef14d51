//! Events for one endpoint alone, whatever kinds it wants: a test, or a step of a journey.

use crate::deliver::DeliverWebhook;
use crate::model::{Endpoint, Standing, State};
use crate::{queries, rows};
use facts::journeys::JourneyCalled;
use facts::{Fact, WebhookDeliveryId, WebhookEndpointId};
use store::journal::Place;
use store::{Look, Result, Sending, Tx};

/// The most endpoints that are offered to choose from.
const OFFERED: i64 = 100;

/// Tells one endpoint, and no other, of people who came to a step of a journey, by the same way as all its events. False where it takes none at
/// present: then nothing is stated. Where it hears in order the reaction puts them on their way, at their place in the journal.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn send_to(tx: &mut Tx, endpoint: WebhookEndpointId, called: impl IntoIterator<Item = JourneyCalled>) -> Result<bool> {
    let Some(takes) = queries::endpoint(tx, endpoint).await?.filter(|endpoint| endpoint.state == Standing::Enabled) else {
        return Ok(false);
    };
    if takes.ordered {
        tx.state_all(called).await?;
    } else {
        send(tx, endpoint, called).await?;
    }
    Ok(true)
}

/// Whether there is such an endpoint.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn is_there(look: &mut impl Look, endpoint: WebhookEndpointId) -> Result<bool> {
    queries::endpoint(look, endpoint).await.map(|endpoint| endpoint.is_some())
}

/// The endpoints that there are, newest first, as people tell them apart: a whole address may hold what not all who write journeys may know.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn known(look: &mut impl Look) -> Result<Vec<(WebhookEndpointId, String)>> {
    let all = queries::endpoints(look, None, web::Cursor::START, OFFERED).await?;
    let says = |endpoint: &Endpoint| match endpoint.description.as_str() {
        "" => endpoint.host(),
        words => format!("{words} ({})", endpoint.host()),
    };
    Ok(all.iter().map(|endpoint| (endpoint.id, says(endpoint))).collect())
}

/// States facts, and puts them on their way to one endpoint, past its line where it has one.
pub(crate) async fn send<F: Fact>(
    tx: &mut Tx,
    endpoint: WebhookEndpointId,
    facts: impl IntoIterator<Item = F>,
) -> Result<Vec<WebhookDeliveryId>> {
    let stated = tx.state_all(facts).await?;
    let made =
        rows::insert_deliveries(tx, F::KIND, Place::default(), State::Waiting, stated.into_iter().map(|fact| (fact, endpoint))).await?;
    let ids = made.iter().map(|started| started.id).collect();
    tx.send_all(made.into_iter().map(|started| (DeliverWebhook::from(started), Sending::default()))).await?;
    Ok(ids)
}
