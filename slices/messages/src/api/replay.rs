//! `POST /api/v1/notifications/replay`.

use crate::commands::ReplayCalls;
use axum::extract::State;
use axum::response::Json;
use channels::Provider;
use facts::Time;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Permission, Route};

/// What is read once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplayCalls)]
struct Replay {
    /// Whose calls: `meta`, `myoperator`, `twilio`, `gateway` or `smtp`.
    #[schema(value_type = String, example = "meta")]
    provider: Provider,
    /// Those that came from then on.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T00:00:00Z")]
    since: Time,
}

/// How many are read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplayedCalls)]
struct Replayed {
    /// Calls that are read once more.
    calls: i64,
}

async fn replay(State(app): State<App>, caller: Caller, body: Body<Replay>) -> Answer<(StatusCode, Json<Replayed>)> {
    let Replay { provider, since } = body.value;
    let calls = app.db.run(&caller.who, ReplayCalls { provider, since }).await?;
    Ok((StatusCode::ACCEPTED, Json(Replayed { calls })))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/notifications/replay", Permission::MessagesWrite, replay)
            .says(
                "Read once more what a provider said",
                "Each call of a provider is kept word for word before it is answered. Up to 1,000,000 of them that came since a time are read \
                 again, in their order: receipts and words that were not taken in then are now, and nothing is taken in twice. Stops and \
                 states of templates are not read again: somebody may have said otherwise since.",
            )
            .takes::<Replay>()
            .gives::<Replayed>(202),
    ]
}
