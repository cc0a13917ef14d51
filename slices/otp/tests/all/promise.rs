//! What one-time codes promise: hashed by being kept nowhere, limited, of one use, and sent another way where one does not deliver.

use futures::future::join_all;
use serde_json::{Value, json};
use sim::{At, Content, Fault, Status};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::TestApp;

const PHONE: &str = "+919876543210";

async fn send(t: &TestApp, body: Value) -> testkit::Reply {
    let sent = t.post("/api/v1/otp/send", body).await;
    t.settle().await;
    sent
}

async fn asked(t: &TestApp) -> Value {
    send(t, json!({"phone": PHONE, "purpose": "login"})).await.expect(202)
}

/// The code that the phone got last.
pub(crate) fn code(t: &TestApp) -> String {
    let Content::Text { body: text } = t.sim().phones().messages_to(PHONE).pop().unwrap().content else { panic!("a text") };
    text.chars().filter(char::is_ascii_digit).take(6).collect()
}

async fn verify(t: &TestApp, code: &str) -> testkit::Reply {
    t.post("/api/v1/otp/verify", json!({"phone": PHONE, "purpose": "login", "code": code})).await
}

/// The only SMS that there is.
fn text(t: &TestApp) -> String {
    let sent = t.sim().twilio().sent();
    assert_eq!(sent.len(), 1);
    sent[0].message_id.clone().unwrap()
}

