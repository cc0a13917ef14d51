//! A shop that runs WooCommerce, played: its list of orders (REST v3), page by page behind HTTP Basic, and its signed webhooks.

use crate::faults::{Ask, Faults, Provider, Reject};
use crate::record::Shared;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// The consumer key that may read orders.
pub const KEY: &str = "ck_simulated";
/// Its secret.
pub const SECRET: &str = "cs_simulated";
/// What webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "wc_simulated & secret";

/// The shop. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Woocommerce {
    faults: Faults,
    orders: Shared<BTreeMap<u64, Value>>,
}

impl Woocommerce {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { faults, orders: Shared::new(BTreeMap::new()) }
    }

    /// An order as the shop has it from now on: `modified` as `2026-11-02T09:30:00`, UTC; `total` as `29.35`.
    pub fn set(&self, id: u64, status: &str, total: &str, modified: &str) -> Value {
        let order = json!({
            "id": id, "parent_id": 0, "number": id.to_string(), "status": status, "currency": "INR", "total": total, "discount_total": "0.00",
            "date_created_gmt": "2026-10-01T09:30:00", "date_modified_gmt": modified, "date_paid_gmt": "2026-10-01T09:31:00", "customer_id": 0,
            "billing": {
                "first_name": "Asha", "last_name": "Rao", "email": format!("buyer{id}@example.com"), "phone": format!("98765{:05}", id % 100_000),
            },
            "line_items": [{"id": id * 10, "name": "Cow milk", "sku": "MILK-1L", "quantity": 1, "subtotal": total, "total": total, "price": 29.35}],
            "refunds": [], "meta_data": [{"id": 1, "key": "_any", "value": {"of": ["any", "type"]}}],
        });
        self.orders.lock().insert(id, order.clone());
        order
    }

    /// The headers and the body of the webhook that tells of an order as it was.
    pub fn call(&self, order: &Value) -> (Vec<(&'static str, String)>, String) {
        let body = order.to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, WEBHOOK_SECRET.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, body.as_bytes()));
        (vec![("x-wc-webhook-topic", "order.updated".to_owned()), ("x-wc-webhook-signature", signature)], body)
    }
}

pub(crate) fn routes(shop: Woocommerce) -> Router {
    Router::new().route("/wp-json/wc/v3/orders", get(list)).with_state(shop)
}

fn refused(status: u16, code: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"code": code, "message": "No.", "data": {"status": status.as_u16()}}))).into_response()
}

async fn list(State(shop): State<Woocommerce>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    let basic = format!("Basic {}", STANDARD.encode(format!("{KEY}:{SECRET}")));
    if headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok()) != Some(&basic) {
        return refused(401, "woocommerce_rest_cannot_view");
    }
    let ask = Ask { provider: Provider::Woocommerce, call: "GET /orders", who: &[] };
    let by_fault = |reject: &Reject| refused(reject.status, "fault");
    shop.faults.around(&ask, by_fault, async { page(&shop, &query) }).await
}

fn page(shop: &Woocommerce, query: &HashMap<String, String>) -> Response {
    let number = |name: &str, usual: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual).max(1);
    let (size, page) = (number("per_page", 10).min(100), number("page", 1));
    let after = query.get("modified_after").map_or("", String::as_str);
    let modified = |order: &Value| order["date_modified_gmt"].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<Value> = shop.orders.lock().values().filter(|order| modified(order).as_str() > after).cloned().collect();
    found.sort_by_key(|order| (modified(order), order["id"].as_u64()));
    let (total, pages) = (found.len(), found.len().div_ceil(size));
    let some: Vec<Value> = found.into_iter().skip((page - 1) * size).take(size).collect();
    ([("x-wp-total", total.to_string()), ("x-wp-totalpages", pages.to_string())], Json(some)).into_response()
}
