//! One id for each request: on its answer, on its log lines, on what it stored.

use std::sync::Arc;

/// The header, both ways.
pub(crate) const HEADER: &str = "x-request-id";
const LONGEST: usize = 64;

/// The id of the request: the caller's own where it is sensible, else ours.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub Arc<str>);

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
