//! What happens later: a secret's end, and replays that are put on their way a page at a time.

use crate::deliver::DeliverWebhook;
use crate::model::Standing;
use crate::{line, rows};
use facts::WebhookEndpointId;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Result, Sending, Timer, Tx};

/// Replays that are put on their way at once.
const PAGE: i64 = 200;
/// Until the next page: about as long as the lane takes for one.
pub(crate) const BREATH: Duration = Duration::from_secs(4);

/// Ends the secret that signed along after a rotation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EndOldSecret {
    pub endpoint_id: WebhookEndpointId,
}

impl Timer for EndOldSecret {
    const NAME: &'static str = "end_webhook_secret";

    fn key(&self) -> String {
        self.endpoint_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        rows::end_before(tx, self.endpoint_id).await
    }
}

/// Puts what was asked for again on its way: all of it where an endpoint takes it as it comes, else the first of its line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StartReplays {
    pub endpoint_id: WebhookEndpointId,
}

impl Timer for StartReplays {
    const NAME: &'static str = "start_webhook_replays";

    fn key(&self) -> String {
        self.endpoint_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(endpoint) = rows::hold_endpoint(tx, self.endpoint_id).await? else { return Ok(()) };
        if endpoint.ordered || endpoint.state != Standing::Enabled {
            return line::move_on(tx, &endpoint).await;
        }
        let started = rows::start_queued(tx, self.endpoint_id, PAGE).await?;
        if started.len() as i64 == PAGE {
            tx.at(tx.now().after(BREATH), StartReplays { endpoint_id: self.endpoint_id }).await?;
        }
        tx.send_all(started.into_iter().map(|started| (DeliverWebhook::from(started), Sending::default()))).await
    }
}
