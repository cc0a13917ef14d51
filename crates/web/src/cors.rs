//! Programs of other sites in a browser (CORS): a tenant lists the origins that may read its answers to them.
//!
//! They come with a key or a device's token of their own. A session's cookie is for our own pages: no answer ever allows
//! credentials, and a request from elsewhere that carries a session is refused.

use crate::{App, Failure};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use facts::TenantId;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use store::{Error, Kind};

/// What a program may send besides what every one may.
const HEADERS: &str = "authorization, content-type, idempotency-key, if-match, if-none-match, x-request-id";
/// What a program may read besides what every one may.
const EXPOSED: &str =
    "content-disposition, etag, location, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id";
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
/// Seconds for which a browser need not ask again.
const KEPT: &str = "600";
/// Where it counts. Nothing else is for programs of other sites.
const API: &str = "/api/";
/// An origin has a scheme, a host of 253 characters at the most, and a port.
const LONGEST: usize = 300;

/// The origin of the page that sent a request, where that is not ours.
pub(crate) fn foreign(app: &App, headers: &HeaderMap) -> Option<String> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let given = headers.get(header::ORIGIN)?;
    // What cannot be read is not ours.
    let Ok(origin) = given.to_str() else { return Some(String::new()) };
    let host = text(header::HOST).unwrap_or_default();
    let own = origin == app.public_url || origin.split_once("://").is_some_and(|(_, from)| from == host);
    (!own).then(|| origin.to_owned())
}

/// Answers what a browser asks before it sends a request of another site's (a preflight). Nobody is known at that point: an
/// origin that any tenant lists may go on to the request, which its own tenant then answers for.
pub(crate) async fn preflight(State(app): State<App>, request: Request, next: Next) -> Response {
    let asks = *request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let origin = if asks && request.uri().path().starts_with(API) { foreign(&app, request.headers()) } else { None };
    let Some(origin) = origin else { return next.run(request).await };
    let mut response = match listed(&app, None, &origin).await {
        Ok(Some(origin)) => {
            let allows = [
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
                (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS)),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS)),
                (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(KEPT)),
            ];
            (StatusCode::NO_CONTENT, allows).into_response()
        }
        Ok(None) => Failure::from(not_listed(&origin)).into_response(),
        Err(error) => Failure::from(error).into_response(),
    };
    let asked = HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers");
    response.headers_mut().append(header::VARY, asked);
    response
}

/// Lets the program that asked read the answer, where the tenant that it asked for lists its origin.
pub(crate) async fn tell(app: &App, path: &str, tenant: Option<TenantId>, origin: Option<&str>, response: &mut Response) {
    if !path.starts_with(API) {
        return;
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    let (Some(tenant), Some(origin)) = (tenant, origin) else { return };
    match listed(app, Some(tenant), origin).await {
        Ok(Some(origin)) => {
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
        Ok(None) => {}
        // The browser keeps the answer from the program; what was done is done.
        Err(error) => tracing::warn!(?error, "whether an origin is listed could not be looked up"),
    }
}

/// The origin as a header, where it is listed.
async fn listed(app: &App, tenant: Option<TenantId>, origin: &str) -> store::Result<Option<HeaderValue>> {
    let Ok(value) = HeaderValue::from_str(origin) else { return Ok(None) };
    let listed = origin.len() <= LONGEST && origin.contains("://") && app.identity.lists_origin(app, tenant, origin).await?;
    Ok(listed.then_some(value))
}

fn not_listed(origin: &str) -> Error {
    let origin: String = origin.chars().take(LONGEST).collect();
    let message = format!("No account here lists {origin} among the origins that may call its API from a browser.");
    Error::new(Kind::Forbidden, "origin_not_listed", message)
}

/// The answer to a session's cookie that another site's page made a browser send.
pub(crate) fn cross_origin() -> Error {
    let message =
        "A signed-in browser's session is for Origin's own pages. A program on another site sends an API key or a device's token.";
    Error::new(Kind::Forbidden, "cross_origin_session", message)
}
