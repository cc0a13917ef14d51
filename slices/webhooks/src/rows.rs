//! What is written.

use crate::model::Event;
use crate::model::{Endpoint, Reason, Standing, State, next};
use crate::sign;
use facts::webhooks::{EndpointStep, WebhookEndpointChanged};
use facts::{Change, FactId, Id, TenantId, Time, WebhookDeliveryId, WebhookEndpointId};
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::secret::Column;
use store::{Error, Look, Result, Rows, Tx, Value, params, rows, sql};
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
            "INSERT INTO webhook_endpoints (tenant_id, id, url, description, kinds, state, locked, enabled_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)"
        ),
        params![
            tx.tenant(),
            endpoint.id,
            &endpoint.url,
            &endpoint.description,
            endpoint.kinds().map(|kinds| serde_json::json!(kinds)),
            endpoint.state.as_str(),
            locked,
            tx.now()
        ],
    )
    .await
}

/// An endpoint that nobody else changes until the commit.
pub(crate) async fn lock_endpoint(tx: &mut Tx, id: WebhookEndpointId) -> Result<Endpoint> {
    let found = tx
        .maybe(
            sql!(
                "SELECT id, url, description, kinds, state, reason, before_until, failing_since, created_at, updated_at FROM webhook_endpoints
                 WHERE tenant_id = $1 AND id = $2 AND state <> 'removed' FOR UPDATE"
            ),
            params![tx.tenant(), id],
        )
        .await?;
    found.ok_or_else(|| Error::not_found("webhook endpoint"))
}

/// Writes what a person may change.
pub(crate) async fn update_endpoint(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
    tx.put(
        sql!("UPDATE webhook_endpoints SET url = $3, description = $4, kinds = $5, updated_at = $6 WHERE tenant_id = $1 AND id = $2"),
        params![
            tx.tenant(),
            endpoint.id,
            &endpoint.url,
            &endpoint.description,
            endpoint.kinds().map(|kinds| serde_json::json!(kinds)),
            tx.now()
        ],
    )
    .await
}

/// Events go there again from now on.
pub(crate) async fn enable(tx: &mut Tx, endpoint: &Endpoint) -> Result<()> {
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
async fn call_off(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<()> {
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

/// A success: nothing fails any more. No row is touched where nothing did.
pub(crate) async fn fails_no_more(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<()> {
    tx.put(
        sql!("UPDATE webhook_endpoints SET failing_since = NULL WHERE tenant_id = $1 AND id = $2 AND failing_since IS NOT NULL"),
        params![tx.tenant(), endpoint],
    )
    .await
}

/// A failure of an endpoint that events go to: since when there was nothing else. Nothing where none go.
pub(crate) async fn fails(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<Option<Time>> {
    tx.put(
        sql!(
            "UPDATE webhook_endpoints SET failing_since = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'enabled' AND failing_since IS NULL"
        ),
        params![tx.tenant(), endpoint, tx.now()],
    )
    .await?;
    let since: Option<Option<Time>> = tx
        .maybe(
            sql!("SELECT failing_since FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2 AND state = 'enabled'"),
            params![tx.tenant(), endpoint],
        )
        .await?;
    Ok(since.flatten())
}

fn deliveries() -> &'static Rows {
    rows!(
        "INSERT INTO webhook_deliveries (tenant_id, id, endpoint_id, fact_id, kind, state, round, attempts, next_at, created_at) VALUES ",
        10,
        " ON CONFLICT (tenant_id, fact_id, endpoint_id) DO NOTHING RETURNING id, endpoint_id, round"
    )
}

/// A delivery that is put on its way.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Started {
    pub id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    pub round: i64,
}

/// One delivery of a fact to each of these endpoints; those that were not there before are handed back.
pub(crate) async fn insert_deliveries(
    tx: &mut Tx,
    fact: FactId,
    kind: &str,
    endpoints: impl Iterator<Item = WebhookEndpointId>,
) -> Result<Vec<Started>> {
    let mut values: Vec<Value> = Vec::new();
    for endpoint in endpoints {
        let id: WebhookDeliveryId = tx.id();
        let row = params![tx.tenant(), id, endpoint, fact, kind, State::Waiting.as_str(), 0, 0, tx.now(), tx.now()];
        values.extend_from_slice(row);
    }
    tx.all_rows(deliveries(), &values).await
}

/// Deliveries of an endpoint that were asked for again, oldest first: so many of them are put on their way.
pub(crate) async fn start_queued(tx: &mut Tx, endpoint: WebhookEndpointId, limit: i64) -> Result<Vec<Started>> {
    tx.all(
        sql!(
            "UPDATE webhook_deliveries SET state = 'waiting', next_at = $4 WHERE tenant_id = $1 AND id IN
               (SELECT id FROM webhook_deliveries
                WHERE tenant_id = $1 AND endpoint_id = $2 AND state IN ('queued', 'waiting') AND state = 'queued'
                ORDER BY created_at, id LIMIT $3)
             RETURNING id, endpoint_id, round"
        ),
        params![tx.tenant(), endpoint, limit, tx.now()],
    )
    .await
}

/// Asks for an endpoint's deliveries once more, up to `limit` of them: all that have come to an end, or those that did
/// not arrive. Tells how many there were.
pub(crate) async fn ask_again(tx: &mut Tx, endpoint: WebhookEndpointId, since: Time, failed_only: bool, limit: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "UPDATE webhook_deliveries SET state = 'queued', round = round + 1, next_at = NULL, delivered_at = NULL
             WHERE tenant_id = $1 AND id IN
               (SELECT id FROM webhook_deliveries
                WHERE tenant_id = $1 AND endpoint_id = $2 AND created_at >= $3
                  AND (state IN ('failed', 'cancelled') OR (state = 'delivered' AND NOT $4))
                ORDER BY created_at, id LIMIT $5)"
        ),
        params![tx.tenant(), endpoint, since, failed_only, limit],
    )
    .await
}

/// What must be known of a delivery to move it on.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Stand {
    pub state: State,
    pub round: i64,
    pub attempts: i64,
}

