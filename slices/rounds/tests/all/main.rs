//! Daily deliveries, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod billing;
mod flow;
mod messages;
mod office;
mod refusals;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

/// Tests begin on Friday, 20 November 2026, at 10:00 in India.
const HOUR: Duration = Duration::from_secs(3_600);

fn inr(paise: i64) -> Value {
    json!({"minor": paise, "currency": "INR"})
}

async fn route(t: &TestApp, name: &str) -> String {
    let made = t.post_keyed("/api/v1/routes", &format!("route-{name}"), json!({"name": name})).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// A litre of milk a day, at 60 rupees.
fn milk(route: &str, name: &str, phone: &str) -> Value {
    json!({
        "customer": {"name": name, "phone": phone}, "route_id": route, "address": "4 Hill Road", "product": "Cow milk", "unit": "l", "hsn": "0401",
        "rate_bps": 500, "price_per": "unit", "price": inr(6_000)
    })
}

async fn begin(t: &TestApp, key: &str, body: Value) -> Value {
    t.post_keyed("/api/v1/standing-orders", key, body).await.expect(201)
}

fn path(order: &Value, rest: &str) -> String {
    format!("/api/v1/standing-orders/{}{rest}", order["id"].as_str().unwrap())
}

/// The stops of a route on a day.
async fn stops(t: &TestApp, day: &str, route: &str) -> Vec<Value> {
    let sheet = t.get(&format!("/api/v1/rounds/{day}?route_id={route}")).await.expect(200);
    sheet["stops"].as_array().unwrap().clone()
}

/// A delivery of a sheet, by the customer's name.
async fn stop(t: &TestApp, day: &str, route: &str, customer: &str) -> Value {
    let found = stops(t, day, route).await.into_iter().find(|stop| stop["customer"] == customer);
    found.unwrap_or_else(|| panic!("{customer} gets nothing on {day}"))
}

fn delivery(stop: &Value, rest: &str) -> String {
    format!("/api/v1/deliveries/{}{rest}", stop["id"].as_str().unwrap())
}
