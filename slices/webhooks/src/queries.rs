//! What pages, the API and deliveries read.

use crate::deliver::DeliverWebhook;
use crate::model::{Attempt, Delivery, Endpoint, Event, Standing, State, next};
use facts::{FactId, TenantId, Time, WebhookDeliveryId, WebhookEndpointId};
use serde::Deserialize;
use store::{Errand, Json, Look, Result, params, sql};
use web::Cursor;

/// An endpoint's columns, but for its secrets.
macro_rules! endpoint {
    () => {
        "id, url, description, kinds, per_second, ordered, state, reason, before_until, failing_since, created_at, updated_at"
    };
}

/// A delivery's columns, with its endpoint's address.
macro_rules! delivery {
    () => {
        "d.id, d.endpoint_id, d.fact_id, d.kind, d.state, d.round, d.attempts, d.status, d.next_at, d.created_at, d.tried_at, d.delivered_at, e.url,
         e.state AS standing
         FROM webhook_deliveries d JOIN webhook_endpoints e ON e.tenant_id = d.tenant_id AND e.id = d.endpoint_id"
    };
}

/// Endpoints after a place in the list, newest first, without those that are no more.
pub(crate) async fn endpoints(look: &mut impl Look, state: Option<Standing>, after: Cursor, limit: i64) -> Result<Vec<Endpoint>> {
    look.all(
        sql!(concat!(
            "SELECT ",
            endpoint!(),
            " FROM webhook_endpoints
             WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND state <> 'removed' AND (state = $4 OR $4 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $5"
        )),
        params![look.tenant(), after.at, after.id, state.map(Standing::as_str), limit],
    )
    .await
}

/// One endpoint that is not removed.
pub(crate) async fn endpoint(look: &mut impl Look, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
    look.maybe(
        sql!(concat!("SELECT ", endpoint!(), " FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2 AND state <> 'removed'")),
        params![look.tenant(), id],
    )
    .await
}

/// How many a tenant has.
pub(crate) async fn how_many(look: &mut impl Look) -> Result<i64> {
    look.one(sql!("SELECT COUNT(*) FROM webhook_endpoints WHERE tenant_id = $1 AND state <> 'removed'"), params![look.tenant()]).await
}

/// Which deliveries are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub endpoint: Option<WebhookEndpointId>,
    pub state: Option<State>,
    pub kind: Option<String>,
}

/// Deliveries after a place in the list, newest first. Each list has its index, so each is a text of its own.
pub(crate) async fn deliveries(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<Delivery>> {
    let state = filter.state.map(State::as_str);
    let narrow = params![look.tenant(), after.at, after.id, limit, state, filter.kind.as_deref()];
    if let Some(endpoint) = filter.endpoint {
        let of_endpoint = [narrow.as_slice(), params![endpoint]].concat();
        return look
            .all(
                sql!(concat!(
                    "SELECT ",
                    delivery!(),
                    " WHERE d.tenant_id = $1 AND d.endpoint_id = $7 AND (d.created_at, d.id) < ($2, $3)
                        AND (d.state = $5 OR $5 IS NULL) AND (d.kind = $6 OR $6 IS NULL)
                      ORDER BY d.created_at DESC, d.id DESC LIMIT $4"
                )),
                &of_endpoint,
            )
            .await;
    }
    look.all(
        sql!(concat!(
            "SELECT ",
            delivery!(),
            " WHERE d.tenant_id = $1 AND (d.created_at, d.id) < ($2, $3) AND (d.state = $5 OR $5 IS NULL) AND (d.kind = $6 OR $6 IS NULL)
              ORDER BY d.created_at DESC, d.id DESC LIMIT $4"
        )),
        narrow,
    )
    .await
}

/// One delivery.
pub(crate) async fn delivery(look: &mut impl Look, id: WebhookDeliveryId) -> Result<Option<Delivery>> {
    look.maybe(sql!(concat!("SELECT ", delivery!(), " WHERE d.tenant_id = $1 AND d.id = $2")), params![look.tenant(), id]).await
}

/// Whether a round of a delivery has an errand that goes, now or later; one that was given up is none.
async fn is_carried(look: &mut impl Look, id: WebhookDeliveryId, round: i64) -> Result<bool> {
    let found: Option<i64> = look
        .maybe(
            sql!("SELECT CAST(1 AS BIGINT) FROM errands WHERE tenant_id = $1 AND name = $2 AND key = $3 AND state <> 'buried'"),
            params![look.tenant(), DeliverWebhook::NAME, crate::round::key_of(id, round)],
        )
        .await?;
    Ok(found.is_some())
}

/// Whether a delivery can be sent again: it has come to its end, or nothing goes with it any more.
pub(crate) async fn may_go_again(look: &mut impl Look, id: WebhookDeliveryId, state: State, round: i64) -> Result<bool> {
    match state {
        // Then it is as good as called off.
        State::Waiting => Ok(!is_carried(look, id, round).await?),
        state => Ok(next(state, Event::Asked).is_some()),
    }
}

/// Every try of a delivery, oldest first.
pub(crate) async fn attempts(look: &mut impl Look, id: WebhookDeliveryId) -> Result<Vec<Attempt>> {
    look.all(
        sql!(
            "SELECT number, started_at, took_ms, status, outcome, answer FROM webhook_attempts
             WHERE tenant_id = $1 AND delivery_id = $2 ORDER BY number"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// What a delivery is about, from the journal.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Told {
    pub tenant_id: TenantId,
    pub id: FactId,
    pub kind: String,
    pub at: Time,
    pub body: Json<serde_json::Value>,
}

impl Told {
    /// The body that is sent.
    pub(crate) fn payload(&self) -> serde_json::Value {
        crate::kinds::payload(self.id, self.tenant_id, &self.kind, self.at, self.body.0.clone())
    }
}

/// The fact of a delivery.
pub(crate) async fn told(look: &mut impl Look, id: FactId) -> Result<Option<Told>> {
    look.maybe(sql!("SELECT tenant_id, id, kind, at, body FROM journal WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// A delivery as it leaves: where it goes, and what signs it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Letter {
    pub state: State,
    pub round: i64,
    pub fact_id: FactId,
    pub endpoint_id: WebhookEndpointId,
    pub standing: Standing,
    pub url: String,
    pub locked: Option<Vec<u8>>,
    pub locked_before: Option<Vec<u8>>,
    pub before_until: Option<Time>,
}

/// A delivery as it leaves.
pub(crate) async fn letter(look: &mut impl Look, id: WebhookDeliveryId) -> Result<Option<Letter>> {
    look.maybe(
        sql!(
            "SELECT d.state, d.round, d.fact_id, d.endpoint_id, e.state AS standing, e.url, e.locked, e.locked_before, e.before_until
             FROM webhook_deliveries d JOIN webhook_endpoints e ON e.tenant_id = d.tenant_id AND e.id = d.endpoint_id
             WHERE d.tenant_id = $1 AND d.id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// How many came to an end on a day.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DayCount {
    pub day: String,
    pub delivered: i64,
    pub failed: i64,
}

/// An endpoint's days from one on, oldest first.
pub(crate) async fn counts_since(look: &mut impl Look, endpoint: WebhookEndpointId, day: &str) -> Result<Vec<DayCount>> {
    look.all(
        sql!("SELECT day, delivered, failed FROM webhook_counts WHERE tenant_id = $1 AND endpoint_id = $2 AND day >= $3 ORDER BY day"),
        params![look.tenant(), endpoint, day],
    )
    .await
}
