//! The request that a change answers: its id, and where it came from. Both stand in the journal.

use crate::guard::address;
use crate::request_id::RequestId;
use crate::{App, Failure};
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Extensions, HeaderMap};
use std::net::IpAddr;
use std::sync::Arc;
use store::Who;

/// The request that a change answers. A public handler takes it; whoever is known carries it in their [`crate::Caller`].
#[derive(Debug, Clone)]
pub struct Asked {
    request: Option<Arc<str>>,
    from: IpAddr,
}

impl Asked {
    pub(crate) fn of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Self {
        Self { request: extensions.get::<RequestId>().map(|id| id.0.clone()), from: address(app, extensions, headers) }
    }

    /// The id of the request.
    pub fn id(&self) -> &str {
        self.request.as_deref().unwrap_or_default()
    }

    /// Whoever acts, in answer to this.
    pub fn by(self, who: Who) -> Who {
        who.asked_by(self.request).from(self.from)
    }
}

impl FromRequestParts<App> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Ok(Self::of(app, &parts.extensions, &parts.headers))
    }
}
