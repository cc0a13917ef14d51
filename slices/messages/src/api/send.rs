//! `POST /api/v1/notifications/send-message`.

use super::view::QueuedView;
use crate::commands::{API, SendMessage, To};
use crate::model::address;
use crate::types::MessageType;
use axum::extract::State;
use axum::response::Json;
use facts::ContactId;
use facts::messages::Channel;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Permission, Route};

/// The most variables that are looked at.
const MOST: usize = 50;

/// A message to one person, by `phone`, `email` or `contact_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNotification {
    #[schema(example = "+91 98765 43210")]
    phone: Option<String>,
    email: Option<String>,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// One of the types.
    #[schema(value_type = String, example = "payment_confirmation")]
    r#type: MessageType,
    /// The values of the type's variables: texts, numbers or truth.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"amount": "₹99.00", "month": "November 2026", "payment_method": "UPI"}))]
    variables: Map<String, Value>,
    /// `whatsapp` or `email`; what the address says, where nothing is said here.
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
}

async fn send(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<NewNotification>,
) -> Answer<(StatusCode, Json<QueuedView>)> {
    let to = whom(&body.value)?;
    let Body { value, hash } = body;
    if value.variables.len() > MOST {
        return Err(Error::field("variables", format!("At most {MOST} of them.")).into());
    }
    let command = SendMessage { to, template: value.r#type, variables: value.variables, source: API };
    let done = match key.optional(&hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    Ok((StatusCode::ACCEPTED, Json(done.into())))
}

fn whom(new: &NewNotification) -> Result<To> {
    let fits = |channel: Channel| new.channel.is_none_or(|wanted| wanted == channel);
    let other = |what: &str| Error::field("channel", format!("That channel does not reach {what}."));
    match (&new.phone, &new.email, new.contact_id) {
        (Some(phone), None, None) if fits(Channel::Whatsapp) => Ok(To::Address(Channel::Whatsapp, address(Channel::Whatsapp, phone)?)),
        (Some(phone), None, None) if fits(Channel::Sms) => Ok(To::Address(Channel::Sms, address(Channel::Sms, phone)?)),
        (Some(_), None, None) => Err(other("a phone")),
        (None, Some(email), None) if fits(Channel::Email) => Ok(To::Address(Channel::Email, address(Channel::Email, email)?)),
        (None, Some(_), None) => Err(other("an e-mail address")),
        (None, None, Some(id)) => Ok(To::Contact(id, new.channel)),
        _ => Err(Error::field("phone", "Say whom to write to by exactly one of: phone, email, contact_id.")),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/notifications/send-message", Permission::MessagesWrite, send)
            .says(
                "Send a message",
                "Queues one of the types for one person. A variable that is missing is refused before anything is queued. What sells something \
                 waits for the morning where its reader's night is on (`messages.quiet`). \
                 Published as POST /api/notifications/send-message. Takes an Idempotency-Key.",
            )
            .takes::<NewNotification>()
            .gives::<QueuedView>(202),
    ]
}
