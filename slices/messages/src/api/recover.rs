//! `POST /api/v1/notifications/recover`.

use crate::commands::{Failed, RecoverMessages};
use axum::extract::State;
use axum::response::Json;
use channels::Class;
use facts::messages::Channel;
use facts::{CampaignId, Id, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Permission, Route};

/// Which messages are sent once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecoverMessages)]
struct Recover {
    /// Those that were made from then on.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T00:00:00Z")]
    since: Time,
    /// By this channel alone.
    #[schema(value_type = Option<String>, example = "whatsapp")]
    channel: Option<Channel>,
    /// By what their last failure meant: `transient`, `permanent` or another of the classes; all but `permanent` where nothing is said.
    #[schema(value_type = Option<String>, example = "transient")]
    class: Option<Class>,
    /// Those of this campaign alone.
    #[schema(value_type = Option<String>)]
    campaign_id: Option<CampaignId>,
}

/// How many go.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecoveredMessages)]
struct Recovered {
    /// Messages that are sent once more.
    messages: i64,
}

async fn recover(State(app): State<App>, caller: Caller, body: Body<Recover>) -> Answer<(StatusCode, Json<Recovered>)> {
    let Recover { since, channel, class, campaign_id } = body.value;
    let failed = Failed { since, channel, class, about: campaign_id.map(Id::uuid) };
    let messages = app.db.run(&caller.who, RecoverMessages(failed)).await?;
    Ok((StatusCode::ACCEPTED, Json(Recovered { messages })))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/notifications/recover", Permission::MessagesWrite, recover)
            .says(
                "Send what came to nothing once more",
                "As after an outage: up to 100,000 messages that were given up since a time, oldest first, each as a new message and each once, \
                 however often it is asked for. What is too late to be of use, what its reader has stopped, and what the provider may have \
                 stays as it is.",
            )
            .takes::<Recover>()
            .gives::<Recovered>(202),
    ]
}
