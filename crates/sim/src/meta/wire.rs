//! The shape of Graph's answers: the error envelope, and who is asking.

use super::Meta;
use super::codes::{self, Code};
use crate::config::GUEST_META_TOKEN;
use crate::door::status;
use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why Graph would not do something.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) code: u32,
    status: u16,
    message: String,
    details: Option<String>,
    subcode: Option<u32>,
}

/// What a handler answers.
pub(super) type Answer = Result<Json<Value>, Refused>;

impl Refused {
    /// A code of the table, with what is wrong this time.
    pub(super) fn code(code: u32, details: impl Into<String>) -> Self {
        let known = codes::known(code).unwrap_or(Code { code, status: Some(400), title: "Unknown" });
        let message = format!("(#{code}) {}", known.title);
        Self { code, status: known.status.unwrap_or(400), message, details: Some(details.into()), subcode: None }
    }

    /// A parameter that is missing or wrong.
    pub(super) fn parameter(details: impl Into<String>) -> Self {
        Self::code(100, details)
    }

    /// There is nothing by that id, or it does not do that.
    pub(super) fn no_object(id: &str) -> Self {
        let message = format!(
            "Unsupported post request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not \
             support this operation"
        );
        Self { code: 100, status: 400, message, details: None, subcode: Some(33) }
    }

    pub(super) fn signed_out() -> Self {
        let message = "Invalid OAuth access token - Cannot parse access token".to_owned();
        Self { code: 190, status: 401, message, details: None, subcode: None }
    }

    /// The usual words for a status that a fault asks for.
    pub(super) fn by_fault(status: u16) -> Self {
        match status {
            401 => Self::signed_out(),
            403 => Self::code(10, "The app lacks a permission"),
            429 => Self { status, ..Self::code(130_429, "Cloud API message throughput has been reached.") },
            503 => Self { status, ..Self::code(131_016, "A service is temporarily unavailable.") },
            500.. => Self { status, ..Self::code(131_000, "Message failed to send due to an unknown error.") },
            _ => Self { status, ..Self::parameter("The request was refused") },
        }
    }

    pub(super) fn body(&self) -> Value {
        let mut error = json!({"message": self.message, "type": "OAuthException", "code": self.code, "fbtrace_id": "AsimulatedTrace"});
        if let Some(details) = &self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        json!({ "error": error })
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (status(self.status), Json(self.body())).into_response()
    }
}

/// Whose account a call goes by: a guest's by name, or the shop's that the simulation was started for.
pub(super) type Whose = Option<String>;

impl Meta {
    /// Whose access token a call came with.
    pub(super) fn whose(&self, headers: &HeaderMap) -> Result<Whose, Refused> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = given.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(Refused::signed_out)?;
        if token == self.0.account.access_token {
            return Ok(None);
        }
        let guest = token.strip_prefix(GUEST_META_TOKEN).filter(|name| !name.is_empty());
        guest.map(|name| Some(name.to_owned())).ok_or_else(Refused::signed_out)
    }

    /// That an id in an address is the sender's.
    pub(super) fn is_sender(&self, id: &str) -> Result<(), Refused> {
        if id == self.0.account.phone_number_id { Ok(()) } else { Err(Refused::no_object(id)) }
    }

    /// That an id in an address is the business account's.
    pub(super) fn is_account(&self, id: &str) -> Result<(), Refused> {
        if id == self.0.account.waba_id { Ok(()) } else { Err(Refused::no_object(id)) }
    }
}
