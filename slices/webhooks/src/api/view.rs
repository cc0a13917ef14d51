//! What the API shows.

use crate::model::{Attempt, Delivery, Endpoint};
use facts::{FactId, Time, WebhookDeliveryId, WebhookEndpointId};
use serde::Serialize;
use utoipa::ToSchema;

/// An address that events are sent to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub(super) struct EndpointView {
    /// Its id.
    #[schema(value_type = String, example = "whe_01j8z3k5x8e9bqv7m2n4p6r8t0")]
    pub id: WebhookEndpointId,
    /// Where events are posted to.
    #[schema(example = "https://hooks.shop.example/origin")]
    pub url: String,
    /// What it is for.
    pub description: String,
    /// The kinds of event that it wants; null for all of them.
    pub kinds: Option<Vec<String>>,
    /// Calls in any one second at the most.
    #[schema(example = 50)]
    pub per_second: i64,
    /// Whether events come one at a time, each after the one before it has arrived or was given up.
    pub ordered: bool,
    /// `enabled` or `disabled`.
    #[schema(example = "enabled")]
    pub state: String,
    /// Why it is disabled: `asked`, `gone` (it answered 410) or `failing` (nothing but failures for five days).
    pub reason: Option<String>,
    /// Since when every call failed; null where the last one did not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Time>,
    /// Until when the secret before the last signs along; null where there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Time>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

impl From<Endpoint> for EndpointView {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            kinds: endpoint.kinds().map(<[String]>::to_vec),
            url: endpoint.url,
            description: endpoint.description,
            per_second: endpoint.per_second,
            ordered: endpoint.ordered,
            state: endpoint.state.to_string(),
            reason: endpoint.reason.map(|reason| reason.to_string()),
            failing_since: endpoint.failing_since,
            old_secret_until: endpoint.before_until,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}

/// An endpoint with its new secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewWebhookSecret)]
pub(super) struct MadeView {
    /// The endpoint.
    pub endpoint: EndpointView,
    /// What verifies signatures. It is shown this once.
    #[schema(example = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")]
    pub secret: String,
}

/// One event on its way to one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(super) struct DeliveryView {
    /// Its id.
    #[schema(value_type = String, example = "whd_01j8z3k5x8e9bqv7m2n4p6r8t0")]
    pub id: WebhookDeliveryId,
    /// The endpoint it goes to.
    #[schema(value_type = String, example = "whe_01j8z3k5x8e9bqv7m2n4p6r8t0")]
    pub endpoint_id: WebhookEndpointId,
    /// The event, which is the header `webhook-id` of every try.
    #[schema(value_type = String, example = "fact_01j8z3k5x8e9bqv7m2n4p6r8t0")]
    pub event_id: FactId,
    /// What happened, such as `order.paid`.
    #[schema(example = "order.paid")]
    pub kind: String,
    /// `queued`, `waiting`, `delivered`, `failed` or `cancelled`.
    #[schema(example = "delivered")]
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// The HTTP status that came back last.
    pub status: Option<i64>,
    /// When it is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Time>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last tried.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub tried_at: Option<Time>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Time>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            endpoint_id: delivery.endpoint_id,
            event_id: delivery.fact_id,
            kind: delivery.kind,
            state: delivery.state.to_string(),
            attempts: delivery.attempts,
            status: delivery.status,
            next_at: delivery.next_at,
            created_at: delivery.created_at,
            tried_at: delivery.tried_at,
            delivered_at: delivery.delivered_at,
        }
    }
}

/// A delivery with what is sent and what came back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDeliveryDetail)]
pub(super) struct DetailView {
    /// How far it is.
    pub delivery: DeliveryView,
    /// The body that is sent.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// Every try, oldest first.
    pub tries: Vec<TryView>,
}

/// What one try came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTry)]
pub(super) struct TryView {
    /// Which try, from 1.
    pub number: i64,
    /// When it left.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Time,
    /// Milliseconds until the answer.
    pub took_ms: i64,
    /// The HTTP status; null where nobody answered.
    pub status: Option<i64>,
    /// `delivered`, `not_taken`, `no_answer`, `refused`, `put_off` or `gone`.
    #[schema(example = "delivered")]
    pub outcome: String,
    /// The beginning of what was answered, or why nobody did.
    pub answer: String,
}

impl From<Attempt> for TryView {
    fn from(attempt: Attempt) -> Self {
        let Attempt { number, started_at, took_ms, status, outcome, answer } = attempt;
        Self { number, started_at, took_ms, status, outcome, answer }
    }
}
