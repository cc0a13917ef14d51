//! Who brings customers gets a share, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod flow;
mod office;
mod stories;

use facts::{Currency, OrderId};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn inr(paise: i64) -> Value {
    json!({"minor": paise, "currency": "INR"})
}

/// A referrer with a phone number; their id.
async fn join(t: &TestApp, code: &str, phone: &str) -> String {
    let body = json!({"name": "Asha Rao", "phone": phone, "email": format!("{code}@example.com"), "code": code});
    t.post_keyed("/api/referrals/generate-link", &format!("join-{code}"), body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// A checkout of the shop that says who brought the buyer: our id and the provider's.
async fn order(t: &TestApp, key: &str, code: &str, customer: Value) -> (String, String) {
    let body = json!({"amount": 499, "product": "pro", "customer": customer, "referral_code": code});
    let placed = t.send(t.request("POST", "/create_order").header("idempotency-key", key).json(&body)).await.expect(201);
    t.settle().await;
    (placed["order_id"].as_str().unwrap().to_owned(), placed["id"].as_str().unwrap().to_owned())
}

async fn pay(t: &TestApp, theirs: &str) {
    t.sim().razorpay().pay(theirs, sim::Method::Upi).unwrap();
    t.settle().await;
}

/// Gives some of an order's money back; everything where nothing is said.
async fn refund(t: &TestApp, order: &str, key: &str, minor: Option<i64>) {
    let id: OrderId = order.parse().unwrap();
    let paid = payments::of(&mut t.db().read_main(t.tenant()), id).await.unwrap();
    let amount = minor.map(|minor| facts::Money::new(minor, Currency::INR));
    let back = payments::RequestRefund { payment_id: paid[0].id, amount, reason: key.to_owned() };
    t.db().run(&t.who(), back).await.unwrap();
    t.settle().await;
}

async fn commission(t: &TestApp, order: &str) -> Value {
    let all = t.get("/api/v1/referrals/commissions?limit=200").await.expect(200);
    all["data"].as_array().unwrap().iter().find(|it| it["order_id"] == order).cloned().unwrap_or(Value::Null)
}

/// What a referrer has to get: waiting, payable, paid.
async fn balance(t: &TestApp, id: &str) -> (i64, i64, i64) {
    let shown = t.get(&format!("/api/v1/referrals/{id}")).await.expect(200);
    let of = |what: &str| shown["balances"][0][what]["minor"].as_i64().unwrap_or(0);
    (of("pending"), of("payable"), of("paid"))
}

/// Everything adds up, in the balances and in the books.
async fn sound(t: &TestApp) {
    for wrong in [referrals::check(t.db()).await, ledger::check(t.db()).await, payments::check(t.db()).await] {
        assert_eq!(wrong.unwrap(), Vec::<String>::new());
    }
}
