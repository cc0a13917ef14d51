//! Razorpay's recurring payments as their manual has them: what is refused, and what an agreement and a debit look like.

use crate::street::{NOW, client, config, start_with};
use serde_json::{Value, json};
use sim::{Method, Sim, SimConfig, TokenStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const HOUR: i64 = 3_600;

async fn call(sim: &Sim, path: &str, body: Value) -> (u16, Value) {
    let request = client().post(format!("{}{path}", sim.razorpay_url()));
    let answer = request.basic_auth("rzp_test_SimulatedShop1", Some("simulated_key_secret")).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// What was refused, in the provider's words.
async fn refused(sim: &Sim, path: &str, body: Value) -> String {
    let (status, answer) = call(sim, path, body).await;
    assert_eq!(status, 400, "{answer}");
    answer["error"]["description"].as_str().unwrap().to_owned()
}

/// A simulation whose clock a test sets, by hours.
async fn start() -> (Sim, Arc<AtomicI64>) {
    let hours = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&hours);
    let now = move || facts::Time(NOW.0 + clock.load(Ordering::Relaxed) * HOUR * 1_000);
    let (sim, _) = start_with(SimConfig { clock: Arc::new(now), ..config() }).await;
    (sim, hours)
}

fn now(hours: i64) -> i64 {
    NOW.seconds() + hours * HOUR
}

#[tokio::test]
async fn a_debit_needs_an_agreement_a_notice_and_its_time() {
    let (sim, hours) = start().await;
    let asha = json!({"name": "Asha", "contact": "+919000000001", "email": "asha@example.com", "fail_existing": "0"});
    let customer = call(&sim, "/customers", asha.clone()).await.1["id"].clone();
    assert_eq!(call(&sim, "/customers", asha).await.1["id"], customer, "the same one again");
    let terms = json!({"max_amount": 1_500_000, "expire_at": now(1_000), "frequency": "as_presented"});
    let registers = json!({"amount": 9_900, "currency": "INR", "customer_id": customer, "method": "upi", "token": terms});
    let order = call(&sim, "/orders", registers).await.1["id"].as_str().unwrap().to_owned();
    assert!(sim.razorpay().pay(&order, Method::Card).is_err(), "another way than was agreed on");
    sim.razorpay().pay(&order, Method::Upi).unwrap();
    let token = sim.razorpay().tokens()[0].clone();
    assert_eq!((token.status, &json!(token.customer)), (TokenStatus::Confirmed, &customer));

    let notice = |after: i64| json!({"amount": 9_900, "currency": "INR", "notification": {"token_id": token.id, "payment_after": after}});
    assert!(refused(&sim, "/orders", notice(now(24))).await.contains("36 hours"));
    let announced = call(&sim, "/orders", notice(now(37))).await.1["id"].clone();
    let debit = |amount: i64| {
        json!({"email": "a@example.com", "contact": "+919000000001", "amount": amount, "currency": "INR", "order_id": announced,
               "customer_id": customer, "token": token.id, "recurring": "1"})
    };
    let path = "/payments/create/recurring";
    assert!(refused(&sim, path, debit(9_900)).await.contains("before payment_after"));
    hours.store(38, Ordering::Relaxed);
    assert!(refused(&sim, path, debit(9_901)).await.contains("not that of the order"));
    let (status, made) = call(&sim, path, debit(9_900)).await;
    assert_eq!((status, sim.razorpay().debits()[0].id.as_str()), (200, made["razorpay_payment_id"].as_str().unwrap()));
    assert!(refused(&sim, path, debit(9_900)).await.contains("paid already"));
    sim.razorpay().set_token(&token.id, TokenStatus::Cancelled);
    assert!(refused(&sim, "/orders", notice(now(100))).await.contains("not confirmed"));
}

#[tokio::test]
async fn no_debit_is_above_its_limit() {
    let (sim, hours) = start().await;
    let customer = call(&sim, "/customers", json!({"name": "Asha", "contact": "1", "email": "a@b.c"})).await.1["id"].clone();
    let terms = json!({"max_amount": 9_000_000, "expire_at": now(1_000), "frequency": "as_presented"});
    let registers = json!({"amount": 100, "currency": "INR", "customer_id": customer, "token": terms});
    let order = call(&sim, "/orders", registers).await.1["id"].as_str().unwrap().to_owned();
    sim.razorpay().pay(&order, Method::Card).unwrap();
    let token = sim.razorpay().tokens()[0].id.clone();
    let notice = json!({"amount": 1_500_001, "currency": "INR", "notification": {"token_id": token, "payment_after": now(37)}});
    let announced = call(&sim, "/orders", notice).await.1["id"].clone();
    hours.store(38, Ordering::Relaxed);
    let debit = json!({"email": "a@b.c", "contact": "1", "amount": 1_500_001, "currency": "INR", "order_id": announced,
                       "customer_id": customer, "token": token, "recurring": "1"});
    assert!(refused(&sim, "/payments/create/recurring", debit).await.contains("above what the token allows"));
}