impl Stand {
    /// Where an event of a round leads; a round that is over changes nothing.
    pub(crate) fn after(self, event: Event, round: i64) -> State {
        if self.round == round { next(self.state, event).unwrap_or(self.state) } else { self.state }
    }
}

/// A delivery that nobody else moves until the commit.
pub(crate) async fn lock_delivery(tx: &mut Tx, id: WebhookDeliveryId) -> Result<Option<Stand>> {
    tx.maybe(
        sql!("SELECT state, round, attempts FROM webhook_deliveries WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
        params![tx.tenant(), id],
    )
    .await
}

/// A delivery is on its way once more.
pub(crate) async fn start_again(tx: &mut Tx, id: WebhookDeliveryId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_deliveries SET state = 'waiting', round = round + 1, next_at = $3, delivered_at = NULL
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}

/// What one try came to.
pub(crate) struct Tried<'a> {
    pub id: WebhookDeliveryId,
    pub number: i64,
    pub state: State,
    pub next_at: Option<Time>,
    pub started_at: Time,
    pub took_ms: i64,
    pub status: Option<u16>,
    pub outcome: &'a str,
    pub answer: &'a str,
}

/// Writes a try down, and where it leaves its delivery.
pub(crate) async fn tried(tx: &mut Tx, tried: &Tried<'_>) -> Result<()> {
    let status = tried.status.map(i64::from);
    tx.put(
        sql!(
            "UPDATE webhook_deliveries SET state = $3, attempts = $4, status = $5, next_at = $6, tried_at = $7,
               delivered_at = CASE WHEN $3 = 'delivered' THEN $8 ELSE delivered_at END
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), tried.id, tried.state.as_str(), tried.number, status, tried.next_at, tried.started_at, tx.now()],
    )
    .await?;
    tx.put(
        sql!(
            "INSERT INTO webhook_attempts (tenant_id, delivery_id, number, started_at, took_ms, status, outcome, answer)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        params![tx.tenant(), tried.id, tried.number, tried.started_at, tried.took_ms, status, tried.outcome, tried.answer],
    )
    .await
}

/// Counts a delivery that has come to an end.
pub(crate) async fn count(tx: &mut Tx, endpoint: WebhookEndpointId, delivered: bool) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO webhook_counts (tenant_id, endpoint_id, day, delivered, failed) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, endpoint_id, day) DO UPDATE
               SET delivered = webhook_counts.delivered + excluded.delivered, failed = webhook_counts.failed + excluded.failed"
        ),
        params![tx.tenant(), endpoint, day(tx.now()), i64::from(delivered), i64::from(!delivered)],
    )
    .await
}

/// The day of a moment, UTC.
pub(crate) fn day(at: Time) -> String {
    at.timestamp().to_zoned(TimeZone::UTC).date().to_string()
}

/// Refuses what cannot go out because nothing goes there.
pub(crate) fn must_be_enabled(endpoint: &Endpoint) -> Result<()> {
    if endpoint.state == Standing::Enabled {
        return Ok(());
    }
    Err(Error::conflict("endpoint_disabled", "No events go to this endpoint. Enable it first."))
}
