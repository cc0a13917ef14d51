//! `POST /api/v1/messages/{sms|whatsapp}`: a text of one's own to one number.

use super::view::QueuedView;
use crate::commands::{API, SendMessage, To};
use crate::model::address;
use crate::types::MessageType;
use axum::extract::State;
use axum::response::Json;
use facts::messages::Channel;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Permission, Route};

/// A text to one number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DirectMessage)]
struct Said {
    /// The number, in any writing; Indian where it names no country. Also taken as `to`.
    #[serde(alias = "to")]
    #[schema(example = "+91 98765 43210")]
    phone: String,
    /// What to say. Also taken as `text`.
    #[serde(alias = "text")]
    #[schema(example = "The shop opens at ten tomorrow.")]
    message: String,
}

async fn say(channel: Channel, app: App, caller: Caller, key: IdempotencyKey, body: Body<Said>) -> Answer<(StatusCode, Json<QueuedView>)> {
    let Body { value, hash } = body;
    let to = To::Address(channel, address(channel, &value.phone)?);
    let variables = Map::from_iter([("text".to_owned(), Value::String(value.message))]);
    let command = SendMessage { to, template: MessageType::Direct, variables, source: API };
    let done = match key.optional(&hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    Ok((StatusCode::ACCEPTED, Json(done.into())))
}

async fn by_sms(app: State<App>, caller: Caller, key: IdempotencyKey, body: Body<Said>) -> Answer<(StatusCode, Json<QueuedView>)> {
    say(Channel::Sms, app.0, caller, key, body).await
}

async fn by_whatsapp(app: State<App>, caller: Caller, key: IdempotencyKey, body: Body<Said>) -> Answer<(StatusCode, Json<QueuedView>)> {
    say(Channel::Whatsapp, app.0, caller, key, body).await
}

pub(super) fn routes() -> Vec<Route> {
    const WORDS: &str = "Queues a text of one's own for one number. Takes an Idempotency-Key.";
    const FREE: &str = "Queues a text of one's own for one number. WhatsApp delivers it where the person has written in the last 24 hours, or through an \
                        approved template of the type `direct_message`. Takes an Idempotency-Key.";
    vec![
        Route::post("/api/v1/messages/sms", Permission::MessagesWrite, by_sms)
            .says("Send an SMS", WORDS)
            .takes::<Said>()
            .gives::<QueuedView>(202),
        Route::post("/api/v1/messages/whatsapp", Permission::MessagesWrite, by_whatsapp)
            .says("Send a WhatsApp message", FREE)
            .takes::<Said>()
            .gives::<QueuedView>(202),
    ]
}
