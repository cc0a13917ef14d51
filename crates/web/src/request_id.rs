//! One id for each request: on its answer, on its log lines, on what it stored.

use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;
use std::sync::Arc;

/// The header, both ways.
pub(crate) const HEADER: &str = "x-request-id";
const LONGEST: usize = 64;

/// The id of the request: the caller's own where it is sensible, else ours.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

impl RequestId {
    /// Takes the caller's id, or makes one.
    pub(crate) fn of(headers: &http::HeaderMap, make: impl FnOnce() -> String) -> Self {
        let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let sensible = |id: &&str| {
            !id.is_empty() && id.len() <= LONGEST && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        Self(given.filter(sensible).map_or_else(|| make().into(), Into::into))
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<RequestId>().cloned().unwrap_or_else(|| RequestId("".into())))
    }
}
