//! The shape of Razorpay's answers: error bodies, lists, and the strict reading of what was sent.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Why the provider would not do something, as its error body says it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{description}")]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    /// The provider's words.
    pub description: String,
    /// The field at fault, where there is one.
    pub field: Option<&'static str>,
    /// The provider's word for the reason.
    pub reason: &'static str,
}

/// What a handler answers.
pub(super) type Answer = Result<Json<Value>, Refused>;

impl Refused {
    pub(super) fn input(description: impl Into<String>, field: Option<&'static str>) -> Self {
        Self { status: 400, description: description.into(), field, reason: "input_validation_failed" }
    }

    pub(super) fn because(reason: &'static str, description: &str) -> Self {
        Self { status: 400, description: description.to_owned(), field: None, reason }
    }

    pub(super) fn unknown_id() -> Self {
        Self::input("The id provided does not exist", None)
    }

    pub(super) fn captured() -> Self {
        Self::input("This payment has already been captured", None)
    }

    pub(super) fn signed_out() -> Self {
        Self { status: 401, ..Self::because("authentication_failed", "Authentication failed") }
    }

    /// The provider's usual words for a status that a fault asks for.
    pub(super) fn by_fault(status: u16) -> Self {
        match status {
            401 => Self::signed_out(),
            429 => Self { status, ..Self::because("rate_limited", "Request failed: too many requests") },
            500.. => Self { status, ..Self::because("server_error", "We are facing some trouble completing your request.") },
            _ => Self { status, ..Self::input("The request was refused", None) },
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let code = if status.is_server_error() { "SERVER_ERROR" } else { "BAD_REQUEST_ERROR" };
        let mut error = json!({
            "code": code, "description": self.description, "source": "business",
            "step": "payment_initiation", "reason": self.reason, "metadata": {},
        });
        if let Some(field) = self.field {
            error["field"] = json!(field);
        }
        (status, Json(json!({ "error": error }))).into_response()
    }
}

pub(super) async fn no_such_url() -> Refused {
    Refused::input("The requested URL was not found on the server.", None)
}

/// Reads a JSON object that has no other fields than these; an empty body is an empty object.
pub(super) fn object(body: &[u8], fields: &[&str]) -> Result<Map<String, Value>, Refused> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let read: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| Refused::input("The request body is not a JSON object", None))?;
    match read.keys().find(|name| !fields.contains(&name.as_str())) {
        Some(stranger) => Err(Refused::input(format!("{stranger} is/are not required and should not be sent"), None)),
        None => Ok(read),
    }
}

/// An amount in minor units; at least one rupee where it is rupees.
pub(super) fn amount(value: Option<&Value>, currency: &str) -> Result<i64, Refused> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Err(Refused::input("The amount field is required.", Some("amount")));
    };
    let least = if currency == "INR" { 100 } else { 1 };
    match value.as_i64() {
        None => Err(Refused::input("The amount must be an integer.", Some("amount"))),
        Some(minor) if minor < least => Err(Refused::input("Order amount less than minimum amount allowed", Some("amount"))),
        Some(minor) => Ok(minor),
    }
}

/// A text of at most forty characters, or none.
pub(super) fn receipt(value: Option<&Value>) -> Result<Option<String>, Refused> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= 40 => Ok(Some(text.clone())),
        Some(_) => Err(Refused::input("The receipt may not be greater than 40 characters.", Some("receipt"))),
    }
}

/// At most fifteen notes of at most 256 characters.
pub(super) fn notes(value: Option<&Value>) -> Result<Map<String, Value>, Refused> {
    let wrong = |what: &str| Err(Refused::input(what, Some("notes")));
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Array(list)) if list.is_empty() => Ok(Map::new()),
        Some(Value::Object(notes)) if notes.len() > 15 => wrong("Number of fields in notes should be less than 15"),
        Some(Value::Object(notes)) => {
            let long = notes.values().any(|note| note.as_str().is_some_and(|text| text.chars().count() > 256));
            if long { wrong("notes may not be greater than 256 characters") } else { Ok(notes.clone()) }
        }
        Some(_) => wrong("notes must be an object"),
    }
}

/// The query of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    from: Option<i64>,
    to: Option<i64>,
    count: Option<usize>,
    skip: Option<usize>,
    pub(super) receipt: Option<String>,
}

impl Page {
    /// The collection of those things within the page, newest first.
    pub(super) fn of(&self, things: impl DoubleEndedIterator<Item = Value>) -> Json<Value> {
        let within = |thing: &Value| {
            let at = thing["created_at"].as_i64().unwrap_or_default();
            self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to)
        };
        let count = self.count.unwrap_or(10).min(100);
        collection(things.rev().filter(within).skip(self.skip.unwrap_or(0)).take(count).collect())
    }
}

pub(super) fn collection(items: Vec<Value>) -> Json<Value> {
    Json(json!({"entity": "collection", "count": items.len(), "items": items}))
}
