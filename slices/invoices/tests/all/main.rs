//! Invoices over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod flow;
mod online;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

const DAY: Duration = Duration::from_secs(86_400);

fn inr(paise: i64) -> Value {
    json!({"minor": paise, "currency": "INR"})
}

fn seller() -> Value {
    json!({
        "legal_name": "Ananda Dairy", "address": "12 MG Road\nBengaluru 560001", "state": "29", "gstin": "29AAGCB7383J1Z4",
        "due_days": 7, "upi": "ananda@okbank", "bank": "Some Bank 12345", "shop_rate_bps": 1800, "shop_hsn": "998431"
    })
}

fn milk() -> Value {
    json!({
        "customer": {"name": "Asha Stores", "address": "4 Hill Road, Mumbai", "gstin": "27AAPFU0939F1ZV", "phone": "98765 43210"},
        "lines": [
            {"description": "Cow milk", "hsn": "0401", "quantity": "10.5", "unit": "l", "price": inr(6_000), "rate_bps": 500},
            {"description": "Paneer", "hsn": "0406", "quantity": "2", "unit": "kg", "price": inr(40_000), "discount": inr(5_000), "rate_bps": 1200}
        ]
    })
}

async fn set_up(t: &TestApp) {
    t.put("/api/v1/invoice-settings", seller()).await.expect(200);
}

async fn make(t: &TestApp, key: &str, mut body: Value, issue: bool) -> Value {
    body["issue"] = json!(issue);
    t.post_keyed("/api/v1/invoices", key, body).await.expect(201)
}

fn path(invoice: &Value, rest: &str) -> String {
    format!("/api/v1/invoices/{}{rest}", invoice["id"].as_str().unwrap())
}

async fn quiet(t: &TestApp) {
    t.settle().await;
    for wrong in [invoices::check(t.db()).await, ledger::check(t.db()).await, orders::check(t.db()).await, payments::check(t.db()).await] {
        assert_eq!(wrong.unwrap(), Vec::<String>::new());
    }
}

async fn balance(t: &TestApp, account: &str) -> i64 {
    let all = t.get("/api/v1/ledger/balances").await.expect(200);
    let found = all["data"].as_array().unwrap().iter().find(|row| row["account"] == account).cloned();
    found.map_or(0, |row| row["balance"]["minor"].as_i64().unwrap())
}
