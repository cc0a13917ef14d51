//! A test event, to see it arrive.

use crate::deliver::DeliverWebhook;
use crate::rows;
use facts::webhooks::WebhookTest;
use facts::{Fact, WebhookDeliveryId, WebhookEndpointId};
use store::{Command, Error, Result, Tx};

/// Sends `webhook.test` to one endpoint, whatever kinds it wants.
pub(crate) struct TestEndpoint(pub WebhookEndpointId);

impl Command for TestEndpoint {
    const NAME: &'static str = "test_webhook_endpoint";
    type Out = WebhookDeliveryId;

    async fn run(&self, tx: &mut Tx) -> Result<WebhookDeliveryId> {
        let endpoint = rows::lock_endpoint(tx, self.0).await?;
        rows::must_be_enabled(&endpoint)?;
        let fact = tx.state(WebhookTest { endpoint_id: self.0 }).await?;
        let made = rows::insert_deliveries(tx, fact, WebhookTest::KIND, std::iter::once(self.0)).await?;
        let made = made.into_iter().next().ok_or_else(|| Error::internal("a test was not put on its way"))?;
        tx.send(DeliverWebhook::from(made)).await?;
        Ok(made.id)
    }
}
