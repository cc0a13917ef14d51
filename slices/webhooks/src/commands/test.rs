//! A test event, to see it arrive.

use crate::{addressed, rows};
use facts::webhooks::WebhookTest;
use facts::{WebhookDeliveryId, WebhookEndpointId};
use store::{Command, Error, Result, Tx};

/// Sends `webhook.test` to one endpoint, whatever kinds it wants.
pub(crate) struct TestEndpoint(pub WebhookEndpointId);

impl Command for TestEndpoint {
    const NAME: &'static str = "test_webhook_endpoint";
    type Out = WebhookDeliveryId;

    async fn run(&self, tx: &mut Tx) -> Result<WebhookDeliveryId> {
        let endpoint = rows::lock_endpoint(tx, self.0).await?;
        rows::must_be_enabled(&endpoint)?;
        let made = addressed::send(tx, self.0, [WebhookTest { endpoint_id: self.0 }]).await?;
        made.first().copied().ok_or_else(|| Error::internal("a test was not put on its way"))
    }
}
