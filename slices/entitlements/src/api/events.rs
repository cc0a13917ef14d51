//! `POST /api/v1/usage-events`: what has been used already, in batches.

use crate::commands::{Came, Record, Reply, Status};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, Time};
use http::HeaderValue;
use serde::{Deserialize, Serialize};
use store::Once;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Permission, Route};

/// Something that was used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUsageEvent {
    /// Its id where it comes from: it counts once.
    #[schema(example = "req-81734")]
    event_id: String,
    /// Where it comes from; ids are told apart by it. `api` when not said.
    #[serde(default = "api")]
    #[schema(example = "gateway")]
    source: String,
    #[schema(value_type = String, example = "con_01h2xcejqtf2nbrexx3vqjhp41")]
    contact_id: ContactId,
    /// The feature's code.
    #[schema(example = "api_calls")]
    feature: String,
    /// How much; 1 when not said.
    #[serde(default = "one")]
    #[schema(example = 1)]
    quantity: i64,
    /// When; now when not said. At most 90 days ago.
    #[schema(value_type = Option<String>, example = "2026-11-21T09:30:00Z")]
    at: Option<Time>,
}

fn api() -> String {
    "api".to_owned()
}

fn one() -> i64 {
    1
}

/// What was used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUsageEvents {
    /// 1 to 1000.
    events: Vec<NewUsageEvent>,
}

/// What became of one event.
#[derive(Debug, Serialize, ToSchema)]
struct UsageReply {
    source: String,
    event_id: String,
    /// `inserted`, `duplicate` or `rejected`.
    #[schema(value_type = String, example = "inserted")]
    status: Status,
    /// Why it was rejected.
    reason: Option<String>,
    /// The first day of the period that it came too late for: it counts now, as an adjustment.
    adjusts: Option<String>,
}

/// What became of each event, in the order in which they came.
#[derive(Debug, Serialize, ToSchema)]
struct UsageReplies {
    events: Vec<UsageReply>,
}

impl From<Reply> for UsageReply {
    fn from(reply: Reply) -> Self {
        let Reply { source, event_id, status, reason, adjusts } = reply;
        Self { source, event_id, status, reason, adjusts }
    }
}

async fn record(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewUsageEvents>) -> Answer<Response> {
    let came = |event: NewUsageEvent| {
        let NewUsageEvent { event_id, source, contact_id, feature, quantity, at } = event;
        Came { source, event_id, contact_id, feature, quantity, at }
    };
    let command = Record(body.value.events.into_iter().map(came).collect());
    let once = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?,
        None => Once { out: app.db.run(&caller.who, command).await?, replayed: false },
    };
    let mut response = Json(UsageReplies { events: once.out.into_iter().map(UsageReply::from).collect() }).into_response();
    if once.replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/usage-events", Permission::EntitlementsWrite, record)
            .says(
                "Tell what was used",
                "Up to 1000 events, each counted once by its source and id, however often it is sent. They have happened, so limits refuse \
                 none of them; ask with `consume` before something happens. A period takes events until a day after its end; what comes later \
                 counts in the next one, as an adjustment.",
            )
            .takes::<NewUsageEvents>()
            .gives::<UsageReplies>(200),
    ]
}
