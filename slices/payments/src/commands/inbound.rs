//! What a person does about a webhook that was given up.

use facts::{ErrandId, Id, InboundId};
use store::{Command, Result, Tx, errand};

/// Gives up a webhook for good.
pub struct DropWebhook(pub InboundId);

impl Command for DropWebhook {
    const NAME: &'static str = "drop_webhook";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        errand::Drop(ErrandId::from_uuid(self.0.uuid())).run(tx).await?;
        tx.processed(self.0, "Dropped by a person.").await
    }
}
