//! A shop at Shopify, played: its list of orders, paged by the header of links, and its signed webhooks.

use crate::faults::{Ask, Faults, Provider, Reject};
use crate::record::Shared;
use axum::Router;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// The access token that may read orders.
pub const TOKEN: &str = "shpat_simulated";
/// What webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "shpss_simulated";

/// The shop. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Shopify {
    faults: Faults,
    orders: Shared<BTreeMap<u64, Value>>,
}

impl Shopify {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { faults, orders: Shared::new(BTreeMap::new()) }
    }

    /// An order as the shop has it from now on: `updated` as `2026-11-02T09:30:00Z`, `total` as `199.00`.
    pub fn set(&self, id: u64, financial_status: &str, total: &str, updated: &str) -> Value {
        let order = json!({
            "id": id, "name": format!("#{}", id % 10_000), "currency": "INR", "total_price": total, "total_outstanding": "0.00",
            "total_discounts": "0.00", "financial_status": financial_status, "fulfillment_status": null, "cancelled_at": null, "test": false,
            "created_at": "2026-10-01T15:00:00+05:30", "processed_at": "2026-10-01T15:00:00+05:30", "updated_at": updated,
            "email": format!("buyer{id}@example.com"), "phone": null, "customer": {"id": 1, "first_name": "Asha", "last_name": "Rao"},
            "line_items": [{"id": id + 1, "title": "Cow milk", "sku": "MILK-1L", "quantity": 1, "price": total}], "refunds": [],
        });
        self.orders.lock().insert(id, order.clone());
        order
    }

    /// The headers and the body of the webhook that tells of an order as it was; `delivery` is the same over its tries.
    pub fn call(&self, order: &Value, delivery: &str) -> (Vec<(&'static str, String)>, String) {
        let body = order.to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, WEBHOOK_SECRET.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, body.as_bytes()));
        let headers = vec![
            ("x-shopify-topic", "orders/updated".to_owned()),
            ("x-shopify-hmac-sha256", signature),
            ("x-shopify-webhook-id", delivery.to_owned()),
        ];
        (headers, body)
    }
}

pub(crate) fn routes(shop: Shopify) -> Router {
    Router::new().route("/admin/api/{version}/orders.json", get(list)).with_state(shop)
}

fn refused(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"errors": "No."}))).into_response()
}

async fn list(State(shop): State<Shopify>, uri: OriginalUri, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    if headers.get("x-shopify-access-token").and_then(|given| given.to_str().ok()) != Some(TOKEN) {
        return refused(401);
    }
    let ask = Ask { provider: Provider::Shopify, call: "GET /orders.json", who: &[] };
    let by_fault = |reject: &Reject| refused(reject.status);
    shop.faults.around(&ask, by_fault, async { page(&shop, uri.path(), &query) }).await
}

/// Beside the place in a list only its size may be said.
fn page(shop: &Shopify, path: &str, query: &HashMap<String, String>) -> Response {
    let size = query.get("limit").and_then(|text| text.parse().ok()).unwrap_or(50).clamp(1, 250);
    let after = match query.get("page_info") {
        Some(_) if query.keys().any(|name| !matches!(name.as_str(), "page_info" | "limit" | "fields")) => return refused(400),
        Some(page) => match URL_SAFE_NO_PAD.decode(page).ok().and_then(|place| String::from_utf8(place).ok()) {
            Some(place) => place,
            None => return refused(400),
        },
        None => String::new(),
    };
    let least = query.get("updated_at_min").cloned().unwrap_or_default();
    let place = |order: &Value| format!("{}/{:020}", order["updated_at"].as_str().unwrap_or_default(), order["id"].as_u64().unwrap_or(0));
    let mut found: Vec<Value> =
        shop.orders.lock().values().filter(|order| place(order) > after && place(order) >= least).cloned().collect();
    found.sort_by_key(place);
    let more = found.len() > size;
    found.truncate(size);
    let link = found.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(place(last)));
    let mut answer = Json(json!({"orders": found})).into_response();
    let link = link.and_then(|page| format!("<https://shop.invalid{path}?limit={size}&page_info={page}>; rel=\"next\"").parse().ok());
    if let Some(link) = link {
        answer.headers_mut().insert(header::LINK, link);
    }
    answer
}
