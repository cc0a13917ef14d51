//! Messages to phones over HTTP, their receipts, and bad days.

use crate::street::{client, config, start, start_with};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use sim::{At, Content, Ending, Fault, Keep, Receipts, Sim, SimConfig, Status};
use std::time::Duration;

fn text(number: &str, reference: &str) -> Value {
    json!({
        "phone_number_id": "100000000000001", "customer_country_code": "91", "customer_number": number,
        "data": {"type": "text", "context": {"body": "Hello"}}, "reply_to": null, "myop_ref_id": reference,
    })
}

async fn send(sim: &Sim, body: &Value) -> reqwest::Result<Response> {
    let request = client()
        .post(format!("{}/chat/messages", sim.myoperator_url()))
        .bearer_auth("simulated_api_key")
        .header("X-MYOP-COMPANY-ID", "simulated_company");
    request.json(body).send().await
}

async fn status(sim: &Sim, body: &Value) -> StatusCode {
    send(sim, body).await.unwrap().status()
}

#[tokio::test]
async fn a_template_arrives_with_its_variables() {
    let (sim, _) = start().await;
    let mut body = text("9876543210", "m-1");
    body["data"] = json!({"type": "template", "context": {
        "template_name": "payment_confirmation", "language": "en", "body": {"10": "b", "2": "a"},
    }});
    let answer: Value = send(&sim, &body).await.unwrap().json().await.unwrap();
    assert_eq!((&answer["status"], &answer["code"]), (&json!("success"), &json!("200")));
    let [message] = sim.phones().messages_to("+91 98765 43210").try_into().unwrap();
    assert_eq!(message.message_id.as_deref(), answer["data"]["message_id"].as_str());
    assert_eq!(message.span.ending, Ending::Answered(200));
    let Content::Template { variables, .. } = message.content else { panic!("a template") };
    assert_eq!(variables, [("2".into(), "a".into()), ("10".into(), "b".into())]);
}

#[tokio::test]
async fn a_wrong_key_company_or_body_is_refused() {
    let (sim, _) = start().await;
    let url = format!("{}/chat/messages", sim.myoperator_url());
    assert_eq!(client().post(&url).json(&text("1", "a")).send().await.unwrap().status(), 401);
    let stranger = client().post(&url).bearer_auth("simulated_api_key").header("X-MYOP-COMPANY-ID", "other");
    assert_eq!(stranger.json(&text("1", "a")).send().await.unwrap().status(), 403);
    let mut plus = text("9876543210", "a");
    plus["customer_country_code"] = json!("+91");
    assert_eq!(status(&sim, &plus).await, 400);
    let mut odd = text("9876543210", "a");
    odd["colour"] = json!("red");
    assert_eq!(status(&sim, &odd).await, 400);
    assert_eq!(sim.phones().accepted(), 0);
}

#[tokio::test]
async fn so_many_times_too_many() {
    let (sim, _) = start().await;
    sim.faults().next(2, At::phones(), Fault::too_many(Some(7)));
    let first = send(&sim, &text("1", "m-1")).await.unwrap();
    assert_eq!((first.status().as_u16(), first.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(status(&sim, &text("1", "m-1")).await, 429);
    assert_eq!(status(&sim, &text("1", "m-1")).await, 200);
    let calls = sim.phones().calls_for("m-1");
    assert_eq!(calls.iter().filter(|call| call.message_id.is_some()).count(), 1);
    assert_eq!((calls.len(), sim.phones().repeated()), (3, 0));
}

#[tokio::test]
async fn one_number_always_fails() {
    let (sim, _) = start().await;
    sim.faults().until_cleared(At::phone("+91 2"), Fault::reject(500));
    assert_eq!(status(&sim, &text("2", "a")).await, 500);
    assert_eq!(status(&sim, &text("3", "b")).await, 200);
    assert_eq!(status(&sim, &text("2", "c")).await, 500);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_message_and_its_receipt() {
    let (sim, shop) = start().await;
    sim.faults().next(1, At::phones(), Fault::DropAnswer);
    assert!(send(&sim, &text("1", "m-1")).await.is_err());
    let [call] = sim.phones().calls_for("m-1").try_into().unwrap();
    assert_eq!(call.span.ending, Ending::Dropped);
    let message_id = call.message_id.unwrap();
    assert!(sim.phones().receipt(&message_id, Status::Delivered));
    assert!(!sim.phones().receipt("nobody", Status::Delivered));
    sim.quiet().await;
    let [event] = shop.events().try_into().unwrap();
    assert_eq!(event["payload"]["message_id"], json!(message_id));
    assert_eq!((&event["payload"]["myop_ref_id"], &event["channel"]), (&json!("m-1"), &json!("WhatsApp")));
    assert_eq!(status(&sim, &text("1", "m-1")).await, 200);
    assert_eq!(sim.phones().repeated(), 1);
}

#[tokio::test]
async fn phones_report_by_themselves() {
    let receipts = Receipts::After(Duration::from_millis(1));
    let (sim, shop) = start_with(SimConfig { receipts, ..config() }).await;
    assert_eq!(status(&sim, &text("1", "m-1")).await, 200);
    sim.quiet().await;
    assert_eq!(shop.events().len(), 3);
    assert_eq!(sim.phones().calls()[0].status, Status::Read);
}

#[tokio::test]
async fn a_benchmark_is_only_counted() {
    let (sim, _) = start_with(SimConfig { keep: Keep::Counts, ..config() }).await;
    for reference in ["a", "b", "a"] {
        assert_eq!(status(&sim, &text("1", reference)).await, 200);
    }
    assert_eq!((sim.phones().accepted(), sim.phones().repeated()), (3, 1));
    assert!(sim.phones().calls().is_empty());
}
