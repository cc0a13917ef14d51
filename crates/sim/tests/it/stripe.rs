//! Stripe, as far as it is played.

use crate::street::client;
use serde_json::Value;
use sim::{At, Fault, SessionStatus, Sim, SimConfig};

const KEY: &str = "sk_test_SimulatedShop1";
const SESSION: [(&str, &str); 7] = [
    ("mode", "payment"),
    ("line_items[0][quantity]", "1"),
    ("line_items[0][price_data][currency]", "usd"),
    ("line_items[0][price_data][unit_amount]", "900"),
    ("line_items[0][price_data][product_data][name]", "Ghee"),
    ("client_reference_id", "ours"),
    ("success_url", "http://shop.test/thanks?session={CHECKOUT_SESSION_ID}"),
];

async fn street() -> Sim {
    Sim::start(SimConfig::new(|| facts::Time(1_700_000_000_000))).await.unwrap()
}

async fn post(sim: &Sim, path: &str, key: &str, idempotency: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let request = client().post(format!("{}{path}", sim.stripe_url())).bearer_auth(key).form(form);
    let answer = request.header("idempotency-key", idempotency).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn get(sim: &Sim, path: &str) -> Value {
    client().get(format!("{}{path}", sim.stripe_url())).bearer_auth(KEY).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_key_makes_one_session_and_takes_no_other_request() {
    let sim = street().await;
    let (status, first) = post(&sim, "/checkout/sessions", KEY, "k", &SESSION).await;
    let (_, again) = post(&sim, "/checkout/sessions", KEY, "k", &SESSION).await;
    assert_eq!((status, &first, sim.stripe().sessions().len()), (200, &again, 1));
    assert!(first["url"].as_str().unwrap().ends_with(first["id"].as_str().unwrap()));
    let (status, other) = post(&sim, "/checkout/sessions", KEY, "k", &SESSION[..6]).await;
    assert_eq!((status, other["error"]["type"].as_str()), (400, Some("idempotency_error")));
    let (status, refused) = post(&sim, "/checkout/sessions", KEY, "j", &SESSION[..6]).await;
    assert_eq!((status, refused["error"]["type"].as_str()), (400, Some("invalid_request_error")));
    assert_eq!(post(&sim, "/checkout/sessions", "sk_test_foreign", "i", &SESSION).await.0, 401);
    let (_, guests) = post(&sim, "/checkout/sessions", "sk_test_guest_ravi", "h", &SESSION).await;
    assert!(guests["id"].is_string());
    assert_eq!(sim.stripe().sessions()[1].guest.as_deref(), Some("ravi"));
}

#[tokio::test]
async fn what_is_paid_can_be_asked_for_and_given_back() {
    let sim = street().await;
    let (_, made) = post(&sim, "/checkout/sessions", KEY, "k", &SESSION).await;
    let id = made["id"].as_str().unwrap();
    let payment = sim.stripe().pay(id).unwrap();
    assert!(sim.stripe().pay(id).is_err());
    let whole = get(&sim, &format!("/checkout/sessions/{id}?expand[]=payment_intent.latest_charge.balance_transaction")).await;
    assert_eq!((whole["status"].as_str(), whole["payment_status"].as_str()), (Some("complete"), Some("paid")));
    let fee = &whole["payment_intent"]["latest_charge"]["balance_transaction"]["fee"];
    assert_eq!((whole["payment_intent"]["id"].as_str(), fee.as_i64()), (Some(payment.as_str()), Some(56)));
    let back = [("payment_intent", payment.as_str()), ("amount", "400"), ("metadata[refund_id]", "ours")];
    let (_, refund) = post(&sim, "/refunds", KEY, "r", &back).await;
    assert_eq!((refund["status"].as_str(), refund["metadata"]["refund_id"].as_str()), (Some("succeeded"), Some("ours")));
    let (_, again) = post(&sim, "/refunds", KEY, "r", &back).await;
    assert_eq!((again, sim.stripe().refunds().len()), (refund, 1));
    let too_much = [("payment_intent", payment.as_str()), ("amount", "501")];
    assert_eq!(post(&sim, "/refunds", KEY, "s", &too_much).await.0, 400);
    let list = get(&sim, &format!("/refunds?payment_intent={payment}")).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_ends_and_an_answer_gets_lost() {
    let sim = street().await;
    sim.faults().next(1, At::stripe_call("POST /checkout/sessions"), Fault::DropAnswer);
    let lost = client().post(format!("{}/checkout/sessions", sim.stripe_url())).bearer_auth(KEY).form(&SESSION);
    assert!(lost.header("idempotency-key", "k").send().await.is_err());
    let (_, made) = post(&sim, "/checkout/sessions", KEY, "k", &SESSION).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(sim.stripe().sessions().len(), 1, "the work was done");
    assert_eq!(post(&sim, &format!("/checkout/sessions/{id}/expire"), KEY, "e", &[]).await.0, 200);
    assert_eq!(sim.stripe().sessions()[0].status, SessionStatus::Expired);
    assert_eq!(post(&sim, &format!("/checkout/sessions/{id}/expire"), KEY, "f", &[]).await.0, 400);
    assert!(sim.stripe().pay(id).is_err());
}