fn other(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

testkit::both_apps! {
    async fn promise_23_a_code_is_right_once(t: TestApp) {
        let given = asked(&t).await;
        assert_eq!(given["channel"], "whatsapp");
        let code = code(&t);
        assert_eq!(verify(&t, &other(&code)).await.expect(422)["code"], "code_wrong");
        assert_eq!(verify(&t, &code).await.expect(200)["verified"], true);
        assert_eq!(verify(&t, &code).await.expect(422)["code"], "code_expired", "a code that was used is refused");
        let wrong_purpose = json!({"phone": PHONE, "purpose": "signup", "code": code});
        assert_eq!(t.post("/api/v1/otp/verify", wrong_purpose).await.expect(422)["code"], "code_expired");
    }

    async fn promise_23_five_wrong_tries_and_the_right_one_counts_no_more(t: TestApp) {
        asked(&t).await;
        let code = code(&t);
        for left in (1..5).rev() {
            let problem = verify(&t, &other(&code)).await.expect(422);
            assert!(problem["detail"].as_str().unwrap().contains(&format!("{left} tries")), "{problem}");
        }
        assert_eq!(verify(&t, &other(&code)).await.expect(422)["code"], "code_spent");
        assert_eq!(verify(&t, &code).await.expect(422)["code"], "code_expired");
    }

    async fn promise_23_a_code_is_good_for_five_minutes(t: TestApp) {
        asked(&t).await;
        let code = code(&t);
        t.advance(Duration::from_secs(301)).await;
        assert_eq!(verify(&t, &code).await.expect(422)["code"], "code_expired");
    }

    async fn promise_23_the_code_stands_nowhere(t: TestApp) {
        testkit::listen();
        let given = asked(&t).await;
        let code = code(&t);
        // It goes by SMS as well, is guessed at, said right, and said once more: each leaves something behind.
        t.advance(Duration::from_secs(21)).await;
        let Content::Text { body: text } = t.sim().twilio().sent().pop().unwrap().content else { panic!("a text") };
        assert!(text.contains(&code), "the same by both: {text}");
        verify(&t, &other(&code)).await.expect(422);
        verify(&t, &code).await.expect(200);
        verify(&t, &code).await.expect(422);
        t.settle().await;
        // It is derived from its id and put in as its message leaves, so there is no place in which it rightly stands.
        assert_eq!(t.db().saying(&code).await, BTreeSet::new(), "not in a text, JSON, number or bytes of any table");
        let known = t.db().saying(PHONE.trim_start_matches('+')).await;
        assert!(known.contains("messages.address") && known.contains("one_time_codes.address"), "what is kept is found: {known:?}");
        let heard = testkit::heard();
        assert!(!heard.is_empty() && !testkit::stands_in(&heard, &code), "not in the logs");
        assert!(!testkit::stands_in(given.to_string().as_bytes(), &code), "and whoever asked is not told");
    }

    async fn promise_23_how_many_are_sent(t: TestApp) {
        asked(&t).await;
        let soon = send(&t, json!({"phone": PHONE, "purpose": "login"})).await;
        assert_eq!((soon.expect(429)["code"].clone(), soon.header("retry-after").is_some()), (json!("code_just_sent"), true));
        for _ in 1..5 {
            t.advance(Duration::from_secs(31)).await;
            asked(&t).await;
        }
        t.advance(Duration::from_secs(31)).await;
        let many = send(&t, json!({"phone": PHONE, "purpose": "login"})).await;
        assert_eq!(many.expect(429)["code"], "too_many_codes");
        let listed = t.get("/api/v1/otp").await.expect(200);
        let states: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|code| code["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["sent", "replaced", "replaced", "replaced", "replaced"]);
        for person in 0..20 {
            send(&t, json!({"phone": format!("+9198111{person:05}"), "purpose": "login", "ip": "203.0.113.7"})).await.expect(202);
        }
        let one_more = json!({"phone": "+919812200000", "purpose": "login", "ip": "203.0.113.7"});
        assert_eq!(send(&t, one_more).await.expect(429)["code"], "too_many_codes");
    }

    async fn promise_23_numbers_that_are_pumped_get_no_more(t: TestApp) {
        t.put("/api/v1/settings", json!({"otp.limits": {"tenant": 900}})).await.expect(200);
        for person in 0..50 {
            send(&t, json!({"phone": format!("+9198222{person:05}"), "purpose": "signup"})).await.expect(202);
        }
        let next = send(&t, json!({"phone": "+919822299999", "purpose": "signup"})).await;
        assert_eq!(next.expect(429)["code"], "codes_unused");
        send(&t, json!({"phone": "+919833300000", "purpose": "signup"})).await.expect(202);
        t.advance(Duration::from_secs(3_600)).await;
        send(&t, json!({"phone": "+919822299999", "purpose": "signup"})).await.expect(202);
    }

    async fn promise_23_fifty_at_once_send_one(t: TestApp) {
        let calls = (0..50).map(|_| t.post("/api/v1/otp/send", json!({"phone": PHONE, "purpose": "login"})));
        let answers = join_all(calls).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == 202 || answer.status == 429));
        t.settle().await;
        assert_eq!(t.sim().phones().messages_to(PHONE).len(), 1);
    }

    async fn what_whatsapp_does_not_deliver_goes_by_the_next_channel(t: TestApp) {
        t.sim().faults().until_cleared(At::phones(), Fault::reject(500));
        asked(&t).await;
        t.advance(Duration::from_secs(25)).await;
        let all = t.get("/api/v1/notifications/history").await.expect(200);
        let mut channels: Vec<&str> = all["data"].as_array().unwrap().iter().map(|message| message["channel"].as_str().unwrap()).collect();
        channels.sort_unstable();
        assert_eq!(channels, ["sms", "whatsapp"], "the same code by both");
    }

    async fn what_has_arrived_by_sms_does_not_come_by_whatsapp_later(t: TestApp) {
        t.sim().faults().next(1, At::phones(), Fault::too_many(Some(60)));
        asked(&t).await;
        t.advance(Duration::from_secs(10)).await;
        assert!(t.sim().twilio().status(&text(&t), Status::Delivered));
        t.advance(Duration::from_secs(240)).await;
        assert_eq!((t.sim().phones().accepted(), t.sim().twilio().sent().len()), (0, 1), "WhatsApp takes it again after a minute");
        let all = t.get("/api/v1/notifications/history?channel=whatsapp").await.expect(200);
        let message = &all["data"][0];
        assert_eq!((&message["state"], &message["reason"]), (&json!("expired"), &json!("went_another_way")), "{all}");
    }

    async fn what_an_operator_loses_still_comes_by_whatsapp(t: TestApp) {
        t.sim().faults().next(1, At::phones(), Fault::too_many(Some(60)));
        asked(&t).await;
        t.advance(Duration::from_secs(10)).await;
        assert!(t.sim().twilio().fail(&text(&t), 30_005));
        t.advance(Duration::from_secs(120)).await;
        assert_eq!((t.sim().phones().accepted(), t.sim().twilio().sent().len()), (1, 1));
    }

    async fn what_is_wrong_is_said(t: TestApp) {
        for (body, field) in [
            (json!({"purpose": "login"}), "phone"),
            (json!({"phone": PHONE, "email": "a@example.com", "purpose": "login"}), "phone"),
            (json!({"phone": "12", "purpose": "login"}), "phone"),
            (json!({"phone": PHONE, "purpose": "fun"}), "purpose"),
        ] {
            let problem = send(&t, body).await.expect(422);
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        send(&t, json!({"email": "asha@example.com", "purpose": "verification"})).await.expect(202);
        assert_eq!(t.sim().mailboxes().mails_to("asha@example.com").len(), 1);
    }
}
