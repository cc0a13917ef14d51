//! Answers as RFC 8555 has them: each with a fresh nonce, refusals as problems.

use super::Acme;
use crate::faults::Reject;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    status: u16,
    /// After `urn:ietf:params:acme:error:`.
    kind: &'static str,
    detail: String,
    retry_after: Option<u64>,
}

impl Problem {
    pub(super) fn new(status: u16, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), retry_after: None }
    }

    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(400, "malformed", detail)
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// What a fault makes the directory say.
    pub(super) fn by_fault(reject: &Reject) -> Self {
        let (kind, detail) = match reject.status {
            429 => ("rateLimited", "too many of these requests"),
            500.. => ("serverInternal", "the directory is not well"),
            403 => ("unauthorized", "refused"),
            _ => ("malformed", "refused"),
        };
        Self::new(reject.status, kind, reject.body.clone().unwrap_or_else(|| detail.to_owned()))
    }

    pub(super) fn json(&self) -> Value {
        json!({"type": format!("urn:ietf:params:acme:error:{}", self.kind), "detail": self.detail, "status": self.status})
    }
}

impl Acme {
    /// An answer with a nonce that was never used.
    pub(super) fn stamp(&self, mut answer: Response) -> Response {
        let nonce = self.0.names.fresh(22);
        if let Ok(value) = HeaderValue::from_str(&nonce) {
            answer.headers_mut().insert("replay-nonce", value);
        }
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.0.books.lock().nonces.insert(nonce);
        answer
    }

    pub(super) fn refuse(&self, problem: &Problem) -> Response {
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.json().to_string()).into_response();
        if let Some(seconds) = problem.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        self.stamp(answer)
    }

    /// An object; `lives_at` is its address, where that is news.
    pub(super) fn give(&self, status: StatusCode, body: Value, lives_at: Option<String>) -> Response {
        let mut answer = (status, Json(body)).into_response();
        if let Some(value) = lives_at.and_then(|at| HeaderValue::from_str(&at).ok()) {
            answer.headers_mut().insert(header::LOCATION, value);
        }
        self.stamp(answer)
    }
}
