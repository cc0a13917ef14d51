//! What a person dropped is called off, so that the line behind it goes on.

use crate::deliver::DeliverWebhook;
use crate::{line, queries};
use async_trait::async_trait;
use facts::Fact;
use facts::errands::ErrandDropped;
use store::{Errand, Reaction, Result, Stated, Tx};

/// Calls off the deliveries whose errands were given up and then dropped.
pub(crate) struct CallOffDropped;

#[async_trait]
impl Reaction for CallOffDropped {
    fn name(&self) -> &'static str {
        "call_off_dropped_webhooks"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ErrandDropped::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(dropped) = fact.read::<ErrandDropped>()?.filter(|dropped| dropped.name == DeliverWebhook::NAME) else { return Ok(()) };
        // One from before errands told what they are for: its delivery can be sent again by hand.
        let Some((id, round)) = dropped.key.as_deref().and_then(DeliverWebhook::read_key) else { return Ok(()) };
        match queries::delivery(tx, id).await? {
            Some(delivery) => line::abandoned(tx, delivery.endpoint_id, id, round).await,
            None => Ok(()),
        }
    }
}
