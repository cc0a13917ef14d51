//! Changing an endpoint, and taking it out.

use super::Wanted;
use crate::model::{Endpoint, Reason, Standing};
use crate::{deliver, line, rows};
use facts::webhooks::EndpointStep;
use facts::{Change, WebhookEndpointId};
use serde_json::{Value, json};
use store::{Command, Result, Tx};

/// Changes what is said; what is not said stays.
pub(crate) struct ChangeEndpoint {
    pub id: WebhookEndpointId,
    /// Its address, words and kinds, and how events arrive.
    pub wanted: Wanted,
    /// Whether events go there.
    pub enabled: Option<bool>,
}

impl Command for ChangeEndpoint {
    const NAME: &'static str = "change_webhook_endpoint";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let before = rows::lock_endpoint(tx, self.id).await?;
        let mut after = before.clone();
        self.wanted.fill(&mut after);
        let changes = changes(&before, &after);
        if !changes.is_empty() {
            rows::update_endpoint(tx, &after).await?;
            rows::state_step(tx, &after, EndpointStep::Changed, None, changes).await?;
        }
        if after.per_second != before.per_second {
            deliver::keep_pace(tx, &after).await?;
        }
        if after.ordered != before.ordered {
            line::turned(tx, &after).await?;
        }
        match (self.enabled, before.state) {
            (Some(true), Standing::Disabled) => rows::enable(tx, &after).await,
            (Some(false), Standing::Enabled) => rows::disable(tx, &after, Reason::Asked).await,
            _ => Ok(()),
        }
    }
}

/// What differs. Of an address only the host is told.
fn changes(before: &Endpoint, after: &Endpoint) -> Vec<Change> {
    let told = |endpoint: &Endpoint| {
        json!({
            "description": endpoint.description,
            "host": endpoint.host(),
            "kinds": endpoint.kinds(),
            "ordered": endpoint.ordered,
            "per_second": endpoint.per_second,
        })
    };
    let mut changes = Change::between(&told(before), &told(after));
    if before.url != after.url && before.host() == after.host() {
        changes.push(Change::secret("url", true));
    }
    changes.retain(|change| change.before != Value::Null || change.after != Value::Null);
    changes
}

/// Takes an endpoint out; what was sent there stays in the list.
pub(crate) struct RemoveEndpoint(pub WebhookEndpointId);

impl Command for RemoveEndpoint {
    const NAME: &'static str = "remove_webhook_endpoint";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let endpoint = rows::lock_endpoint(tx, self.0).await?;
        rows::remove(tx, &endpoint).await
    }
}
