//! Who left an order is reminded of it, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod flow;
mod link;
mod office;
mod stories;

use facts::{Fact, Time};
use serde_json::{Value, json};
use std::time::Duration;
use store::{Look, params, sql};
use testkit::TestApp;

/// Tests begin on Friday, 20 November 2026, at 10:00 in India.
const HOUR: Duration = Duration::from_secs(3_600);
const STEPS: [(i64, i64); 3] = [(1, 0), (24, 0), (72, 0)];

/// Reminders after so many hours with so many basis points off; quiet from nine to nine.
async fn turn_on(t: &TestApp, steps: &[(i64, i64)]) {
    let steps: Vec<Value> = steps.iter().map(|(hours, bps)| json!({"hours": hours, "discount_bps": bps})).collect();
    t.put("/api/v1/recovery/settings", json!({"on": true, "steps": steps, "quiet_from": "21:00", "quiet_to": "09:00"})).await.expect(200);
}

/// Somebody orders and goes away: our id of the order, and the provider's.
async fn leave(t: &TestApp, key: &str, phone: &str) -> (String, String) {
    let body =
        json!({"amount": 499, "product": "pro", "customer": {"name": "Asha", "phone": phone, "email": format!("{key}@example.com")}});
    let request = t.request("POST", "/create_order").header("idempotency-key", key).json(&body);
    let placed = t.send(request).await.expect(201);
    t.settle().await;
    (placed["order_id"].as_str().unwrap().to_owned(), placed["id"].as_str().unwrap().to_owned())
}

/// A fact of a kind: when it was stated, and what it says.
type Said = (Time, Value);

/// All facts of a kind, in their order.
async fn stated<F: Fact>(t: &TestApp) -> Vec<Said> {
    let mut look = t.db().read_main(t.tenant());
    let rows: Vec<(Time, store::Json<Value>)> = look
        .all(sql!("SELECT at, body FROM journal WHERE tenant_id = $1 AND kind = $2 ORDER BY seq"), params![t.tenant(), F::KIND])
        .await
        .unwrap();
    rows.into_iter().map(|(at, body)| (at, body.0)).collect()
}

/// The reminders of an order: when, and which.
async fn reminders(t: &TestApp, order: &str) -> Vec<(Time, i64)> {
    let all = stated::<facts::recovery::RecoveryReminderDue>(t).await;
    all.into_iter().filter(|(_, body)| body["order_id"] == order).map(|(at, body)| (at, body["step"].as_i64().unwrap())).collect()
}

async fn left(t: &TestApp, order: &str) -> Value {
    let all = t.get("/api/v1/recovery/abandoned-orders?limit=200").await.expect(200);
    all["data"].as_array().unwrap().iter().find(|left| left["order_id"] == order).cloned().unwrap_or(Value::Null)
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}
