//! Orders, captures, refunds and webhooks over HTTP, as Origin's payment slice calls them.

use crate::street::{client, start};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sim::{At, Ending, Fault, Method, OrderStatus, PaymentStatus, Sim};
use std::time::Duration;

async fn call(sim: &Sim, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
    let request = client()
        .request(method.parse().unwrap(), format!("{}{path}", sim.razorpay_url()))
        .basic_auth("rzp_test_SimulatedShop1", Some("simulated_key_secret"));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn order(sim: &Sim, extra: Value) -> Value {
    let mut body = json!({"amount": 49_900, "currency": "INR", "receipt": "R-1"});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let (status, order) = call(sim, "POST", "/orders", Some(body)).await;
    assert_eq!(status, 200, "{order}");
    order
}

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_unique_receipt_makes_one_order() {
    let (sim, _) = start().await;
    let first = order(&sim, json!({"unique_receipt": true})).await;
    let again = order(&sim, json!({"unique_receipt": true})).await;
    assert_eq!(first, again);
    assert_eq!(first["notes"], json!([]));
    let other = order(&sim, json!({})).await;
    assert_ne!(first["id"], other["id"]);
    let (_, found) = call(&sim, "GET", "/orders?receipt=R-1", None).await;
    assert_eq!(found["count"], 2);
    let (_, none) = call(&sim, "GET", "/orders?receipt=R-2", None).await;
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_refused_as_documented() {
    let (sim, _) = start().await;
    let (status, answer) = call(&sim, "POST", "/orders", Some(json!({"amount": 99, "currency": "INR"}))).await;
    assert_eq!((status.as_u16(), &answer["error"]["field"]), (400, &json!("amount")));
    let (status, answer) = call(&sim, "POST", "/orders", Some(json!({"amount": 100, "currency": "INR", "colour": "red"}))).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (400, &json!("BAD_REQUEST_ERROR")));
    assert_eq!(call(&sim, "GET", "/orders/order_none", None).await.0, 400);
    assert_eq!(call(&sim, "GET", "/nothing", None).await.0, 400);
    let stranger = client().get(format!("{}/orders", sim.razorpay_url())).basic_auth("a", Some("b"));
    assert_eq!(stranger.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_payment_is_captured_by_itself_or_by_hand() {
    let (sim, shop) = start().await;
    let automatic = id(&order(&sim, json!({})).await);
    let paid = sim.razorpay().pay(&automatic, Method::Upi).unwrap();
    let (_, payment) = call(&sim, "GET", &format!("/payments/{paid}"), None).await;
    assert_eq!((&payment["status"], &payment["method"]), (&json!("captured"), &json!("upi")));
    assert!(sim.razorpay().pay(&automatic, Method::Upi).is_err());

    let manual = id(&order(&sim, json!({"payment": {"capture": "manual"}})).await);
    let held = sim.razorpay().pay(&manual, Method::Card).unwrap();
    let capture = format!("/payments/{held}/capture");
    assert_eq!(call(&sim, "POST", &capture, Some(json!({"amount": 100, "currency": "INR"}))).await.0, 400);
    let right = json!({"amount": 49_900, "currency": "INR"});
    assert_eq!(call(&sim, "POST", &capture, Some(right.clone())).await.1["status"], "captured");
    assert_eq!(call(&sim, "POST", &capture, Some(right)).await.0, 400);
    let (_, of_order) = call(&sim, "GET", &format!("/orders/{manual}/payments"), None).await;
    assert_eq!(of_order["items"][0]["id"], json!(held));
    assert!(sim.razorpay().orders().iter().all(|order| order.status == OrderStatus::Paid));

    sim.quiet().await;
    let mut names: Vec<_> = shop.events().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect();
    names.sort();
    let each = ["order.paid", "payment.authorized", "payment.captured"];
    assert_eq!(names, each.iter().flat_map(|name| [*name, *name]).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_failed_payment_can_succeed_after_all() {
    let (sim, _) = start().await;
    let order = id(&order(&sim, json!({})).await);
    let payment = sim.razorpay().fail(&order, Method::Upi).unwrap();
    assert_eq!(sim.razorpay().orders()[0].status, OrderStatus::Attempted);
    sim.razorpay().captured_after_all(&payment).unwrap();
    assert_eq!(sim.razorpay().payments()[0].status, PaymentStatus::Captured);
    assert!(sim.razorpay().captured_after_all(&payment).is_err());
}

#[tokio::test]
async fn a_refund_with_the_same_key_is_made_once() {
    let (sim, _) = start().await;
    let order = id(&order(&sim, json!({})).await);
    let payment = sim.razorpay().pay(&order, Method::Upi).unwrap();
    let refund = async |key: &str, body: Value| {
        let request = client()
            .post(format!("{}/payments/{payment}/refund", sim.razorpay_url()))
            .basic_auth("rzp_test_SimulatedShop1", Some("simulated_key_secret"))
            .header("X-Refund-Idempotency", key)
            .json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let first = refund("refund-000001", json!({"amount": 10_000})).await;
    assert_eq!(first.0, 200);
    assert_eq!(refund("refund-000001", json!({"amount": 10_000})).await, first);
    assert_eq!(refund("refund-000001", json!({"amount": 20_000})).await.0, 400);
    assert_eq!(refund("short", json!({"amount": 10_000})).await.0, 400);
    assert_eq!(refund("refund-000002", json!({"amount": 10_000, "colour": "red"})).await.0, 400);
    assert_eq!(refund("refund-000003", json!({"amount": 40_000})).await.0, 400);
    assert_eq!(refund("refund-000004", json!({})).await.1["amount"], 39_900);
    assert_eq!(sim.razorpay().payments()[0].status, PaymentStatus::Refunded);
    assert_eq!(call(&sim, "GET", &format!("/payments/{payment}/refunds"), None).await.1["count"], 2);
}

#[tokio::test]
async fn a_webhook_is_signed_and_repeated_until_it_is_taken() {
    let (sim, shop) = start().await;
    *shop.ill.lock().unwrap() = 3;
    let order = id(&order(&sim, json!({"payment": {"capture": "manual"}})).await);
    let payment = sim.razorpay().pay(&order, Method::Upi).unwrap();
    sim.quiet().await;
    let (headers, body) = shop.heard.lock().unwrap()[0].clone();
    assert_eq!(headers["x-razorpay-signature"], sim.razorpay().webhook_signature(&body));
    let [delivery] = sim.razorpay().deliveries().try_into().unwrap();
    assert!(delivery.delivered && delivery.attempts == 4);
    assert_eq!(headers["x-razorpay-event-id"], delivery.event_id);

    let webhook = sim.razorpay().webhook("payment.authorized", &payment).unwrap();
    assert_eq!(sim.razorpay().deliver(&webhook).await, Some(200));
    assert_eq!(sim.razorpay().deliver(&webhook).await, Some(200));
    assert_eq!(shop.heard.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn events_are_lost_while_webhooks_are_off() {
    let (sim, shop) = start().await;
    sim.razorpay().webhooks_off();
    let first = id(&order(&sim, json!({})).await);
    sim.razorpay().pay(&first, Method::Upi).unwrap();
    sim.razorpay().webhooks_on();
    sim.quiet().await;
    assert!(shop.events().is_empty());
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_work_is_done() {
    let (sim, _) = start().await;
    sim.faults().next(1, At::razorpay_call("POST /orders"), Fault::DropAnswer);
    let lost = client()
        .post(format!("{}/orders", sim.razorpay_url()))
        .basic_auth("rzp_test_SimulatedShop1", Some("simulated_key_secret"))
        .json(&json!({"amount": 100, "currency": "INR", "receipt": "R-1"}));
    assert!(lost.send().await.is_err());
    let (_, found) = call(&sim, "GET", "/orders?receipt=R-1", None).await;
    assert_eq!(found["count"], 1);
    assert_eq!(sim.razorpay().calls("POST /orders")[0].span.ending, Ending::Dropped);
}

#[tokio::test]
async fn a_caller_who_leaves_is_noticed() {
    let (sim, _) = start().await;
    sim.faults().next(1, At::razorpay(), Fault::Slow(Duration::from_secs(60)));
    let hasty = client()
        .get(format!("{}/orders", sim.razorpay_url()))
        .basic_auth("rzp_test_SimulatedShop1", Some("simulated_key_secret"))
        .timeout(Duration::from_millis(50));
    assert!(hasty.send().await.is_err());
    let gone = async {
        while sim.razorpay().calls("GET /orders")[0].span.ending != Ending::CallerGone {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
}
