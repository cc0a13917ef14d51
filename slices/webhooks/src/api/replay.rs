//! `POST /api/v1/webhook-endpoints/{id}/replay`.

use crate::commands::ReplayEndpoint;
use axum::extract::State;
use axum::response::Json;
use facts::{Time, WebhookEndpointId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplayWebhooks)]
struct Replay {
    /// Deliveries that were made from then on.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T00:00:00Z")]
    since: Time,
    /// Only those that failed or were cancelled; true where nothing is said.
    #[serde(default = "yes")]
    failed_only: bool,
}

fn yes() -> bool {
    true
}

/// How much is sent again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhooksReplayed)]
struct Replayed {
    /// Deliveries that are sent again.
    deliveries: i64,
}

async fn replay(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookEndpointId>,
    body: Body<Replay>,
) -> Answer<(StatusCode, Json<Replayed>)> {
    let Replay { since, failed_only } = body.value;
    let deliveries = app.db.run(&caller.who, ReplayEndpoint { id, since, failed_only }).await?;
    Ok((StatusCode::ACCEPTED, Json(Replayed { deliveries })))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/webhook-endpoints/{id}/replay", Permission::WebhooksWrite, replay)
            .says(
                "Send an endpoint's deliveries again",
                "Under the ids that they had, oldest first, up to 100,000 at once. What is on its way already is left alone.",
            )
            .takes::<Replay>()
            .gives::<Replayed>(202),
    ]
}
