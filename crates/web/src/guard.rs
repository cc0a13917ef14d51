//! What stands before every route: limits, who is calling, whether they may, and where a change came from.

use crate::asked::Asked;
use crate::caller::signed_out;
use crate::cors;
use crate::extract::{BodyLimit, read_in};
use crate::incoming::{self, Flow};
use crate::limits::{Rate, Verdict};
use crate::upload::{self, is_multipart};
use crate::{Access, App, Caller, Failure, Permission, Via};
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use facts::TenantId;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Method, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Kind, Result};
use subtle::ConstantTimeEq;

/// How long the rest of a body is read that nobody wants.
const DRAINING: Duration = Duration::from_secs(10);

/// What a route asks of its callers.
pub(crate) struct Guard {
    pub app: App,
    pub access: Access,
    pub page: bool,
    pub rate: Option<(&'static str, Rate)>,
    pub body_limit: Option<usize>,
    /// The largest file that a streamed route takes.
    pub largest: Option<u64>,
    pub path: &'static str,
}

/// Marks a response whose failure is shown as a page.
#[derive(Clone, Copy)]
pub(crate) struct IsPage;

pub(crate) async fn guard(State(spec): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let is_page = spec.page;
    let origin = cors::foreign(&spec.app, request.headers());
    let mut known = Known::default();
    // What a streamed route does not read is read when it has answered; every other body is read first.
    let (request, flow) = match spec.largest {
        Some(largest) => {
            let (request, flow) = Flow::divert(request, largest);
            (request, Some(flow))
        }
        None => (request, None),
    };
    let mut response = match admit(&spec, request, origin.is_some(), &mut known).await {
        Ok(Admitted::In(request)) => next.run(*request).await,
        Ok(Admitted::SignIn(to)) => Redirect::to(&to).into_response(),
        Err(error) => Failure::from(error).into_response(),
    };
    if let Some(flow) = flow {
        let _in_time = tokio::time::timeout(DRAINING, flow.drain()).await;
    }
    if let Some(verdict) = known.verdict {
        tell_limit(&mut response, &verdict);
    }
    cors::tell(&spec.app, spec.path, known.tenant, origin.as_deref(), &mut response).await;
    if is_page {
        response.extensions_mut().insert(IsPage);
    }
    response
}

/// What has come to be known of a caller, whether they are let in or not.
#[derive(Default)]
struct Known {
    /// What their limit came to.
    verdict: Option<Verdict>,
    /// Whose account they act for.
    tenant: Option<TenantId>,
}

enum Admitted {
    In(Box<Request>),
    SignIn(String),
}

/// Lets a request in or says why not. `foreign` is whether another site's page sent it.
async fn admit(spec: &Guard, mut request: Request, foreign: bool, known: &mut Known) -> Result<Admitted> {
    if let Some(limit) = spec.body_limit {
        request.extensions_mut().insert(BodyLimit(limit));
    }
    if spec.largest.is_none() {
        request = read_in(request).await?;
    }
    if let Some((feature, rate)) = spec.rate {
        let key = request.headers().get("idempotency-key").map(|key| store::secret::sha256(key.as_bytes()));
        let from = address(&spec.app, request.extensions(), request.headers());
        limit_address(spec, feature, rate, from, key).await?;
    }
    if matches!(spec.access, Access::Public | Access::Signed) {
        return Ok(Admitted::In(Box::new(request)));
    }
    let (parts, body) = request.into_parts();
    let caller = spec.app.identity.caller(&spec.app, &parts).await;
    let mut request = Request::from_parts(parts, body);
    let caller = match caller {
        Ok(Some(caller)) => caller,
        Ok(None) | Err(_) if spec.page && request.method() == Method::GET => return Ok(Admitted::SignIn(sign_in(&request))),
        Ok(None) => return Err(signed_out()),
        Err(error) => return Err(error),
    };
    if foreign && matches!(caller.via, Via::Session { .. }) {
        return Err(cors::cross_origin());
    }
    known.tenant = Some(caller.home());
    if let Some((rate, what)) = caller.via.rate() {
        let verdict = spec.app.limits.take(&caller.limit_key(), rate).await;
        known.verdict = Some(verdict);
        if !verdict.allowed {
            return Err(too_many(what, &verdict));
        }
    }
    if caller.via != Via::Operator {
        let from = address(&spec.app, request.extensions(), request.headers());
        from_allowed(spec, &caller, from.to_canonical()).await?;
    }
    if spec.page && matches!(caller.via, Via::Device { .. }) {
        return Err(api_only());
    }
    match spec.access {
        Access::May(permission) if !caller.may(permission) => return Err(forbidden(&caller, permission)),
        Access::Operator if caller.via != Via::Operator => return Err(operator_only()),
        Access::Public | Access::Signed | Access::SignedIn | Access::May(_) | Access::Operator => {}
    }
    if let Some(flow) = request.extensions().get::<Flow>().cloned() {
        if !incoming::check_csrf(request.headers(), &flow, &caller).await? {
            return Err(forged());
        }
    } else if let Via::Session { csrf, .. } = &caller.via {
        request = check_csrf(request, csrf).await?;
    }
    let mut caller = caller;
    caller.who = Asked::of(&spec.app, request.extensions(), request.headers()).by(caller.who);
    request.extensions_mut().insert(caller);
    Ok(Admitted::In(Box::new(request)))
}

/// Refuses whoever comes from an address that their tenant does not allow.
async fn from_allowed(spec: &Guard, caller: &Caller, from: IpAddr) -> Result<()> {
    if spec.app.identity.admits(&spec.app, caller.home(), from).await? {
        return Ok(());
    }
    let message = format!("{} may not be used from {from}. An owner keeps the list of addresses that may.", caller.tenant_name);
    Err(Error::new(Kind::Forbidden, "address_not_allowed", message))
}

fn forbidden(caller: &Caller, permission: Permission) -> Error {
    let role = caller.reach.role;
    let message = if role.may(permission) {
        format!("This key was made without the scope {permission}. Use one that has it.")
    } else {
        format!("Your role ({role}) may not do this ({permission}). Ask an owner or admin.")
    };
    Error::new(Kind::Forbidden, "forbidden", message)
}

/// A page's forms change passwords and keys, and are kept from others by a session's token, which a phone has not.
fn api_only() -> Error {
    Error::new(Kind::Forbidden, "api_only", "A device's token opens the API alone. Sign in with a browser to see pages.")
}

fn operator_only() -> Error {
    Error::new(Kind::Forbidden, "operator_only", "Only the platform's operator may do this, with its ADMIN_TOKEN.")
}

fn sign_in(request: &Request) -> String {
    let back = request.uri().path_and_query().map_or("/admin", |path| path.as_str());
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", back).finish();
    format!("/admin/login?{query}")
}

/// A request that repeats an Idempotency-Key is the same request, and counts once.
async fn limit_address(spec: &Guard, feature: &'static str, rate: Rate, address: IpAddr, key: Option<String>) -> Result<()> {
    let who = format!("{feature}/{address}");
    if let Some(key) = key {
        let seen = format!("keyed/{who}/{key}");
        if !spec.app.limits.first_time(&seen, rate.window).await {
            return Ok(());
        }
    }
    let verdict = spec.app.limits.take(&who, rate).await;
    if verdict.allowed { Ok(()) } else { Err(too_many(spec.path, &verdict)) }
}

fn too_many(what: &str, verdict: &Verdict) -> Error {
    let message = format!("Too many requests for {what}: {} in {} s at the most.", verdict.limit, verdict.window.as_secs());
    Error::new(Kind::TooMany, "rate_limited", message).retry_after(verdict.retry_after)
}

fn tell_limit(response: &mut Response, verdict: &Verdict) {
    let headers = response.headers_mut();
    headers.insert("ratelimit-limit", HeaderValue::from(verdict.limit));
    headers.insert("ratelimit-remaining", HeaderValue::from(verdict.remaining));
    headers.insert("ratelimit-reset", HeaderValue::from(verdict.reset_after.as_secs()));
}

/// Where a request came from: the connection, or what the trusted proxies say.
pub(crate) fn address(app: &App, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
    let direct = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
    if app.trusted_proxies == 0 {
        return direct;
    }
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or_default();
    forwarded.rsplit(',').nth(app.trusted_proxies - 1).and_then(|part| part.trim().parse().ok()).unwrap_or(direct)
}

/// Where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Ok(Self(address(app, &parts.extensions, &parts.headers)))
    }
}

/// A signed-in browser's change (its body has been read in, within its limit) carries the session's token: in the X-CSRF-Token header, or as
/// `csrf` in a form: anywhere in one of texts, as the first part of one with files.
async fn check_csrf(request: Request, csrf: &str) -> Result<Request> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(request);
    }
    let matches = |given: &str| bool::from(given.as_bytes().ct_eq(csrf.as_bytes()));
    if let Some(given) = request.headers().get("x-csrf-token").and_then(|value| value.to_str().ok()) {
        return if matches(given) { Ok(request) } else { Err(forged()) };
    }
    let form =
        request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let with_files = is_multipart(request.headers());
    if !form && !with_files {
        return Err(forged());
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
    let given = if with_files {
        upload::first(&parts.headers, bytes.clone(), "csrf").await?
    } else {
        url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf").map(|(_, value)| value.into_owned())
    };
    if given.is_some_and(|given| matches(&given)) { Ok(Request::from_parts(parts, Body::from(bytes))) } else { Err(forged()) }
}

fn forged() -> Error {
    Error::new(Kind::Forbidden, "csrf", "This form is out of date. Reload the page and try again.")
}
