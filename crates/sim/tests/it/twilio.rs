//! Text messages and WhatsApp at Twilio's.

use crate::street::{Shop, client, config, start, start_with};
use serde_json::Value;
use sim::{Channel, Content, Enclosed, Mishap, Receipts, Sim, SimConfig, Status, TWILIO_CONTENT, Twilio, TwilioSigning};
use std::time::Duration;

const ACCOUNT: &str = "AC00000000000000000000000000000000";
const FROM: &str = "+15005550006";
const SERVICE: &str = "MG00000000000000000000000000000000";
const TO: &str = "+919876543210";

/// What is sent, and the status and code of its refusal.
type Case<'a> = (&'a [(&'a str, &'a str)], u16, u64);

async fn send(sim: &Sim, form: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/Accounts/{ACCOUNT}/Messages.json", sim.twilio_url());
    let answer = client().post(url).basic_auth(ACCOUNT, Some("simulated_auth_token")).form(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn get(sim: &Sim, path: &str) -> (u16, Value) {
    let url = format!("{}/Accounts/{ACCOUNT}{path}", sim.twilio_url());
    let answer = client().get(url).basic_auth(ACCOUNT, Some("simulated_auth_token")).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// The value of a field in each form that the shop was posted; empty where it is missing.
fn told(shop: &Shop, wanted: &str) -> Vec<String> {
    let value = |fields: &Vec<(String, String)>| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    shop.forms().iter().map(|(_, fields)| value(fields).unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_text_is_taken_and_found_again() {
    let (sim, _) = start().await;
    let (status, made) = send(&sim, &[("To", TO), ("From", FROM), ("Body", "Hello")]).await;
    assert_eq!((status, made["status"].as_str(), made["num_segments"].as_str()), (201, Some("queued"), Some("1")));
    let sid = made["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM") && sid.len() == 34);
    let (_, one) = get(&sim, &format!("/Messages/{sid}.json")).await;
    assert_eq!(one, made);
    send(&sim, &[("To", "+919876543211"), ("From", FROM), ("Body", "Other")]).await;
    let (_, list) = get(&sim, "/Messages.json?To=%2B919876543210&DateSent%3E=2026-11-01").await;
    assert_eq!(list["messages"].as_array().unwrap().len(), 1);
    assert_eq!(list["messages"][0]["sid"].as_str(), Some(sid));
    let (_, before) = get(&sim, "/Messages.json?DateSent%3C=2026-01-01").await;
    assert!(before["messages"].as_array().unwrap().is_empty());
    let (_, page) = get(&sim, "/Messages.json?PageSize=1").await;
    let next = page["next_page_uri"].as_str().unwrap();
    let (_, page) = get(&sim, next.split(ACCOUNT).nth(1).unwrap()).await;
    assert_eq!((page["messages"][0]["sid"].as_str(), &page["next_page_uri"]), (Some(sid), &Value::Null));
    assert_eq!(get(&sim, "/Messages/SMnone.json").await.0, 404);
}

#[tokio::test]
async fn what_a_customer_sends_lies_elsewhere() {
    let (sim, shop) = start().await;
    let picture = Enclosed::picture();
    sim.twilio().sends(None, Channel::Whatsapp, TO, picture.clone(), Some("This one"));
    sim.quiet().await;
    assert_eq!((told(&shop, "NumMedia"), told(&shop, "MediaContentType0")), (vec!["1".to_owned()], vec!["image/png".to_owned()]));
    let url = told(&shop, "MediaUrl0").remove(0);
    assert!(url.starts_with(&format!("{}/Accounts/{ACCOUNT}/Messages/MM", sim.twilio_url())), "{url}");
    let sid = told(&shop, "MessageSid").remove(0);
    let (_, one) = get(&sim, &format!("/Messages/{sid}.json")).await;
    assert_eq!((one["direction"].as_str(), one["num_media"].as_str()), (Some("inbound"), Some("1")));
    let (_, files) = get(&sim, &format!("/Messages/{sid}/Media.json")).await;
    let files = files["media_list"].as_array().unwrap();
    assert_eq!((files.len(), files[0]["content_type"].as_str()), (1, Some("image/png")));
    assert!(url.ends_with(files[0]["sid"].as_str().unwrap()));
    let ask = |url: String| reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap().get(url);
    assert_eq!(ask(url.clone()).send().await.unwrap().status(), 401);
    let leads = ask(url).basic_auth(ACCOUNT, Some("simulated_auth_token")).send().await.unwrap();
    assert_eq!(leads.status(), 307);
    let there = leads.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(ask(there.clone()).basic_auth(ACCOUNT, Some("x")).send().await.unwrap().status(), 400, "no account is brought there");
    assert_eq!(ask(there).send().await.unwrap().bytes().await.unwrap(), picture.bytes);
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_code() {
    let (sim, _) = start().await;
    let long = "a".repeat(1_601);
    let cases: [Case; 16] = [
        (&[("From", FROM), ("Body", "x")], 400, 21604),
        (&[("To", "98765"), ("From", FROM), ("Body", "x")], 400, 21211),
        (&[("To", TO), ("Body", "x")], 400, 21603),
        (&[("To", TO), ("From", "+15005550007"), ("Body", "x")], 400, 21606),
        (&[("To", TO), ("From", "whatsapp:+14155238886"), ("Body", "x")], 400, 21612),
        (&[("To", TO), ("MessagingServiceSid", "MGother"), ("Body", "x")], 404, 21701),
        (&[("To", TO), ("From", FROM)], 400, 21602),
        (&[("To", TO), ("From", FROM), ("Body", &long)], 400, 21617),
        (&[("To", TO), ("From", FROM), ("Body", "x"), ("StatusCallback", "ftp://a")], 400, 21609),
        (&[("To", TO), ("From", FROM), ("ContentSid", "HXother")], 400, 21655),
        (&[("To", TO), ("From", FROM), ("ContentSid", TWILIO_CONTENT), ("ContentVariables", "1")], 400, 21656),
        (&[("To", "+15005550001"), ("From", FROM), ("Body", "x")], 400, 21211),
        (&[("To", "+15005550004"), ("From", FROM), ("Body", "x")], 400, 21610),
        (&[("To", "+15005550009"), ("From", FROM), ("Body", "x")], 400, 21614),
        (&[("To", "+919900020429"), ("From", FROM), ("Body", "x")], 429, 20429),
        (&[("To", "+919900021635"), ("From", FROM), ("Body", "x")], 400, 21635),
    ];
    for (form, status, code) in cases {
        let (answered, body) = send(&sim, form).await;
        assert_eq!((answered, body["code"].as_u64()), (status, Some(code)), "{form:?}");
    }
    assert!(sim.twilio().sent().is_empty());
    let url = format!("{}/Accounts/{ACCOUNT}/Messages.json", sim.twilio_url());
    let stranger = client().post(&url).basic_auth("ACother", Some("simulated_auth_token")).form(&[("To", TO)]).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    sim.faults().next(1, sim::At::every(sim::Provider::Twilio), Twilio::fault(20429));
    assert_eq!(send(&sim, &[("To", TO), ("From", FROM), ("Body", "x")]).await.0, 429);
}

#[tokio::test]
async fn callbacks_are_signed_over_their_address() {
    let receipts = Receipts::After(Duration::from_millis(1));
    let (sim, shop) = start_with(SimConfig { receipts, ..config() }).await;
    send(&sim, &[("To", TO), ("MessagingServiceSid", SERVICE), ("Body", "Hello")]).await;
    sim.quiet().await;
    let mut words = told(&shop, "MessageStatus");
    words.sort();
    assert_eq!(words, ["delivered", "sent"]);
    let url = sim.twilio().deliveries().len();
    assert_eq!(url, 2);
    sim.twilio().sign_by(TwilioSigning::Sha256 { key: "key-1".into(), secret: "shared".into() });
    sim.twilio().inbound(None, Channel::Sms, TO, Content::Text { body: "Thanks".into() });
    sim.quiet().await;
    let (headers, _) = shop.forms().pop().unwrap();
    assert_eq!(headers["x-twilio-webhooks-signature-settings"], "key=key-1,algorithm=HMAC_SHA256");
}

#[tokio::test]
async fn a_callback_goes_where_the_call_said() {
    let (sim, shop) = start().await;
    let there = sim.receiver_url("elsewhere");
    let (_, made) = send(&sim, &[("To", TO), ("From", FROM), ("Body", "x"), ("StatusCallback", &there)]).await;
    let sid = made["sid"].as_str().unwrap();
    assert!(sim.twilio().fail(sid, 30_003));
    sim.quiet().await;
    let [call] = sim.receiver().calls("elsewhere").try_into().unwrap();
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(call.body.as_bytes()).into_owned().collect();
    let get = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    assert_eq!((get("MessageStatus"), get("ErrorCode"), get("MessageSid")), (Some("undelivered"), Some("30003"), Some(sid)));
    assert!(shop.forms().is_empty());
    let (_, bare) = send(&sim, &[("To", TO), ("From", FROM), ("Body", "x")]).await;
    sim.twilio().status(bare["sid"].as_str().unwrap(), Status::Delivered);
    sim.quiet().await;
    assert!(shop.forms().is_empty(), "a bare number has no address for callbacks");
}

#[tokio::test]
async fn whoever_stops_is_left_alone() {
    let (sim, shop) = start().await;
    let text = |body: &str| Content::Text { body: body.to_owned() };
    let form = [("To", TO), ("MessagingServiceSid", SERVICE), ("Body", "x")];
    sim.twilio().inbound(None, Channel::Sms, TO, text(" stop "));
    let (status, refused) = send(&sim, &form).await;
    assert_eq!((status, refused["code"].as_u64()), (400, Some(21_610)));
    sim.twilio().inbound(None, Channel::Sms, TO, text("Unstop"));
    assert_eq!(send(&sim, &form).await.0, 201);
    sim.quiet().await;
    let mut kinds = told(&shop, "OptOutType");
    kinds.sort();
    assert_eq!(kinds, ["START", "STOP"]);
}

#[tokio::test]
async fn whatsapp_has_its_window_and_its_contents() {
    let (sim, shop) = start().await;
    let to = "whatsapp:+919876543210";
    let free = [("To", to), ("From", "whatsapp:+14155238886"), ("Body", "x"), ("MessagingServiceSid", SERVICE)];
    send(&sim, &free).await;
    sim.quiet().await;
    assert_eq!((told(&shop, "ErrorCode"), told(&shop, "MessageStatus")), (vec!["63016".to_owned()], vec!["failed".to_owned()]));
    sim.twilio().inbound(None, Channel::Whatsapp, TO, Content::Button { text: "Yes".into(), payload: "yes".into() });
    sim.quiet().await;
    assert_eq!(told(&shop, "ButtonPayload")[1], "yes");
    let content = |variables: &'static str| {
        [("To", to), ("MessagingServiceSid", SERVICE), ("ContentSid", TWILIO_CONTENT), ("ContentVariables", variables)]
    };
    let (_, made) = send(&sim, &content(r#"{"1":"123456"}"#)).await;
    assert_eq!((made["body"].as_str(), made["status"].as_str()), (Some("123456 is your verification code."), Some("accepted")));
    send(&sim, &content("{}")).await;
    send(&sim, &free).await;
    sim.quiet().await;
    assert_eq!(told(&shop, "ErrorCode"), ["63016", "", "63028"]);
}

#[tokio::test]
async fn what_a_message_carries_is_fetched() {
    let (sim, shop) = start().await;
    let picture = Enclosed::picture();
    sim.twilio().sends(None, Channel::Whatsapp, TO, picture.clone(), None);
    sim.quiet().await;
    let media = told(&shop, "MediaUrl0").remove(0);
    let here = format!("{}/media/{}", sim.twilio_url(), media.rsplit('/').next().unwrap());
    let nowhere = format!("{}/media/nowhere", sim.twilio_url());
    let to = "whatsapp:+919876543210";
    for link in [&here, &nowhere] {
        let (status, made) = send(&sim, &[("To", to), ("MessagingServiceSid", SERVICE), ("MediaUrl", link)]).await;
        assert!(status == 201 && made["sid"].as_str().unwrap().starts_with("MM"), "{made}");
    }
    sim.quiet().await;
    let fetched = sim.twilio().enclosed(&here).unwrap();
    assert_eq!((fetched.kind.as_str(), fetched.bytes), ("image/png", picture.bytes));
    assert!(sim.twilio().enclosed(&nowhere).is_none());
    assert_eq!(told(&shop, "ErrorCode").pop().as_deref(), Some("63019"));
}

#[tokio::test]
async fn a_callback_that_is_not_taken_is_not_repeated() {
    let (sim, shop) = start().await;
    *shop.ill.lock().unwrap() = 1;
    sim.twilio().inbound(None, Channel::Sms, TO, Content::Text { body: "Hi".into() });
    sim.quiet().await;
    assert!(shop.forms().is_empty());
    sim.twilio().next_webhooks(1, Mishap::Twice);
    sim.twilio().inbound(None, Channel::Sms, TO, Content::Text { body: "Hi".into() });
    sim.quiet().await;
    assert_eq!(shop.forms().len(), 2);
}
