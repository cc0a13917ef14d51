//! The whole router: every slice's routes, and what stands around them all.

use crate::alias::{Alias, Aliases, OtherMethods};
use crate::cors::preflight;
use crate::guard::IsPage;
use crate::host::at_home;
use crate::request_id::{HEADER, RequestId};
use crate::{App, Env, Failure, OverTls, Route, ShopSlug, openapi, problem, ui};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, Uri, header};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Error, Kind};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

/// A request that takes longer is given up.
const LONGEST: Duration = Duration::from_secs(30);
/// One that sends a file has this long.
pub(crate) const LONGEST_FILE: Duration = Duration::from_secs(30 * 60);

/// What answers on the socket.
pub type Service = tower::util::BoxCloneSyncService<Request, Response, std::convert::Infallible>;

/// Builds it.
pub fn service(app: &App, routes: Vec<Route>, aliases: &[Alias], extra: Router<App>) -> Service {
    let streamed: Arc<HashSet<&'static str>> =
        Arc::new(routes.iter().filter(|route| route.largest.is_some()).map(|route| route.path).collect());
    let router = routes.into_iter().fold(Router::new(), |router, route| route.hang(router, app));
    let router = router
        .merge(openapi::pages())
        .merge(extra)
        .route("/assets/{file}", get(asset))
        .fallback(nowhere)
        .method_not_allowed_fallback(|| async { wrong_method() })
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), preflight))
        .layer(from_fn_with_state(app.clone(), at_home))
        .layer(from_fn_with_state((app.clone(), streamed), around))
        .with_state(app.clone());
    let aliases = Aliases::new(aliases);
    let rewrite = tower::util::MapRequestLayer::new(move |request: Request| aliases.rewrite(shop_path(request)));
    tower::util::BoxCloneSyncService::new(ServiceBuilder::new().layer(rewrite).service(router))
}

/// No route has this address; a published path may still have it for another method.
async fn nowhere(request: Request) -> Response {
    match request.extensions().get::<OtherMethods>() {
        Some(OtherMethods(allowed)) => ([(header::ALLOW, allowed.clone())], wrong_method()).into_response(),
        None => Failure::from(Error::new(Kind::NotFound, "route_not_found", "Nothing lives at this address.")).into_response(),
    }
}

fn wrong_method() -> Failure {
    Error::new(Kind::Malformed, "method_not_allowed", "This address does not answer that method.").into()
}

/// `/s/{slug}/buy/x` is `/buy/x` in that tenant's shop.
fn shop_path(mut request: Request) -> Request {
    let path = request.uri().path();
    let Some(rest) = path.strip_prefix("/s/") else { return request };
    let (slug, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let slug = ShopSlug(slug.into());
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(uri) = format!("/{rest}{query}").parse::<Uri>() {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(slug);
    }
    request
}

/// Around every request: its id, its span, its time, its headers, and the body of its failure.
async fn around(State((app, streamed)): State<(App, Arc<HashSet<&'static str>>)>, mut request: Request, next: Next) -> Response {
    let id =
        RequestId::of(request.headers(), || app.db.dice().id::<facts::FactId>(app.db.clock().now()).to_string().replacen("fact", "req", 1));
    request.extensions_mut().insert(id.clone());
    let over_tls = app.is_https() || request.extensions().get::<OverTls>().is_some();
    let prefers_page = wants_html(&request);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<axum::extract::MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let span = tracing::info_span!("request", request_id = %id.0, %method, path);
    let start = Instant::now();
    let response = async {
        let ended = tokio::time::timeout(if streamed.contains(route.as_str()) { LONGEST_FILE } else { LONGEST }, next.run(request)).await;
        let response = ended.unwrap_or_else(|_| timed_out());
        let is_page = prefers_page && (response.extensions().get::<IsPage>().is_some() || response.status() == StatusCode::NOT_FOUND);
        let mut response = problem::render(response, &id, is_page);
        tracing::info!(status = response.status().as_u16(), millis = start.elapsed().as_millis() as u64, "answered");
        set_headers(&mut response, policy(app.env), over_tls, &id);
        response
    }
    .instrument(span)
    .await;
    let labels = [("method", method.to_string()), ("route", route), ("status", response.status().as_u16().to_string())];
    metrics::histogram!("http_request_seconds", &labels).record(start.elapsed().as_secs_f64());
    response
}

fn timed_out() -> Response {
    Failure::from(Error::unavailable("request_timeout", "This took too long and was given up.")).into_response()
}

fn wants_html(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

/// What a page may load, and where its forms may lead: to a provider of sign-ins or payments, which is on this very machine only
/// where it is played.
fn policy(env: Env) -> &'static str {
    macro_rules! policy {
        ($forms:literal) => {
            concat!(
                "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action ",
                $forms
            )
        };
    }
    match env {
        Env::Production => policy!("'self' https:"),
        Env::Development | Env::Test => policy!("'self' https: http://127.0.0.1:* http://localhost:*"),
    }
}

/// No script or style that is not ours, no frame around us, no guessing of types.
/// And, where it came by TLS, no coming back without; for this name alone, since what lies below a merchant's domain is theirs.
fn set_headers(response: &mut Response, policy: &'static str, over_tls: bool, id: &RequestId) {
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", policy);
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("referrer-policy", "strict-origin-when-cross-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    set("cross-origin-opener-policy", "same-origin");
    set("cache-control", "no-store");
    if over_tls {
        set("strict-transport-security", "max-age=31536000");
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(HEADER, value);
    }
}

/// Files that carry their hash in the name may be kept for ever.
async fn asset(Path(file): Path<String>) -> Response {
    match ui::assets::get(&file) {
        Some((kind, bytes, etag)) => {
            let headers = [
                (header::CONTENT_TYPE, kind.to_owned()),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
                (header::ETAG, etag),
            ];
            (headers, bytes).into_response()
        }
        None => Failure::from(Error::not_found("file")).into_response(),
    }
}
