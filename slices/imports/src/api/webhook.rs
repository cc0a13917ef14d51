//! What shops call: believed by its signature, kept, answered, and worked on afterwards.

use crate::commands::ReceiveCall;
use crate::connections;
use crate::model::Origin;
use crate::shop::{World, genuine, is_ping};
use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use facts::TenantId;
use http::HeaderMap;
use serde_json::{Value, json};
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use web::{Access, Answer, App, Asked, Path, Raw, Route};

/// The longest id of a call that is taken as it is.
const LONGEST_ID: usize = 100;
/// The largest call, in bytes: an order with hundreds of items.
const LARGEST: usize = 1 << 20;

async fn shopify(
    State(app): State<App>,
    Path(whose): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Json<Value>> {
    Ok(receive(&app, Origin::Shopify, &whose, asked, &headers, body).await?)
}

async fn woocommerce(
    State(app): State<App>,
    Path(whose): Path<String>,
    asked: Asked,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Json<Value>> {
    Ok(receive(&app, Origin::Woocommerce, &whose, asked, &headers, body).await?)
}

async fn receive(app: &App, provider: Origin, whose: &str, asked: Asked, headers: &HeaderMap, body: Bytes) -> Result<Json<Value>> {
    let tenant = tenant(app, whose).await?;
    let done = Json(json!({"status": "ok"}));
    if is_ping(provider, headers, &body) {
        return Ok(done);
    }
    let world = app.extra::<World>()?;
    let shop = connections::shop(&mut app.db.read_main(tenant), &world.vault, provider).await?;
    if !shop.is_some_and(|shop| genuine(&shop, headers, &body)) {
        return Err(Error::new(Kind::Unauthenticated, "signature", "The signature does not fit this body."));
    }
    let event_id = event_id(provider, headers, &body);
    let who = asked.by(Who::provider(tenant, provider.as_str()));
    app.db.run(&who, ReceiveCall { provider, event_id, body }).await?;
    Ok(done)
}

/// What makes a call the same one. Shopify gives an id that is kept over its tries. WooCommerce's changes every second and may
/// be two calls', so the order, its time and all that is said of it stand in for one.
fn event_id(provider: Origin, headers: &HeaderMap, body: &[u8]) -> String {
    let header = |name: &str| headers.get(name)?.to_str().ok().filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).map(str::to_owned);
    match provider {
        Origin::Shopify => header("x-shopify-webhook-id").or_else(|| header("shopify-webhook-id")).unwrap_or_else(|| sha256(body)),
        _ => {
            let said: Value = serde_json::from_slice(body).unwrap_or_default();
            format!("{}/{}/{}", said["id"], said["date_modified_gmt"].as_str().unwrap_or_default(), &sha256(body)[..32])
        }
    }
}

async fn tenant(app: &App, whose: &str) -> Result<TenantId> {
    match whose {
        "first" => Ok(app.identity.shop(app, None).await?.tenant),
        id => id.parse().map_err(|_| Error::not_found("tenant")),
    }
}

pub(super) fn routes() -> Vec<Route> {
    let says = "Keeps the call and answers; `{tenant}` is the tenant's id, or `first` for the first one.";
    vec![
        Route::post("/webhooks/shopify/{tenant}", Access::Signed, shopify).says("Shopify's webhook", says).body_limit(LARGEST),
        Route::post("/webhooks/woocommerce/{tenant}", Access::Signed, woocommerce).says("WooCommerce's webhook", says).body_limit(LARGEST),
    ]
}
