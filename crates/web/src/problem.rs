//! Errors as they leave the house: RFC 9457 problems, or a page for a browser.

use crate::request_id::RequestId;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use std::sync::Arc;
use store::{Error, Kind};

/// An error on its way out of a handler. `?` makes one of any [`store::Error`].
#[derive(Debug, Clone)]
pub struct Failure(pub Arc<Error>);

/// What handlers return.
pub type Answer<T = Response> = std::result::Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

impl IntoResponse for Failure {
    /// Only the status here; [`render`] writes the body where the request id and the wanted form are known.
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        if let Some(wait) = self.0.retry() {
            let seconds = wait.as_secs().max(1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The HTTP status of an error: the whole mapping.
pub fn status(error: &Error) -> StatusCode {
    match (error.kind(), error.code()) {
        (_, "method_not_allowed") => StatusCode::METHOD_NOT_ALLOWED,
        (_, "unsupported_media_type") => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (_, "request_timeout") => StatusCode::REQUEST_TIMEOUT,
        (Kind::Malformed, _) => StatusCode::BAD_REQUEST,
        (Kind::Invalid, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (Kind::Unauthenticated, _) => StatusCode::UNAUTHORIZED,
        (Kind::Forbidden, _) => StatusCode::FORBIDDEN,
        (Kind::NotFound, _) => StatusCode::NOT_FOUND,
        (Kind::Conflict, _) => StatusCode::CONFLICT,
        (Kind::PaymentRequired, _) => StatusCode::PAYMENT_REQUIRED,
        (Kind::TooLarge, _) => StatusCode::PAYLOAD_TOO_LARGE,
        (Kind::TooMany, _) => StatusCode::TOO_MANY_REQUESTS,
        (Kind::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
        (Kind::Internal, _) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The problem document of an error. The cause of an internal one stays in the log.
pub fn document(error: &Error, request_id: &str) -> serde_json::Value {
    let status = status(error);
    let fields: Vec<_> = error.fields().iter().map(|field| json!({"field": field.field, "message": field.message})).collect();
    let mut problem = json!({
        "type": format!("/docs/problems#{}", error.code()),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "code": error.code(),
        "detail": error.message(),
        "request_id": request_id,
    });
    if !fields.is_empty() {
        problem["errors"] = fields.into();
    }
    for (name, value) in error.members() {
        problem[*name] = value.clone();
    }
    problem
}

/// Writes the body of a failed response, and the log line of one that is our mistake.
pub(crate) fn render(response: Response, request_id: &RequestId, wants_page: bool) -> Response {
    let Some(Failure(error)) = response.extensions().get::<Failure>().cloned() else { return response };
    if matches!(error.kind(), Kind::Internal) {
        tracing::error!(?error, "request failed");
    } else {
        tracing::debug!(?error, "request refused");
    }
    let (mut parts, _) = response.into_parts();
    let (kind, body) = if wants_page {
        let page = crate::page::problem(parts.status, error.message(), &request_id.0);
        ("text/html; charset=utf-8", page.into_string())
    } else {
        ("application/problem+json", document(&error, &request_id.0).to_string())
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}
