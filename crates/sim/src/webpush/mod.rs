//! A push service and the browsers behind it: subscriptions with keys of their own, pushes that are checked as RFC 8030 and 8292 ask,
//! and opened as a browser opens them.
//!
//! `POST /webpush` with `{"applicationServerKey"}` is what a page's `pushManager.subscribe` does; `DELETE` of the endpoint is its
//! `unsubscribe`.

mod decrypt;
mod receive;
mod vapid;

pub use receive::WebPush;

use crate::config::{Clock, Keep, SimConfig};
use crate::door::Door;
use crate::faults::{Faults, Provider};
use crate::names::Names;
use crate::record::{ApiCall, Shared};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::post;
use axum::{Router, body::Bytes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Pushes to browsers: what was recorded, and the browsers' hands. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Webpush(Arc<Office>);

struct Office {
    /// `http://127.0.0.1:PORT`, which tokens have to name.
    origin: String,
    /// The shop's public key, base64url.
    shop: String,
    clock: Clock,
    keep: Keep,
    names: Arc<Names>,
    door: Door,
    desk: Shared<Desk>,
}

#[derive(Default)]
struct Desk {
    browsers: HashMap<String, Browser>,
    pushes: Vec<WebPush>,
}

/// One browser's side of a subscription.
#[derive(Clone)]
struct Browser {
    key: SecretKey,
    auth: Vec<u8>,
    /// The key that the page subscribed with, where it named one.
    shop: Option<Vec<u8>>,
    gone: bool,
}

/// What a page gets from its browser and gives to its shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushSubscription {
    /// Where pushes go.
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The secret beside it, base64url.
    pub auth: String,
}

impl PushSubscription {
    /// As `PushSubscription.toJSON()` writes it.
    pub fn json(&self) -> Value {
        json!({"endpoint": self.endpoint, "expirationTime": null, "keys": {"p256dh": self.p256dh, "auth": self.auth}})
    }
}

impl Webpush {
    pub(crate) fn new(config: &SimConfig, origin: String, names: Arc<Names>, faults: Faults) -> Self {
        Self(Arc::new(Office {
            origin,
            shop: config.vapid.public.clone(),
            clock: Arc::clone(&config.clock),
            keep: config.keep,
            names,
            door: Door::new(Provider::Webpush, faults, config.keep),
            desk: Shared::new(Desk::default()),
        }))
    }

    /// A browser subscribes to the simulated shop.
    pub fn subscribe(&self) -> Option<PushSubscription> {
        self.subscribe_to(Some(&self.0.shop))
    }

    /// A browser subscribes to whoever has this public key, base64url; without one anybody may push to it. `None` where the key is
    /// none.
    pub fn subscribe_to(&self, shop: Option<&str>) -> Option<PushSubscription> {
        // Letters and digits make keys as good as any here: nobody guards these browsers.
        let (key, auth) = (self.0.names.fresh(32), self.0.names.fresh(16));
        self.subscribe_with(shop, key.as_bytes(), auth.as_bytes())
    }

    /// The same with a browser's private key, 32 bytes, and secret, 16 bytes.
    pub fn subscribe_with(&self, shop: Option<&str>, key: &[u8], auth: &[u8]) -> Option<PushSubscription> {
        let shop = match shop {
            Some(text) => Some(URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok().filter(|key| key.len() == 65)?),
            None => None,
        };
        let browser = Browser { key: SecretKey::from_slice(key).ok()?, auth: auth.to_vec(), shop, gone: false };
        let id = self.0.names.fresh(24);
        let subscription = PushSubscription {
            endpoint: format!("{}/webpush/{id}", self.0.origin),
            p256dh: URL_SAFE_NO_PAD.encode(decrypt::point(&browser.key)),
            auth: URL_SAFE_NO_PAD.encode(auth),
        };
        self.0.desk.lock().browsers.insert(id, browser);
        Some(subscription)
    }

    /// A browser ends its subscription: pushes to it are answered 410 from now on. Returns whether there was one.
    pub fn unsubscribe(&self, endpoint: &str) -> bool {
        let id = endpoint.rsplit('/').next().unwrap_or_default();
        self.0.desk.lock().browsers.get_mut(id).map(|browser| browser.gone = true).is_some()
    }

    /// Every push that was taken, oldest first; none where only counts are kept.
    pub fn pushes(&self) -> Vec<WebPush> {
        self.0.desk.lock().pushes.clone()
    }

    /// The pushes to one browser, oldest first.
    pub fn pushes_to(&self, endpoint: &str) -> Vec<WebPush> {
        self.0.desk.lock().pushes.iter().filter(|push| push.endpoint == endpoint).cloned().collect()
    }

    /// The calls `POST /{id}`, oldest first.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.0.door.calls("POST /{id}")
    }
}

/// What a page subscribes with.
#[derive(serde::Deserialize)]
struct Wish {
    #[serde(rename = "applicationServerKey")]
    key: Option<String>,
}

async fn subscribe(State(webpush): State<Webpush>, body: Bytes) -> Result<Json<Value>, StatusCode> {
    let wish: Wish = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    webpush.subscribe_to(wish.key.as_deref()).map(|made| Json(made.json())).ok_or(StatusCode::BAD_REQUEST)
}

async fn unsubscribe(State(webpush): State<Webpush>, Path(id): Path<String>) -> StatusCode {
    if webpush.unsubscribe(&id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// The service, to be nested at `/webpush`.
pub(crate) fn routes(webpush: Webpush) -> Router {
    Router::new()
        .route("/", post(subscribe))
        .route("/{id}", post(receive::receive).delete(unsubscribe))
        .layer(DefaultBodyLimit::disable())
        .with_state(webpush)
}
