//! The small gateway.

use crate::street::{client, start};
use serde_json::{Value, json};
use sim::{At, Fault, Provider, Sim, Status};

async fn send(sim: &Sim, path: &str, body: &Value) -> (u16, Value) {
    let request = client().post(format!("{}{path}", sim.gateway_url())).bearer_auth("simulated_gateway_token");
    let answer = request.json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_message_and_what_is_told_of_it() {
    let (sim, shop) = start().await;
    let (status, made) = send(&sim, "", &json!({"to": "+919876543210", "message": "Hello", "id": "m-1"})).await;
    assert_eq!(status, 200);
    let id = made["id"].as_str().unwrap();
    sim.gateway().status(id, Status::Delivered);
    sim.gateway().inbound(None, "+919876543210", "Thanks");
    sim.quiet().await;
    let events = shop.events();
    let report = events.iter().find(|event| event["status"] == "delivered").unwrap();
    assert_eq!((&report["ref"], &report["id"]), (&json!("m-1"), &json!(id)));
    let heard = events.iter().find(|event| event["status"] == "received").unwrap();
    assert_eq!((&heard["from"], &heard["message"]), (&json!("+919876543210"), &json!("Thanks")));
    let authorized = |headers: &axum::http::HeaderMap| headers["authorization"] == "Bearer simulated_gateway_token";
    assert!(shop.heard.lock().unwrap().iter().all(|(headers, _)| authorized(headers)));
}

#[tokio::test]
async fn refusals_and_failures() {
    let (sim, shop) = start().await;
    let to = |number: &str| json!({"to": number, "message": "x", "id": "m"});
    assert_eq!(send(&sim, "", &to("98765")).await.0, 400);
    assert_eq!(send(&sim, "", &json!({"to": "+919876543210", "message": ""})).await.0, 400);
    assert_eq!(send(&sim, "", &json!({"to": "+919876543210", "text": "x"})).await.0, 400);
    assert_eq!(send(&sim, "", &to("+919900000503")).await.0, 503);
    assert_eq!(client().post(sim.gateway_url()).json(&to("+919876543210")).send().await.unwrap().status(), 401);
    sim.faults().next(1, At::every(Provider::Gateway).to_phone("+91 98765 43210"), Fault::too_many(Some(3)));
    assert_eq!(send(&sim, "", &to("+919876543210")).await.0, 429);
    assert!(sim.gateway().sent().is_empty());
    assert_eq!(send(&sim, "/ten_guest", &to("+919900131026")).await.0, 200);
    sim.quiet().await;
    assert_eq!(shop.events()[0]["status"], "failed");
    assert_eq!(sim.gateway().sent()[0].guest.as_deref(), Some("ten_guest"));
}
