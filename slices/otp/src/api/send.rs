//! `POST /api/v1/otp/send`.

use super::{address, purpose};
use crate::commands::{CountRefused, SendCode};
use crate::rules;
use axum::Json;
use axum::extract::State;
use facts::{OtpId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use store::Kind;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Permission, Route};

/// Where a code is to go, and what for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SendCode)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[schema(example = "+91 98765 43210")]
    phone: Option<String>,
    email: Option<String>,
    /// `signup`, `login`, `password_reset` or `verification`.
    #[schema(example = "login")]
    purpose: String,
    /// The network address of whoever asks, so that one of them cannot ask for everybody.
    #[schema(value_type = Option<String>, example = "203.0.113.7")]
    ip: Option<IpAddr>,
}

/// A code is on its way.
#[derive(Serialize, ToSchema)]
#[schema(as = CodeOnItsWay)]
struct Given {
    #[schema(value_type = String)]
    id: OtpId,
    /// By which channel it goes first.
    channel: String,
    /// From when on it is too old.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
    /// From when on another can be asked for.
    #[schema(value_type = String, format = DateTime)]
    resend_at: Time,
}

async fn send(State(app): State<App>, caller: Caller, body: Body<Wanted>) -> Answer<(StatusCode, Json<Given>)> {
    let Wanted { phone, email, purpose: what, ip } = body.value;
    let (address, is_phone) = address(phone.as_deref(), email.as_deref())?;
    let command = SendCode { address, is_phone, purpose: purpose(&what)?, asked_from: ip.map(|ip| ip.to_string()) };
    let code = match app.db.run(&caller.who, command).await {
        Err(error) if error.kind() == Kind::TooMany => {
            app.db.run(&caller.who, CountRefused).await?;
            return Err(error.into());
        }
        outcome => outcome?,
    };
    let given = Given {
        id: code.id,
        channel: code.channel(0).map(|channel| channel.to_string()).unwrap_or_default(),
        expires_at: code.expires_at,
        resend_at: code.created_at.after(rules::RESEND),
    };
    Ok((StatusCode::ACCEPTED, Json(given)))
}

pub(super) fn routes() -> Vec<Route> {
    const WORDS: &str = "Six digits, good for five minutes, five tries and one use. A phone gets it on WhatsApp, and by SMS where WhatsApp has not taken it within \
                         3 seconds or not delivered it within 20; an e-mail address gets it by e-mail alone. What was sent for the same purpose \
                         before counts no more. 429 where too many were asked for.";
    vec![
        Route::post("/api/v1/otp/send", Permission::MessagesWrite, send)
            .says("Send a one-time code", WORDS)
            .takes::<Wanted>()
            .gives::<Given>(202),
    ]
}
