//! Endpoints, as they are written.

use crate::model::{Endpoint, Reason, Standing};
use crate::sign;
use facts::webhooks::{EndpointStep, WebhookEndpointChanged};
use facts::{Change, Id, TenantId, Time, WebhookEndpointId};
use store::secret::Column;
use store::{Error, Look, Result, Tx, params, sql};
use uuid::Uuid;

/// The secrets that sign, for whoever locks them with another master key.
pub(crate) static SECRETS: Column<(TenantId, WebhookEndpointId)> = Column {
    name: "webhook_endpoints.locked",
    page: sql!(global
        "SELECT tenant_id, id, locked FROM webhook_endpoints WHERE (tenant_id, id) > ($1, $2) AND locked IS NOT NULL
         ORDER BY tenant_id, id LIMIT $3"
    ),
    put: sql!(global "UPDATE webhook_endpoints SET locked = $3 WHERE tenant_id = $1 AND id = $2 AND locked = $4"),
    least: || (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())),
    place: |(tenant, id)| sign::place(*tenant, *id),
};

/// Those that sign along for a while.
pub(crate) static SECRETS_BEFORE: Column<(TenantId, WebhookEndpointId)> = Column {
    name: "webhook_endpoints.locked_before",
    page: sql!(global
        "SELECT tenant_id, id, locked_before FROM webhook_endpoints WHERE (tenant_id, id) > ($1, $2) AND locked_before IS NOT NULL
         ORDER BY tenant_id, id LIMIT $3"
    ),
    put: sql!(global "UPDATE webhook_endpoints SET locked_before = $3 WHERE tenant_id = $1 AND id = $2 AND locked_before = $4"),
    least: || (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())),
    place: |(tenant, id)| sign::place(*tenant, *id),
};

pub(crate) async fn insert_endpoint(tx: &mut Tx, endpoint: &Endpoint, locked: Vec<u8>) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO webhook_endpoints (tenant_id, id, url, description, kinds, state, locked, enabled_at, created_at, updated_at, per_second,
               ordered)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $10)"
        ),
        params![
            tx.tenant(),
            endpoint.id,
            &endpoint.url,
            &endpoint.description,
            endpoint.kinds().map(|kinds| serde_json::json!(kinds)),
            endpoint.state.as_str(),
            locked,
            tx.now(),
            endpoint.per_second,
            endpoint.ordered
        ],
    )
    .await
}

/// An endpoint in whatever state, removed too, with nobody else changing it or moving its line until the commit. Whoever locks one of its
/// deliveries as well takes this lock first.
pub(crate) async fn hold_endpoint(tx: &mut Tx, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    tx.maybe(
        sql!(
            "SELECT id, url, description, kinds, per_second, ordered, state, reason, before_until, failing_since, created_at, updated_at
             FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// An endpoint that nobody else changes until the commit.
pub(crate) async fn lock_endpoint(tx: &mut Tx, id: WebhookEndpointId) -> Result<Endpoint> {
    let found = hold_endpoint(tx, id).await?.filter(|endpoint| endpoint.state != Standing::Removed);
    found.ok_or_else(|| Error::not_found("webhook endpoint"))
}

/// Writes what a person may change.
pub(crate) async fn update_endpoint(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_endpoints SET url = $3, description = $4, kinds = $5, updated_at = $6, per_second = $7, ordered = $8
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            endpoint.id,
            &endpoint.url,
            &endpoint.description,
            endpoint.kinds().map(|kinds| serde_json::json!(kinds)),
            tx.now(),
            endpoint.per_second,
            endpoint.ordered
        ],
    )
    .await
}

/// Events go there again from now on.
pub(crate) async fn enable(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    // What was put on its way while it was being disabled would hold a line up for ever.
    call_off(tx, endpoint.id).await?;
    tx.put(
        sql!(
            "UPDATE webhook_endpoints SET state = 'enabled', reason = NULL, failing_since = NULL, enabled_at = $3, updated_at = $3
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), endpoint.id, tx.now()],
    )
    .await?;
    state_step(tx, endpoint, EndpointStep::Enabled, None, Vec::new()).await
}

/// Nothing goes there any more, and what was on its way is called off. Whoever comes second changes nothing.
pub(crate) async fn disable(tx: &mut Tx, endpoint: &Endpoint, reason: Reason) -> Result<()> {
    let changed = tx
        .exec(
            sql!("UPDATE webhook_endpoints SET state = 'disabled', reason = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'enabled'"),
            params![tx.tenant(), endpoint.id, reason.as_str(), tx.now()],
        )
        .await?;
    if changed == 0 {
        return Ok(());
    }
    call_off(tx, endpoint.id).await?;
    let why = (reason != Reason::Asked).then(|| reason.to_string());
    state_step(tx, endpoint, EndpointStep::Disabled, why, Vec::new()).await
}

/// Takes an endpoint out, and its secrets with it.
pub(crate) async fn remove(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_endpoints SET state = 'removed', reason = NULL, locked = NULL, locked_before = NULL, before_until = NULL, updated_at = $3
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), endpoint.id, tx.now()],
    )
    .await?;
    call_off(tx, endpoint.id).await?;
    state_step(tx, endpoint, EndpointStep::Removed, None, Vec::new()).await
}

/// What was on its way to an endpoint does not go there. Its errands find that out when they wake up.
pub(crate) async fn call_off(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_deliveries SET state = 'cancelled', next_at = NULL
             WHERE tenant_id = $1 AND endpoint_id = $2 AND state IN ('queued', 'waiting')"
        ),
        params![tx.tenant(), endpoint],
    )
    .await
}

/// Gives an endpoint a new secret; the one that it had signs along until then.
pub(crate) async fn rotate(tx: &mut Tx, endpoint: &Endpoint, locked: Vec<u8>, until: Time) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_endpoints SET locked_before = locked, before_until = $4, locked = $3, updated_at = $5
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), endpoint.id, locked, until, tx.now()],
    )
    .await
}

/// The secret before the last is forgotten, where its time is over.
pub(crate) async fn end_before(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_endpoints SET locked_before = NULL, before_until = NULL WHERE tenant_id = $1 AND id = $2 AND before_until <= $3"
        ),
        params![tx.tenant(), endpoint, tx.now()],
    )
    .await
}

/// States a step of an endpoint.
pub(crate) async fn state_step(
    tx: &mut Tx,
    endpoint: &Endpoint,
    step: EndpointStep,
    reason: Option<String>,
    changes: Vec<Change>,
) -> Result<()> {
    tx.state(WebhookEndpointChanged { endpoint_id: endpoint.id, host: endpoint.host(), step, reason, changes }).await?;
    Ok(())
}

/// Since when nothing but failures came back from an endpoint; nothing where the last try did not fail.
pub(crate) async fn set_failing(tx: &mut Tx, endpoint: WebhookEndpointId, since: Option<Time>) -> Result<()> {
    tx.put(sql!("UPDATE webhook_endpoints SET failing_since = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), endpoint, since])
        .await
}

/// Refuses what cannot go out because nothing goes there.
pub(crate) fn must_be_enabled(endpoint: &Endpoint) -> Result<()> {
    if endpoint.state == Standing::Enabled {
        return Ok(());
    }
    Err(Error::conflict("endpoint_disabled", "No events go to this endpoint. Enable it first."))
}
