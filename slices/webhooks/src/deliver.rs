//! Delivery: one event to one endpoint, at least once and always under the same id.

use crate::call::{Called, Posting, call};
use crate::model::{Endpoint, Standing, State};
use crate::queries::{self, Letter};
use crate::rows::Started;
use crate::rules::PER_SECOND;
use crate::world::Config;
use crate::{line, outcome, round, sign};
use facts::{TenantId, WebhookDeliveryId, WebhookEndpointId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Error, Lane, Next, Result, Trip, Tx};

/// When a delivery is looked at again that could not be read.
const BLINK: Duration = Duration::from_secs(10);

/// Takes a delivery to its endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliverWebhook {
    pub delivery_id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    /// The round that it goes for; in a later one it has nothing to do.
    pub round: i64,
}

impl From<Started> for DeliverWebhook {
    fn from(started: Started) -> Self {
        Self { delivery_id: started.id, endpoint_id: started.endpoint_id, round: started.round }
    }
}

/// The lane of an endpoint.
pub(crate) fn lane(tenant: TenantId, endpoint: WebhookEndpointId) -> String {
    format!("webhook/{tenant}/{endpoint}")
}

/// Has the lane of an endpoint move no faster than it wants, also with what stands on it already.
pub(crate) async fn keep_pace(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    let per_second = u32::try_from(endpoint.per_second).unwrap_or(PER_SECOND);
    tx.set_pace(&lane(tx.tenant(), endpoint.id), per_second).await
}

/// What a trip came to.
pub(crate) enum Back {
    /// Nothing was left to do.
    Idle,
    /// It could not be looked at.
    Unread(Error),
    /// The endpoint was called.
    Called(Called),
}

impl Errand for DeliverWebhook {
    const NAME: &'static str = "deliver_webhook";
    const PLACES: usize = 192;
    const LANE_PLACES: usize = 16;
    type World = Config;
    type Back = Back;

    /// Where an endpoint wants fewer calls, its lane's pace is set.
    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: lane(tenant, self.endpoint_id), per_second: Some(PER_SECOND) }
    }

    /// After the messages that customers wait for.
    fn priority(&self) -> i64 {
        6
    }

    fn key(&self) -> Option<String> {
        Some(round::key_of(self.delivery_id, self.round))
    }

    async fn go(&self, world: &Config, trip: &Trip) -> Back {
        match self.call(world, trip).await {
            Ok(Some(called)) => Back::Called(called),
            Ok(None) => Back::Idle,
            Err(error) => Back::Unread(error),
        }
    }

    async fn back(&self, _: &Config, tx: &mut Tx, trip: &Trip, brought: &Back) -> Result<Ended> {
        match brought {
            Back::Idle => {
                // Whatever it was that kept it from going: it holds nobody up.
                line::abandoned(tx, self.endpoint_id, self.delivery_id, self.round).await?;
                Ok(Ended::done("nothing was left to do"))
            }
            Back::Unread(error) => Ok(Ended::new(Next::Wait(tx.now().after(BLINK)), "not_seen", error.to_string())),
            Back::Called(called) => outcome::write(tx, trip, self, called).await,
        }
    }
}

impl DeliverWebhook {
    /// Calls the endpoint, where the delivery is still to be made.
    async fn call(&self, world: &Config, trip: &Trip) -> Result<Option<Called>> {
        let mut read = world.db.read_main(trip.tenant);
        let wanted = |letter: &Letter| letter.state == State::Waiting && letter.round == self.round && letter.standing == Standing::Enabled;
        let Some(letter) = queries::letter(&mut read, self.delivery_id).await?.filter(wanted) else { return Ok(None) };
        let Some(told) = queries::told(&mut read, letter.fact_id).await? else { return Ok(None) };
        let body = serde_json::to_vec(&told.payload())?;
        let secrets = secrets(world, trip, &letter)?;
        let (id, at) = (letter.fact_id.to_string(), trip.started_at);
        Ok(Some(call(&world.outside, Posting { url: &letter.url, id: &id, at, secrets: &secrets, body }).await?))
    }
}

/// What signs: the endpoint's secret, and the one before while its time lasts.
fn secrets(world: &Config, trip: &Trip, letter: &Letter) -> Result<Vec<String>> {
    let place = sign::place(trip.tenant, letter.endpoint_id);
    let before = letter.locked_before.as_ref().filter(|_| letter.before_until.is_some_and(|until| until > trip.started_at));
    letter.locked.iter().chain(before).map(|locked| world.vault.open(&place, locked)).collect()
}
