//! The shape of Google's errors, in which the code that counts stands among the details.

use crate::door::status;
use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a push was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: u16,
    /// Google's word for the status.
    word: &'static str,
    /// Firebase's own code.
    pub(super) code: Option<&'static str>,
    message: String,
    /// The field at fault.
    field: Option<&'static str>,
    /// Seconds after which to come back.
    retry_after: Option<u64>,
}

impl Refused {
    fn plain(status: u16, word: &'static str, code: Option<&'static str>, message: &str) -> Self {
        Self { status, word, code, message: message.to_owned(), field: None, retry_after: None }
    }

    pub(super) fn argument(field: &'static str, message: impl Into<String>) -> Self {
        let plain = Self::plain(400, "INVALID_ARGUMENT", Some("INVALID_ARGUMENT"), "");
        Self { message: message.into(), field: Some(field), ..plain }
    }

    pub(super) fn signed_out() -> Self {
        let words = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid \
                     authentication credential.";
        Self::plain(401, "UNAUTHENTICATED", None, words)
    }

    pub(super) fn other_project() -> Self {
        Self::plain(403, "PERMISSION_DENIED", None, "Permission 'cloudmessaging.messages.create' denied on resource")
    }

    /// The troubles that devices' tokens ask for by how they begin.
    pub(super) fn asked(token: &str) -> Option<Self> {
        let trouble = token.strip_prefix("sim-")?;
        let mismatch = Self::plain(403, "PERMISSION_DENIED", Some("SENDER_ID_MISMATCH"), "SenderId mismatch");
        let third_party = Self::plain(401, "UNAUTHENTICATED", Some("THIRD_PARTY_AUTH_ERROR"), "A credential is missing.");
        let known = [
            ("unregistered", Self::unregistered()),
            ("invalid", Self::argument("message.token", "The registration token is not a valid FCM registration token")),
            ("mismatch", mismatch),
            ("quota", Self::by_fault(429)),
            ("unavailable", Self::by_fault(503)),
            ("internal", Self::by_fault(500)),
            ("third-party", third_party),
        ];
        known.into_iter().find(|(word, _)| trouble.starts_with(word)).map(|(_, refused)| refused)
    }

    pub(super) fn unregistered() -> Self {
        Self::plain(404, "NOT_FOUND", Some("UNREGISTERED"), "Requested entity was not found.")
    }

    /// The usual words for a status that a fault asks for.
    pub(super) fn by_fault(status: u16) -> Self {
        match status {
            401 => Self::signed_out(),
            403 => Self::other_project(),
            404 => Self::unregistered(),
            429 => Self { retry_after: Some(60), ..Self::plain(429, "RESOURCE_EXHAUSTED", Some("QUOTA_EXCEEDED"), "Quota exceeded.") },
            503 => Self { retry_after: Some(10), ..Self::plain(503, "UNAVAILABLE", Some("UNAVAILABLE"), "The service is unavailable.") },
            500.. => Self { status, ..Self::plain(500, "INTERNAL", Some("INTERNAL"), "Internal error encountered.") },
            _ => Self { status, ..Self::argument("message", "The request was refused") },
        }
    }

    fn details(&self) -> Vec<Value> {
        let code = self.code.map(|code| json!({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}));
        let field = self.field.map(|field| {
            let violation = json!({"field": field, "description": self.message});
            json!({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]})
        });
        code.into_iter().chain(field).collect()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = json!({"code": self.status, "message": self.message, "status": self.word, "details": self.details()});
        let mut answer = (status(self.status), Json(json!({ "error": error }))).into_response();
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        answer
    }
}
