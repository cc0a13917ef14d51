//! Promise 20 from end to end: one click, scanners, words, and what is queued already.

use serde_json::{Value, json};
use sim::{At, Fault};
use std::time::Duration;
use testkit::{Reply, TestApp};

pub const MAIL: &str = "asha@example.com";
const PHONE: &str = "+919876543210";
const SEND: &str = "/api/notifications/send-message";

/// A mail that sells something.
pub async fn offer(t: &TestApp) -> Value {
    t.post(SEND, json!({"email": MAIL, "type": "churn_risk", "variables": {"customer_name": "Asha"}})).await.expect(202)
}

async fn offer_by_phone(t: &TestApp) -> Value {
    let variables = json!({"product": "Platinum", "availability_date": "1 Dec 2026"});
    t.post(SEND, json!({"phone": PHONE, "type": "new_product", "variables": variables})).await.expect(202)
}

async fn receipt_of_payment(t: &TestApp) -> Value {
    let variables = json!({"amount": "₹99.00", "month": "November 2026", "payment_method": "UPI"});
    t.post(SEND, json!({"email": MAIL, "type": "payment_confirmation", "variables": variables})).await.expect(202)
}

/// The head of the last mail.
fn head(t: &TestApp) -> String {
    let mails = t.sim().mailboxes().mails_to(MAIL);
    let raw = String::from_utf8_lossy(&mails.last().unwrap().raw).into_owned();
    raw.split_once("\r\n\r\n").unwrap().0.to_owned()
}

/// Where the button of the last mail leads, without our own address.
pub async fn button(t: &TestApp) -> String {
    offer(t).await;
    t.settle().await;
    let head = head(t);
    let url = head.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: <")).unwrap().trim_end_matches('>');
    url.strip_prefix(t.url()).unwrap().to_owned()
}

/// What a mail provider's server sends.
pub async fn one_click(t: &TestApp, path: &str) -> Reply {
    t.send(t.request("POST", path).form(&[("List-Unsubscribe", "One-Click")])).await
}

/// The same as a form of the other kind that RFC 8058 allows.
async fn one_click_in_parts(t: &TestApp, path: &str) -> Reply {
    let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    t.send(t.request("POST", path).header("content-type", "multipart/form-data; boundary=x").body(body)).await
}

async fn log(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/consents").await.expect(200)["data"].as_array().unwrap().clone()
}

