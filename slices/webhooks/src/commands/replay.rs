//! Sending once more what was sent, or what never arrived.

use crate::deliver::DeliverWebhook;
use crate::model::State;
use crate::timers::StartReplays;
use crate::{line, queries, rows, rules};
use facts::webhooks::WebhooksReplayed;
use facts::{Time, WebhookDeliveryId, WebhookEndpointId};
use store::{Command, Error, Result, Tx};

/// Sends one delivery once more, under the id that it had: one that has come to its end, or whose errand was given up or is no more.
pub(crate) struct ReplayDelivery(pub WebhookDeliveryId);

impl Command for ReplayDelivery {
    const NAME: &'static str = "replay_webhook_delivery";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let missing = || Error::not_found("webhook delivery");
        let delivery = queries::delivery(tx, self.0).await?.ok_or_else(missing)?;
        let endpoint = rows::lock_endpoint(tx, delivery.endpoint_id).await?;
        rows::must_be_enabled(&endpoint)?;
        let stand = rows::lock_delivery(tx, self.0).await?.ok_or_else(missing)?;
        if !queries::may_go_again(tx, self.0, stand.state, stand.round).await? {
            return Err(Error::conflict("on_its_way", "This delivery is on its way already."));
        }
        if stand.state == State::Waiting {
            // Nothing goes with it any more: it is called off first.
            rows::call_off_one(tx, self.0).await?;
        }
        if endpoint.ordered {
            rows::start_again(tx, self.0, State::Queued).await?;
            line::move_on(tx, &endpoint).await?;
        } else {
            rows::start_again(tx, self.0, State::Waiting).await?;
            tx.send(DeliverWebhook { delivery_id: self.0, endpoint_id: endpoint.id, round: stand.round + 1 }).await?;
        }
        tx.state(WebhooksReplayed { endpoint_id: endpoint.id, deliveries: 1 }).await?;
        Ok(())
    }
}

/// Sends an endpoint's deliveries once more that were made since a time.
pub(crate) struct ReplayEndpoint {
    pub id: WebhookEndpointId,
    pub since: Time,
    /// Only what did not arrive.
    pub failed_only: bool,
}

impl Command for ReplayEndpoint {
    const NAME: &'static str = "replay_webhook_endpoint";
    /// How many are sent.
    type Out = i64;

    async fn run(&self, tx: &mut Tx) -> Result<i64> {
        // Not held: so many may take seconds, and what comes back from its calls waits for whoever holds it. Where it is disabled at this moment,
        // the timer calls off what was asked for.
        let endpoint = queries::endpoint(tx, self.id).await?.ok_or_else(|| Error::not_found("webhook endpoint"))?;
        rows::must_be_enabled(&endpoint)?;
        let asked = rows::ask_again(tx, self.id, self.since, self.failed_only, rules::REPLAYED + 1).await?;
        let asked = i64::try_from(asked).map_err(Error::internal)?;
        if asked > rules::REPLAYED {
            return Err(Error::field("since", format!("a later time: more than {} deliveries were made since", rules::REPLAYED)));
        }
        if asked > 0 {
            tx.at(tx.now(), StartReplays { endpoint_id: self.id }).await?;
            tx.state(WebhooksReplayed { endpoint_id: self.id, deliveries: asked }).await?;
        }
        Ok(asked)
    }
}
