//! WhatsApp at Meta's: sending, its rules, and what is told of it.

use crate::street::{Shop, client, config, start, start_with};
use reqwest::Response;
use serde_json::{Value, json};
use sim::{At, Content, Enclosed, Ending, Fault, Meta, MetaLimits, Mishap, Provider, Receipts, Sim, SimConfig, Status};
use std::time::Duration;

const TO: &str = "919876543210";

fn text(to: &str, reference: &str) -> Value {
    json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text", "text": {"body": "Hello ₹9"},
        "biz_opaque_callback_data": reference,
    })
}

fn template(to: &str, reference: &str) -> Value {
    let parameters = json!([{"type": "text", "parameter_name": "customer_name", "text": "Asha"}]);
    json!({
        "messaging_product": "whatsapp", "to": to, "type": "template", "biz_opaque_callback_data": reference,
        "template": {"name": "churn_risk", "language": {"code": "en"}, "components": [{"type": "body", "parameters": parameters}]},
    })
}

async fn send(sim: &Sim, body: &Value) -> reqwest::Result<Response> {
    let url = format!("{}/106540352242922/messages", sim.meta_url());
    client().post(url).bearer_auth("EAAsimulated").json(body).send().await
}

/// The message's id, or the code of the refusal.
async fn outcome(sim: &Sim, body: &Value) -> Result<String, u64> {
    let answer: Value = send(sim, body).await.unwrap().json().await.unwrap();
    answer["messages"][0]["id"].as_str().map(str::to_owned).ok_or_else(|| answer["error"]["code"].as_u64().unwrap())
}

/// The statuses that the shop was told, in the order in which they came: which message, which status, which code.
fn statuses(shop: &Shop) -> Vec<(String, String, Option<u64>)> {
    let mut told = Vec::new();
    for event in shop.events() {
        for change in event["entry"].as_array().unwrap().iter().flat_map(|entry| entry["changes"].as_array().unwrap()) {
            for status in change["value"]["statuses"].as_array().into_iter().flatten() {
                let word = |name: &str| status[name].as_str().unwrap_or_default().to_owned();
                told.push((word("biz_opaque_callback_data"), word("status"), status["errors"][0]["code"].as_u64()));
            }
        }
    }
    told
}

fn unlimited(sim: &Sim) {
    sim.meta().set_limits(MetaLimits { per_second: 1_000, pair_gap: 0 });
}

