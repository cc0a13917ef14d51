//! Whether this process is alive, whether it can serve, and its numbers.

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use store::errand;
use web::App;

static NUMBERS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Whether this process has been told to stop.
pub static STOPPING: AtomicBool = AtomicBool::new(false);

fn numbers() -> Option<&'static PrometheusHandle> {
    NUMBERS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

/// /health, /health/live, /health/ready, /metrics.
pub fn routes(admin_token: Option<SecretString>) -> Router<App> {
    numbers();
    Router::new()
        .route("/health", get(health))
        .route("/health/live", get(|| async { Json(json!({"status": "ok"})) }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(move |state, peer, headers| metrics(state, peer, headers, admin_token.clone())))
}

async fn health(State(app): State<App>) -> Response {
    let queue = errand::standing(&app.db).await;
    let (status, word) = if queue.is_ok() { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "database_away") };
    let body = json!({"status": word, "version": env!("CARGO_PKG_VERSION"), "queue": queue.ok()});
    (status, Json(body)).into_response()
}

async fn ready(State(app): State<App>) -> Response {
    let checks: Value = match (STOPPING.load(Ordering::Relaxed), app.db.ping().await) {
        (true, _) => json!({"status": "stopping"}),
        (false, Err(_)) => json!({"status": "database_away"}),
        (false, Ok(())) => json!({"status": "ok"}),
    };
    let status = if checks["status"] == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(checks)).into_response()
}

/// Numbers are for whoever sits on this machine, or holds the operator's token.
async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    token: Option<SecretString>,
) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let known = token.is_some_and(|token| bearer.is_some_and(|given| same(given, token.expose_secret())));
    let near = peer.ip().is_loopback() && !headers.contains_key("x-forwarded-for");
    if !known && !near {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut text = numbers().map(PrometheusHandle::render).unwrap_or_default();
    if let Ok(standing) = errand::standing(&app.db).await {
        for (state, count) in
            [("ready", standing.ready), ("waiting", standing.waiting), ("running", standing.running), ("buried", standing.buried)]
        {
            text.push_str(&format!("origin_errands{{state=\"{state}\"}} {count}\n"));
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// Compared by their hashes, so that the time taken tells nothing about the token.
fn same(given: &str, token: &str) -> bool {
    store::secret::sha256(given) == store::secret::sha256(token)
}
