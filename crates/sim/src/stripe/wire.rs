//! The shape of Stripe's answers and of what it is sent: forms in, JSON out, repeats by key.

use super::Stripe;
use super::books::Books;
use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Why the provider would not do something.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct StripeRefused {
    /// HTTP status.
    pub status: u16,
    /// The provider's word for the kind of error.
    pub kind: &'static str,
    /// The provider's words.
    pub message: String,
}

/// What a handler answers.
pub(super) type Answer = Result<Json<Value>, StripeRefused>;

impl StripeRefused {
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self { status: 400, kind: "invalid_request_error", message: message.into() }
    }

    pub(super) fn missing(what: &str, id: &str) -> Self {
        Self { status: 404, ..Self::input(format!("No such {what}: '{id}'")) }
    }

    pub(super) fn signed_out() -> Self {
        Self { status: 401, ..Self::input("Invalid API Key provided") }
    }

    /// The provider's usual words for a status that a fault asks for.
    pub(super) fn by_fault(status: u16) -> Self {
        match status {
            401 => Self::signed_out(),
            429 => Self { status, ..Self::input("Request rate limit exceeded.") },
            500.. => Self { status, kind: "api_error", message: "Sorry! There was an error while talking to one of our backends.".into() },
            _ => Self { status, ..Self::input("The request was refused") },
        }
    }
}

impl IntoResponse for StripeRefused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(json!({"error": {"type": self.kind, "message": self.message}}))).into_response()
    }
}

pub(super) async fn no_such_url() -> StripeRefused {
    StripeRefused { status: 404, ..StripeRefused::input("Unrecognized request URL.") }
}

/// A form's fields, by their names with the brackets.
pub(super) fn form(body: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

/// The shop's own words of a form.
pub(super) fn metadata(fields: &HashMap<String, String>) -> HashMap<String, String> {
    let own = fields.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        Some((name.to_owned(), value.clone()))
    });
    own.collect()
}

/// A field that there must be.
pub(super) fn needed<'a>(fields: &'a HashMap<String, String>, name: &str) -> Result<&'a str, StripeRefused> {
    let found = fields.get(name).map(String::as_str).filter(|text| !text.is_empty());
    found.ok_or_else(|| StripeRefused::input(format!("Missing required param: {name}.")))
}

/// An amount in minor units.
pub(super) fn amount(text: &str, name: &str) -> Result<i64, StripeRefused> {
    let amount: Option<i64> = text.parse().ok().filter(|amount| *amount > 0);
    amount.ok_or_else(|| StripeRefused::input(format!("Invalid positive integer: {name}")))
}

impl Stripe {
    /// Does what a POST asks for, once for each `Idempotency-Key`: the same request is answered again, another is an error, and
    /// one that was refused is kept nowhere.
    pub(super) fn once(
        &self,
        headers: &HeaderMap,
        request: String,
        deed: impl FnOnce(&mut Books) -> Result<Value, StripeRefused>,
    ) -> Result<(Value, bool), StripeRefused> {
        let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let mut books = self.0.books.lock();
        if let Some((before, answer)) = key.and_then(|key| books.keys.get(key)) {
            let other = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
            let wrong = || StripeRefused { kind: "idempotency_error", ..StripeRefused::input(other) };
            return if *before == request { Ok((answer.clone(), false)) } else { Err(wrong()) };
        }
        let answer = deed(&mut books)?;
        if let Some(key) = key {
            books.keys.insert(key.to_owned(), (request, answer.clone()));
        }
        Ok((answer, true))
    }
}