#[tokio::test]
async fn a_template_goes_to_anybody_and_free_words_to_who_wrote() {
    let (sim, shop) = start().await;
    unlimited(&sim);
    outcome(&sim, &template(TO, "m-1")).await.unwrap();
    outcome(&sim, &text(TO, "m-2")).await.unwrap();
    sim.quiet().await;
    assert_eq!(statuses(&shop), [("m-2".to_owned(), "failed".to_owned(), Some(131_047))]);
    sim.meta().inbound(None, "+91 98765 43210", Content::Text { body: "Where is it?".into() });
    outcome(&sim, &text(TO, "m-3")).await.unwrap();
    sim.quiet().await;
    let sent = sim.meta().sent();
    assert_eq!(sent.iter().map(|message| message.status).collect::<Vec<_>>(), [Status::Accepted, Status::Failed, Status::Accepted]);
    let Content::Template { variables, .. } = &sent[0].content else { panic!("a template") };
    assert_eq!(*variables, [("customer_name".to_owned(), "Asha".to_owned())]);
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_code() {
    let (sim, _) = start().await;
    unlimited(&sim);
    let url = format!("{}/106540352242922/messages", sim.meta_url());
    assert_eq!(client().post(&url).json(&text(TO, "a")).send().await.unwrap().status(), 401);
    assert_eq!(client().post(&url).bearer_auth("EAAother").json(&text(TO, "a")).send().await.unwrap().status(), 401);
    let other = client().post(format!("{}/1/messages", sim.meta_url())).bearer_auth("EAAsimulated");
    assert_eq!(other.json(&text(TO, "a")).send().await.unwrap().status(), 400);
    let mut unknown = template(TO, "a");
    unknown["template"]["name"] = json!("nobody_knows");
    assert_eq!(outcome(&sim, &unknown).await, Err(132_001));
    let mut bare = template(TO, "a");
    bare["template"]["components"] = json!([]);
    assert_eq!(outcome(&sim, &bare).await, Err(132_000));
    for (number, code) in [("919900000190", 190), ("919900131016", 131_016), ("919900132015", 132_015), ("919900130429", 130_429)] {
        assert_eq!(outcome(&sim, &template(number, "a")).await, Err(code), "{number}");
    }
    assert!(sim.meta().sent().is_empty());
    assert_eq!(sim.meta().refused().last().unwrap().code, Some(130_429));
    sim.faults().next(1, At::every(Provider::Meta).to_phone(TO), Meta::fault(131_048));
    assert_eq!(outcome(&sim, &template(TO, "a")).await, Err(131_048));
}

#[tokio::test]
async fn some_messages_fail_on_their_way() {
    let (sim, shop) = start().await;
    unlimited(&sim);
    sim.meta().without_whatsapp("+91 98765 43211");
    sim.meta().prefers(None, "+91 98765 43212", false);
    for (number, reference) in [("919900131049", "asked"), ("919876543211", "without"), ("919876543212", "stopped")] {
        outcome(&sim, &template(number, reference)).await.unwrap();
        sim.quiet().await;
    }
    let failed = |reference: &str, code| (reference.to_owned(), "failed".to_owned(), Some(code));
    assert_eq!(statuses(&shop), [failed("asked", 131_049), failed("without", 131_026), failed("stopped", 131_050)]);
    let preference = &shop.events()[0]["entry"][0]["changes"][0];
    assert_eq!(preference["field"], "user_preferences");
    assert_eq!(preference["value"]["user_preferences"][0]["value"], "stop");
}

#[tokio::test]
async fn an_account_and_a_pair_have_their_pace() {
    let (sim, _) = start().await;
    sim.meta().set_limits(MetaLimits { per_second: 2, pair_gap: 6_000 });
    assert!(outcome(&sim, &template(TO, "a")).await.is_ok());
    assert_eq!(outcome(&sim, &template(TO, "b")).await, Err(131_056));
    assert!(outcome(&sim, &template("919876543211", "c")).await.is_ok());
    assert_eq!(outcome(&sim, &template("919876543212", "d")).await, Err(130_429));
    assert_eq!(sim.meta().sent().len(), 2);
}

#[tokio::test]
async fn phones_report_and_webhooks_are_signed() {
    let receipts = Receipts::After(Duration::from_millis(1));
    let (sim, shop) = start_with(SimConfig { receipts, ..config() }).await;
    outcome(&sim, &template(TO, "m-1")).await.unwrap();
    sim.quiet().await;
    let mut told: Vec<String> = statuses(&shop).into_iter().map(|(_, status, _)| status).collect();
    told.sort();
    assert_eq!(told, ["delivered", "read", "sent"]);
    for (headers, body) in shop.heard.lock().unwrap().iter() {
        assert_eq!(headers["x-hub-signature-256"].to_str().unwrap(), sim.meta().webhook_signature(body));
        assert!(body.is_ascii());
    }
    assert!(sim.meta().verify(None).await);
    assert!(!sim.meta().verify_with(None, "wrong").await);
}

#[tokio::test]
async fn statuses_come_together_backwards_twice_or_never() {
    let (sim, shop) = start().await;
    let id = outcome(&sim, &template(TO, "m-1")).await.unwrap();
    sim.meta().hold_webhooks();
    for status in [Status::Sent, Status::Delivered, Status::Read] {
        assert!(sim.meta().status(&id, status));
    }
    sim.meta().release_webhooks(true);
    sim.quiet().await;
    assert_eq!(statuses(&shop).into_iter().map(|(_, status, _)| status).collect::<Vec<_>>(), ["read", "delivered", "sent"]);
    assert_eq!(shop.events().len(), 1);
    sim.meta().next_webhooks(1, Mishap::Lost);
    sim.meta().next_webhooks(1, Mishap::Twice);
    for _ in 0..2 {
        sim.meta().status(&id, Status::Read);
        sim.quiet().await;
    }
    assert_eq!(shop.events().len(), 3);
    sim.meta().next_webhooks(1, Mishap::Late);
    sim.meta().status(&id, Status::Sent);
    sim.meta().fail(&id, 131_026);
    sim.quiet().await;
    let told: Vec<String> = statuses(&shop).into_iter().map(|(_, status, _)| status).collect();
    assert_eq!(told[5..], ["failed", "sent"]);
}

#[tokio::test]
async fn customers_write_press_and_send_pictures() {
    let (sim, shop) = start().await;
    let id = outcome(&sim, &template(TO, "m-1")).await.unwrap();
    let pressed = Content::Button { text: "Yes".into(), payload: "yes".into() };
    sim.meta().inbound(None, TO, pressed);
    let picture =
        sim.meta().inbound(Some("ten_guest"), TO, Content::Media { link: String::new(), caption: Some("This one".into()), name: None });
    sim.quiet().await;
    let messages: Vec<Value> = shop.events().iter().map(|event| event["entry"][0]["changes"][0]["value"]["messages"][0].clone()).collect();
    let press = messages.iter().find(|message| message["type"] == "button").unwrap();
    assert_eq!((&press["button"]["payload"], &press["context"]["id"]), (&json!("yes"), &json!(id)));
    let shown = messages.iter().find(|message| message["type"] == "image").unwrap();
    assert_eq!(shown["id"], json!(picture));
    let described = client().get(format!("{}/{}", sim.meta_url(), shown["image"]["id"].as_str().unwrap())).bearer_auth("EAAsimulated");
    let described: Value = described.send().await.unwrap().json().await.unwrap();
    let url = described["url"].as_str().unwrap();
    assert_eq!(client().get(url).send().await.unwrap().status(), 401);
    let bytes = client().get(url).bearer_auth("EAAsimulated").send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes.len() as u64, described["file_size"].as_u64().unwrap());
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": picture});
    assert_eq!(send(&sim, &read).await.unwrap().status(), 200);
    assert_eq!(sim.meta().marked_read(), [picture]);
}