testkit::both_apps! {
    async fn a_file_brings_consent_where_nothing_was_said_before(t: TestApp) {
        let people = "name,phone,email\nAsha,9876543210,asha@example.com\nRavi,9876543211,\nMeera,9876543212,meera@example.com\n";
        t.post("/api/v1/contacts", json!({"name": "Ravi", "phone": "9876543211"})).await.expect(201);
        t.sim().twilio().inbound(None, sim::Channel::Sms, "+919876543210", sim::Content::Text { body: "STOP".to_owned() });
        t.settle().await;
        let take = async |given: Value| {
            let import = t.send(t.request("POST", "/api/v1/contact-imports?name=fair.csv").bearer_auth(t.key()).body(people)).await.expect(201);
            let path = format!("/api/v1/contact-imports/{}", import["id"].as_str().unwrap());
            t.post(&format!("{path}/start"), given).await.expect(202);
            t.settle().await;
            log(&t).await.into_iter().filter(|one| one["how"] == "import").map(|one| format!("{} {}", one["address"].as_str().unwrap(), one["channel"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(take(json!({"wins": "file", "consent": "none"})).await, Vec::<String>::new());
        let given = json!({"wins": "file", "consent": "given", "consent_source": "fair of 2025, on paper"});
        let mut noted = take(given.clone()).await;
        noted.sort();
        let phones = ["+919876543210 whatsapp", "+919876543211 sms", "+919876543211 whatsapp", "+919876543212 sms", "+919876543212 whatsapp"];
        assert_eq!(noted[..5], phones, "also of whom nothing else was new, and not where somebody wrote STOP");
        assert_eq!(noted[5..], ["asha@example.com email", "meera@example.com email"]);
        assert_eq!(take(given).await.len(), 7, "the same again says nothing new");
        assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_20_the_headers_are_there(t: TestApp) {
        let path = button(&t).await;
        assert!(path.starts_with("/u/") && !path.contains("asha"), "{path}");
        assert!(head(&t).contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{}", head(&t));
        let mail = t.sim().mailboxes().mails_to(MAIL).pop().unwrap();
        let link = format!("{}{path}", t.url());
        assert!(mail.text.unwrap().contains(&link) && mail.html.unwrap().contains(&link));
        receipt_of_payment(&t).await;
        t.settle().await;
        assert!(!head(&t).contains("List-Unsubscribe"), "what is bought is no offer");
        let kept = t.get("/api/notifications/history").await.text;
        assert!(!kept.contains("/u/"), "the link stands in no list");
    }

    async fn promise_20_a_scanner_changes_nothing(t: TestApp) {
        let path = button(&t).await;
        for method in ["GET", "HEAD", "OPTIONS", "GET"] {
            t.send(t.request(method, &path).header("user-agent", "Mozilla/5.0 (compatible; Proofpoint)")).await;
        }
        let preferences = path.replace("/u/", "/p/");
        assert_eq!(t.send(t.request("GET", &preferences)).await.status, 200);
        assert_eq!(log(&t).await, Vec::<Value>::new());
        assert_eq!(offer(&t).await["state"], "queued");
    }

    async fn promise_20_one_click_stops_at_once(t: TestApp) {
        let path = button(&t).await;
        let (first, second) = (one_click(&t, &path).await, one_click(&t, &path).await);
        assert_eq!((first.status, second.status), (200, 200), "{}", first.text);
        assert_eq!(offer(&t).await["state"], "suppressed");
        assert_eq!(receipt_of_payment(&t).await["state"], "queued", "what is bought is still told of");
        let said = log(&t).await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((&said[0]["said"], &said[0]["how"], &said[0]["scope"], &said[0]["address"]), (&json!("withdrawn"), &json!("one_click"), &json!("marketing"), &json!(MAIL)));
        assert_eq!(said[0]["ip"], "127.0.0.1");
        let why = t.get("/api/notifications/history?state=suppressed").await.expect(200);
        assert_eq!(why["data"][0]["reason"], "unsubscribed");
        assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_20_any_body_is_a_click_and_no_other_link_is(t: TestApp) {
        let path = button(&t).await;
        let form = one_click_in_parts(&t, &path).await;
        assert_eq!(form.status, 200, "{}", form.text);
        assert_eq!(log(&t).await.len(), 1);
        for wrong in [format!("{path}A"), path.replace("/u/", "/u/x"), "/u/".to_owned() + &"A".repeat(43)] {
            assert_eq!(one_click(&t, &wrong).await.status, 404, "{wrong}");
        }
        let (_, _) = t.another_tenant("Second").await;
        assert_eq!(one_click(&t, &format!("/s/second{path}")).await.status, 404, "a link is one shop's");
    }

    async fn promise_20_unsubscribed_mid_campaign_no_later_call(t: TestApp) {
        let path = button(&t).await;
        let before = t.sim().mailboxes().accepted();
        t.sim().faults().until_cleared(At::mail(), Fault::Reject { status: 451, body: Some("4.3.2 Later".into()), retry_after: None });
        for _ in 0..3 {
            assert_eq!(offer(&t).await["state"], "queued");
        }
        t.settle().await;
        assert_eq!(one_click(&t, &path).await.status, 200);
        t.sim().faults().clear_all();
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!(t.sim().mailboxes().accepted(), before, "they waited for their next try, and none came");
    }

    async fn promise_20_stopped_while_messages_wait_their_turn(t: TestApp) {
        for _ in 0..4 {
            assert_eq!(offer_by_phone(&t).await["state"], "queued");
        }
        t.settle().await;
        assert_eq!(t.sim().phones().messages_to(PHONE).len(), 1, "one person is written to every six seconds");
        t.post("/api/v1/suppressions", json!({"channel": "whatsapp", "address": "98765 43210", "detail": "asked on the phone"})).await.expect(201);
        t.advance(Duration::from_secs(120)).await;
        assert_eq!(t.sim().phones().messages_to(PHONE).len(), 1);
        let left = t.get("/api/notifications/history?state=suppressed").await.expect(200);
        assert_eq!(left["data"].as_array().unwrap().len(), 3);
        assert!(left["data"].as_array().unwrap().iter().all(|message| message["reason"] == "by_hand"));
    }

    async fn promise_20_the_log_is_exported(t: TestApp) {
        let path = button(&t).await;
        assert_eq!(one_click(&t, &path).await.status, 200);
        let file = t.get("/api/v1/consents?format=csv").await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(file.text.starts_with("id,at,channel,address,contact_id,scope,said,how,evidence,ip,who\r\n"), "{}", file.text);
        assert!(file.text.contains(",email,asha@example.com,,marketing,withdrawn,one_click,,127.0.0.1,visitor\r\n"), "{}", file.text);
    }
}
