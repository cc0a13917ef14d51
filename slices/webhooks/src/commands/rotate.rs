//! A new secret, without a moment in which neither is good.

use crate::timers::EndOldSecret;
use crate::{rows, rules, sign};
use facts::webhooks::EndpointStep;
use facts::{Change, WebhookEndpointId};
use store::secret::Vault;
use store::{Command, Result, Tx};

/// Gives an endpoint a new secret. The one that it had signs along for a day; one from before that ends at once, so
/// that never more than two are good.
pub(crate) struct RotateSecret {
    pub id: WebhookEndpointId,
    pub vault: Vault,
}

impl Command for RotateSecret {
    const NAME: &'static str = "rotate_webhook_secret";
    /// The new secret, which is told this once.
    type Out = String;

    async fn run(&self, tx: &mut Tx) -> Result<String> {
        let endpoint = rows::lock_endpoint(tx, self.id).await?;
        let secret = sign::secret(tx);
        let locked = self.vault.lock(&sign::place(tx.tenant(), self.id), &secret)?;
        let until = tx.now().after(rules::OVERLAP);
        rows::rotate(tx, &endpoint, locked, until).await?;
        tx.at(until, EndOldSecret { endpoint_id: self.id }).await?;
        rows::state_step(tx, &endpoint, EndpointStep::Rotated, None, vec![Change::secret("secret", true)]).await?;
        Ok(secret)
    }
}
