//! A shop at Shopify, played: its orders by GraphQL, each question at its cost, and its signed webhooks.

mod answers;
mod graphql;
mod points;

pub(crate) use graphql::routes;

use crate::config::Clock;
use crate::faults::Faults;
use crate::record::Shared;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use points::Points;
use ring::hmac;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The access token that may read orders.
pub const TOKEN: &str = "shpat_simulated";
/// What webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "shpss_simulated";

/// The shop. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Shopify {
    faults: Faults,
    /// As webhooks tell of them.
    orders: Shared<BTreeMap<u64, Value>>,
    points: Shared<Points>,
    clock: Clock,
}

impl Shopify {
    pub(crate) fn new(faults: Faults, clock: Clock) -> Self {
        let points = Shared::new(Points::full(clock()));
        Self { faults, orders: Shared::new(BTreeMap::new()), points, clock }
    }

    /// An order as the shop has it from now on: `updated` as `2026-11-02T09:30:00Z`, `total` as `199.00`.
    pub fn set(&self, id: u64, financial_status: &str, total: &str, updated: &str) -> Value {
        self.put(id, financial_status, total, updated, vec![line(id + 1, total)])
    }

    /// A paid order of so many items at one rupee each.
    pub fn set_long(&self, id: u64, items: u64, updated: &str) -> Value {
        let lines = (1..=items).map(|item| line(id + item, "1.00")).collect();
        self.put(id, "paid", &format!("{items}.00"), updated, lines)
    }

    fn put(&self, id: u64, financial_status: &str, total: &str, updated: &str, lines: Vec<Value>) -> Value {
        let order = json!({
            "id": id, "name": format!("#{}", id % 10_000), "currency": "INR", "total_price": total, "total_outstanding": "0.00",
            "total_discounts": "0.00", "financial_status": financial_status, "fulfillment_status": null, "cancelled_at": null, "test": false,
            "created_at": "2026-10-01T15:00:00+05:30", "processed_at": "2026-10-01T15:00:00+05:30", "updated_at": updated,
            "email": format!("buyer{id}@example.com"), "phone": null, "customer": {"id": 1, "first_name": "Asha", "last_name": "Rao"},
            "line_items": lines, "refunds": [],
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

fn line(id: u64, price: &str) -> Value {
    json!({"id": id, "title": "Cow milk", "sku": "MILK-1L", "quantity": 1, "price": price})
}
