//! What a person dropped is called off, so that the line behind it goes on.

use crate::deliver::DeliverWebhook;
use crate::{line, queries};
use async_trait::async_trait;
use facts::Fact;
use facts::errands::ErrandDropped;
use store::{Reaction, Result, Stated, Tx};

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
        let Some((id, round)) = crate::round::dropped::<DeliverWebhook, _>(fact)? else { return Ok(()) };
        match queries::delivery(tx, id).await? {
            Some(delivery) => line::abandoned(tx, delivery.endpoint_id, id, round).await,
            None => Ok(()),
        }
    }
}
