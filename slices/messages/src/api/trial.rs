//! `POST /api/v1/channels/{channel}/test`.

use super::view::QueuedView;
use crate::trial;
use axum::Json;
use axum::extract::State;
use facts::messages::Channel;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route};

/// Where a test goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestOfChannel)]
struct Wanted {
    /// A number in any writing, an e-mail address, or the id of a device for push messages.
    #[schema(example = "+91 98765 43210")]
    to: String,
}

async fn send(
    State(app): State<App>,
    caller: Caller,
    Path(channel): Path<Channel>,
    key: IdempotencyKey,
    body: Body<Wanted>,
) -> Answer<(StatusCode, Json<QueuedView>)> {
    let key = key.optional(&body.hash);
    let sent = trial::send(&app, &caller, channel, &body.value.to, key).await?;
    Ok((StatusCode::ACCEPTED, Json(sent.into())))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/channels/{channel}/test", Permission::MessagesWrite, send)
            .says(
                "Try a channel out",
                "Sends a short text of ours by `whatsapp`, `sms`, `email` or `push`, the ordinary way: `GET /api/v1/notifications/history` \
                 tells what became of it. `channel_not_set_up` where no account carries it. Takes an Idempotency-Key.",
            )
            .takes::<Wanted>()
            .gives::<QueuedView>(202),
    ]
}