#[tokio::test]
async fn documents_go_both_ways() {
    let (sim, shop) = start().await;
    let digest = "0".repeat(64);
    let list = Enclosed { digest: Some(digest.clone()), ..Enclosed::document("list.pdf", "application/pdf", "%PDF") };
    sim.meta().sends(None, TO, &list, None);
    sim.quiet().await;
    let told = shop.events()[0]["entry"][0]["changes"][0]["value"]["messages"][0].clone();
    assert_eq!((&told["type"], &told["document"]["filename"]), (&json!("document"), &json!("list.pdf")));
    assert_eq!((&told["document"]["sha256"], &told["document"]["caption"]), (&json!(digest), &Value::Null));
    let media = told["document"]["id"].as_str().unwrap();
    let body = json!({
        "messaging_product": "whatsapp", "to": TO, "type": "document",
        "document": {"id": media, "caption": "Thanks", "filename": "back.pdf"},
    });
    outcome(&sim, &body).await.unwrap();
    let sent = sim.meta().sent().pop().unwrap().content;
    let Content::Media { link, caption, name } = &sent else { panic!("{sent:?}") };
    assert_eq!((caption.as_deref(), name.as_deref()), (Some("Thanks"), Some("back.pdf")));
    assert_eq!(sim.meta().enclosed(link).unwrap().bytes, "%PDF");
}

#[tokio::test]
async fn a_guest_is_told_at_its_own_address() {
    let (sim, shop) = start().await;
    let url = format!("{}/106540352242922/messages", sim.meta_url());
    let sent = client().post(url).bearer_auth("EAAguest_ten_1").json(&template(TO, "g")).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let message = sim.meta().sent().pop().unwrap();
    assert_eq!(message.guest.as_deref(), Some("ten_1"));
    sim.meta().status(&message.message_id.unwrap(), Status::Delivered);
    sim.quiet().await;
    assert_eq!(statuses(&shop).len(), 1);
}

#[tokio::test]
async fn an_answer_is_lost_or_never_comes() {
    let (sim, _) = start().await;
    unlimited(&sim);
    sim.faults().next(1, At::every(Provider::Meta), Fault::DropAnswer);
    assert!(send(&sim, &template(TO, "m-1")).await.is_err());
    assert_eq!(sim.meta().sent().len(), 1);
    sim.faults().next(1, At::every(Provider::Meta), Fault::Silent);
    let url = format!("{}/106540352242922/messages", sim.meta_url());
    let request = client().post(url).bearer_auth("EAAsimulated").json(&template(TO, "m-2")).timeout(Duration::from_millis(200));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(sim.meta().sent().len(), 1);
    let calls = sim.meta().calls("POST /{phone_number_id}/messages");
    assert_eq!(calls[0].span.ending, Ending::Dropped);
}
