//! Deliveries, as they are written.

use crate::model::{Event, State, next};
use facts::{FactId, Time, WebhookDeliveryId, WebhookEndpointId};
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::journal::Place;
use store::{Look, Result, Rows, Tx, Value, params, rows, sql};

fn deliveries() -> &'static Rows {
    rows!(
        "INSERT INTO webhook_deliveries (tenant_id, id, endpoint_id, fact_id, kind, state, round, attempts, next_at, created_at, xid, seq) \
         VALUES ",
        12,
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

/// One delivery of each of these facts to its endpoint, waiting for its first try or queued in its endpoint's line; those that were not there
/// before are handed back. The place is the facts' in the journal; the default where they stand in no order.
pub(crate) async fn insert_deliveries(
    tx: &mut Tx,
    kind: &str,
    place: Place,
    state: State,
    wanted: impl Iterator<Item = (FactId, WebhookEndpointId)>,
) -> Result<Vec<Started>> {
    let next_at = (state == State::Waiting).then_some(tx.now());
    let mut values: Vec<Value> = Vec::new();
    for (fact, endpoint) in wanted {
        let id: WebhookDeliveryId = tx.id();
        let (state, now) = (state.as_str(), tx.now());
        values.extend_from_slice(params![tx.tenant(), id, endpoint, fact, kind, state, 0, 0, next_at, now, place.xid, place.seq]);
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

/// The first in the line of an endpoint is put on its way, where none is. A test that nobody sent again stands in no line. Whoever calls this holds
/// the lock on the endpoint.
pub(crate) async fn start_first(tx: &mut Tx, endpoint: WebhookEndpointId) -> Result<Vec<Started>> {
    tx.all(
        sql!(
            "UPDATE webhook_deliveries SET state = 'waiting', next_at = $3 WHERE tenant_id = $1 AND id IN
               (SELECT id FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'queued'
                ORDER BY xid, seq, id LIMIT 1)
             AND NOT EXISTS
               (SELECT 1 FROM webhook_deliveries o WHERE o.tenant_id = $1 AND o.endpoint_id = $2 AND o.state IN ('queued', 'waiting')
                  AND o.state = 'waiting' AND (o.kind <> 'webhook.test' OR o.round > 0))
             RETURNING id, endpoint_id, round"
        ),
        params![tx.tenant(), endpoint, tx.now()],
    )
    .await
}

/// Asks for an endpoint's deliveries once more, up to `limit` of them: all that have come to an end, or those that did
/// not arrive. Tells how many there were. How each stands is asked outside as well: one that moves while its row is waited for is left alone. The journal is asked only
/// for the place of those that have none yet.
pub(crate) async fn ask_again(tx: &mut Tx, endpoint: WebhookEndpointId, since: Time, failed_only: bool, limit: i64) -> Result<u64> {
    tx.exec(
        sql!(
            "UPDATE webhook_deliveries SET state = 'queued', round = round + 1, next_at = NULL, delivered_at = NULL,
               xid = CASE WHEN seq > 0 THEN xid
                 ELSE COALESCE((SELECT j.xid FROM journal j WHERE j.tenant_id = $1 AND j.id = webhook_deliveries.fact_id), 0) END,
               seq = CASE WHEN seq > 0 THEN seq
                 ELSE COALESCE((SELECT j.seq FROM journal j WHERE j.tenant_id = $1 AND j.id = webhook_deliveries.fact_id), 0) END
             WHERE tenant_id = $1 AND (state IN ('failed', 'cancelled') OR (state = 'delivered' AND NOT $4)) AND id IN
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

/// A delivery that nobody else moves until the commit. Whoever calls this holds the lock on its endpoint.
pub(crate) async fn lock_delivery(tx: &mut Tx, id: WebhookDeliveryId) -> Result<Option<Stand>> {
    tx.maybe(
        sql!("SELECT state, round, attempts FROM webhook_deliveries WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
        params![tx.tenant(), id],
    )
    .await
}

/// A delivery is on its way once more, or queued for it, at its fact's place in the journal.
pub(crate) async fn start_again(tx: &mut Tx, id: WebhookDeliveryId, state: State) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE webhook_deliveries SET state = $3, round = round + 1, next_at = $4, delivered_at = NULL,
               xid = CASE WHEN seq > 0 THEN xid
                 ELSE COALESCE((SELECT j.xid FROM journal j WHERE j.tenant_id = $1 AND j.id = webhook_deliveries.fact_id), 0) END,
               seq = CASE WHEN seq > 0 THEN seq
                 ELSE COALESCE((SELECT j.seq FROM journal j WHERE j.tenant_id = $1 AND j.id = webhook_deliveries.fact_id), 0) END
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), id, state.as_str(), (state == State::Waiting).then_some(tx.now())],
    )
    .await
}

/// A delivery does not go any more.
pub(crate) async fn call_off_one(tx: &mut Tx, id: WebhookDeliveryId) -> Result<()> {
    tx.put(
        sql!("UPDATE webhook_deliveries SET state = 'cancelled', next_at = NULL WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id],
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
