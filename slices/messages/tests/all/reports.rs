//! What mail servers report of mails that they took: that there is no such mailbox (RFC 3464), or that its reader called it spam (RFC 5965).
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use super::providers::paid as paid_by_phone;
use messages::Message;
use serde_json::{Value, json};
use sim::{At, Fault, Mishap};
use std::time::Duration;
use store::{Look, inbound, params, sql};
use testkit::{ADMIN, Browser, Reply, TestApp};

const SEND: &str = "/api/notifications/send-message";
const TOKEN: &str = "t0ken-of-reports";
/// The mailbox that reports come to.
const BOUNCES: &str = "bounces@origin.example";
/// Whose mail is taken, and reported a moment later.
const GONE: &str = "bounce-5.1.1@example.com";

/// The shop's mail server has a mailbox for reports, and whoever receives that knows the token.
async fn account(t: &TestApp) {
    let account = json!({
        "host": "127.0.0.1", "port": t.sim().smtp_addr().port(), "from": "Shop <shop@origin.example>", "bounces_to": BOUNCES,
        "webhook_token": TOKEN,
    });
    t.put("/api/v1/settings/credentials/smtp", account).await.expect(200);
    // Nodes hold on to the credentials that they know for a few seconds.
    t.advance(Duration::from_secs(6)).await;
}

/// The same, and reports are passed on.
async fn reporting(t: &TestApp) {
    account(t).await;
    t.sim().mailboxes().reports_to(&format!("{}/webhooks/smtp/first?key={TOKEN}", t.url()));
}

async fn post(t: &TestApp, path: &str, report: &[u8]) -> Reply {
    let call = t.request("POST", path).header("content-type", "message/rfc822").body(report.to_vec());
    let reply = t.send(call).await;
    t.settle().await;
    reply
}

/// Tells somebody that they have paid.
async fn paid(t: &TestApp, to: &str) -> Value {
    let variables = json!({"amount": "₹99.00", "month": "November 2026", "payment_method": "UPI"});
    let sent = t.post(SEND, json!({"email": to, "type": "payment_confirmation", "variables": variables})).await.expect(202);
    t.settle().await;
    sent
}

async fn offer(t: &TestApp, to: &str) -> Value {
    t.post(SEND, json!({"email": to, "type": "churn_risk", "variables": {"customer_name": "Asha"}})).await.expect(202)
}

async fn found(t: &TestApp, sent: &Value) -> Message {
    let id = sent["id"].as_str().unwrap().parse().unwrap();
    messages::message(&mut t.db().read_main(t.tenant()), id).await.unwrap().unwrap()
}

async fn state(t: &TestApp, sent: &Value) -> String {
    found(t, sent).await.state.to_string()
}

/// What is not written to, and why.
async fn stops(t: &TestApp) -> Vec<(String, String, String)> {
    let all = t.get("/api/v1/suppressions").await.expect(200)["data"].as_array().unwrap().clone();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    all.iter().map(|one| (text(one, "address"), text(one, "scope"), text(one, "reason"))).collect()
}

async fn receipts(t: &TestApp) -> i64 {
    t.db().read_main(t.tenant()).one(sql!("SELECT COUNT(*) FROM receipts WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap()
}

/// The last report that came to the mailbox for them.
fn last_report(t: &TestApp) -> Vec<u8> {
    t.sim().mailboxes().mails_to(BOUNCES).last().unwrap().raw.to_vec()
}

/// What is kept of the reports that came.
async fn kept(t: &TestApp) -> Vec<String> {
    let begin = (facts::Time(0), facts::Id::from_uuid(uuid::Uuid::nil()));
    let calls = inbound::since(&mut t.db().read_main(t.tenant()), begin, t.db().clock().now(), 10).await.unwrap();
    calls.into_iter().map(|call| String::from_utf8(call.body).unwrap()).collect()
}

async fn erase(t: &TestApp, contact: &Value) {
    let path = format!("/api/v1/contacts/{}?reason=asked", contact["id"].as_str().unwrap());
    t.send(t.request("DELETE", &path).bearer_auth(t.key())).await.expect(204);
    t.settle().await;
}

/// A report with something in it said otherwise.
fn altered(report: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(report.to_vec()).unwrap();
    assert!(text.contains(from), "{from}: {text}");
    text.replace(from, to).into_bytes()
}

async fn all_is_well(t: &TestApp) {
    assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
    assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
}

testkit::both_apps! {
    async fn promise_04_a_bounce_after_acceptance_fails_the_mail_and_stops_the_address(t: TestApp) {
        reporting(&t).await;
        let sent = paid(&t, GONE).await;
        let mail = t.sim().mailboxes().mails_to(GONE).pop().unwrap();
        assert_eq!((mail.from.as_str(), mail.sender.as_str()), (BOUNCES, "Shop"), "what is reported comes to a mailbox of its own");
        let message = found(&t, &sent).await;
        assert_eq!((message.state.to_string().as_str(), message.error_class.as_deref()), ("failed", Some("permanent")));
        let reason = message.reason.unwrap();
        assert!(reason.starts_with("there is no such mailbox (5.1.1: 550 5.1.1 No such mailbox"), "{reason}");
        assert_eq!(stops(&t).await, [(GONE.to_owned(), "all".to_owned(), "bounced".to_owned())]);
        let next = paid(&t, GONE).await;
        assert_eq!((&next["state"], found(&t, &next).await.reason.as_deref()), (&json!("suppressed"), Some("bounced")));
        // What was sent comes back with the report, and is not kept with it.
        let kept = kept(&t).await;
        assert!(kept.len() == 1 && kept[0].contains("Status: 5.1.1") && kept[0].contains(sent["id"].as_str().unwrap()), "{kept:?}");
        assert!(String::from_utf8(last_report(&t)).unwrap().contains("\nTo: bounce-5.1.1@") && !kept[0].contains("\nTo: bounce-5.1.1@"), "{kept:?}");
        // That it was delivered after all is not believed.
        let delivered = altered(&altered(&last_report(&t), "Action: failed", "Action: delivered"), "Status: 5.1.1", "Status: 2.0.0");
        post(&t, &format!("/webhooks/smtp/first?key={TOKEN}"), &delivered).await.expect(200);
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((state(&t, &sent).await.as_str(), t.sim().mailboxes().accepted()), ("failed", 1));
        all_is_well(&t).await;
    }

    async fn a_report_says_no_address_and_nothing_of_whoever_is_erased(t: TestApp) {
        account(&t).await;
        let known = t.post("/api/v1/contacts", json!({"name": "Asha", "email": GONE})).await.expect(201);
        let (first, second) = (paid(&t, GONE).await, paid(&t, GONE).await);
        let reports: Vec<Vec<u8>> = t.sim().mailboxes().mails_to(BOUNCES).iter().map(|mail| mail.raw.to_vec()).collect();
        let named = |at: usize| altered(&reports[at], "550 5.1.1 No", &format!("550 5.1.1 <{GONE}> No"));
        let path = format!("/webhooks/smtp/first?key={TOKEN}");
        post(&t, &path, &named(0)).await.expect(200);
        let reason = found(&t, &first).await.reason.unwrap();
        assert!(reason.contains("<…> No such mailbox") && !reason.contains(GONE), "{reason}");
        assert!(kept(&t).await[0].contains(GONE));
        erase(&t, &known).await;
        assert_eq!(kept(&t).await, [""], "that it came stays");
        let before = stops(&t).await;
        post(&t, &path, &named(1)).await.expect(200);
        assert_eq!(kept(&t).await, ["", ""], "also of what comes later");
        let message = found(&t, &second).await;
        assert_eq!((message.state.to_string().as_str(), stops(&t).await), ("failed", before), "an address that is gone is not stopped");
        assert!(!message.reason.unwrap().contains('@'));
        let told: i64 = t
            .db()
            .read_main(t.tenant())
            .one(sql!("SELECT COUNT(*) FROM receipts WHERE tenant_id = $1 AND detail LIKE '%@%'"), params![t.tenant()])
            .await
            .unwrap();
        assert_eq!(told, 0);
        all_is_well(&t).await;
    }

    async fn promise_04_what_is_delayed_changes_nothing_and_who_is_full_is_written_to_again(t: TestApp) {
        reporting(&t).await;
        let delayed = paid(&t, "bounce-4.4.1@example.com").await;
        assert_eq!((state(&t, &delayed).await.as_str(), receipts(&t).await), ("sent", 0));
        let full = paid(&t, "bounce-5.2.2@example.com").await;
        let message = found(&t, &full).await;
        assert_eq!((message.state.to_string().as_str(), message.error_class.as_deref()), ("failed", Some("transient")));
        assert!(message.reason.unwrap().starts_with("the mailbox is full (5.2.2"));
        assert_eq!((stops(&t).await, &paid(&t, "bounce-5.2.2@example.com").await["state"]), (Vec::new(), &json!("queued")));
        let reports: Vec<bool> = t.sim().mailboxes().deliveries().iter().map(|one| one.delivered).collect();
        assert_eq!(reports, [true, true, true]);
        all_is_well(&t).await;
    }

    async fn promise_04_the_same_report_again_changes_nothing(t: TestApp) {
        reporting(&t).await;
        let before = t.db().clock().now();
        t.sim().mailboxes().next_reports(1, Mishap::Twice);
        let sent = paid(&t, GONE).await;
        assert_eq!((state(&t, &sent).await.as_str(), receipts(&t).await), ("failed", 1));
        // Somebody asks to be written to again, and the report comes by another way.
        let id = t.get("/api/v1/suppressions").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let lift = t.request("DELETE", &format!("/api/v1/suppressions/{id}?why=asked")).bearer_auth(t.key());
        t.send(lift).await.expect(204);
        let again = altered(&last_report(&t), "From: Mail Delivery", "Received: by elsewhere\r\nFrom: Mail Delivery");
        post(&t, &format!("/webhooks/smtp/first?key={TOKEN}"), &again).await.expect(200);
        let replay = t.post("/api/v1/notifications/replay", json!({"provider": "smtp", "since": before})).await.expect(202);
        t.settle().await;
        assert_eq!((&replay["calls"], receipts(&t).await, stops(&t).await), (&json!(1), 1, Vec::new()));
        all_is_well(&t).await;
    }

    async fn promise_03_a_report_ends_the_hold_of_an_answer_that_was_lost(t: TestApp) {
        reporting(&t).await;
        t.sim().faults().next(1, At::mail(), Fault::DropAnswer);
        let sent = paid(&t, GONE).await;
        assert_eq!(state(&t, &sent).await, "failed");
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((state(&t, &sent).await.as_str(), t.sim().mailboxes().accepted()), ("failed", 1), "exactly one mail");
        all_is_well(&t).await;
    }

    async fn promise_20_a_complaint_stops_offers(t: TestApp) {
        reporting(&t).await;
        let to = "complaint@example.com";
        let sent = paid(&t, to).await;
        assert_eq!(state(&t, &sent).await, "sent", "it arrived");
        assert_eq!(stops(&t).await, [(to.to_owned(), "marketing".to_owned(), "complained".to_owned())]);
        let said = t.get("/api/v1/consents").await.expect(200)["data"].as_array().unwrap().clone();
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((&said[0]["said"], &said[0]["how"], &said[0]["scope"]), (&json!("withdrawn"), &json!("provider"), &json!("marketing")));
        let stopped = offer(&t, to).await;
        assert_eq!((&stopped["state"], found(&t, &stopped).await.reason.as_deref()), (&json!("suppressed"), Some("complained")));
        assert_eq!(paid(&t, to).await["state"], "queued", "what is bought is still told of");
        all_is_well(&t).await;
    }

    async fn what_a_complaint_says_is_forgotten_with_whoever_complained(t: TestApp) {
        reporting(&t).await;
        let known = t.post("/api/v1/contacts", json!({"name": "Asha", "email": "complaint@example.com"})).await.expect(201);
        paid(&t, "complaint@example.com").await;
        assert!(matches!(kept(&t).await.as_slice(), [said] if !said.is_empty()));
        erase(&t, &known).await;
        assert_eq!(kept(&t).await, [""]);
        all_is_well(&t).await;
    }

    async fn a_complaint_that_comes_twice_does_not_undo_what_was_said_since(t: TestApp) {
        reporting(&t).await;
        paid(&t, "complaint@example.com").await;
        let id = t.get("/api/v1/suppressions").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        t.advance(Duration::from_secs(1)).await;
        t.send(t.request("DELETE", &format!("/api/v1/suppressions/{id}?why=asked")).bearer_auth(t.key())).await.expect(204);
        let again = altered(&last_report(&t), "From: Feedback", "Received: by elsewhere\r\nFrom: Feedback");
        post(&t, &format!("/webhooks/smtp/first?key={TOKEN}"), &again).await.expect(200);
        assert_eq!(stops(&t).await, []);
        all_is_well(&t).await;
    }

    async fn who_has_not_the_token_reports_nothing(t: TestApp) {
        // No token is agreed on in the environment's account.
        let sent = paid(&t, GONE).await;
        let report = t.sim().mailboxes().mails_to("shop@origin.example").pop().unwrap().raw.to_vec();
        for path in ["/webhooks/smtp/first".to_owned(), "/webhooks/smtp/first?key=".to_owned(), format!("/webhooks/smtp/first?key={TOKEN}")] {
            post(&t, &path, &report).await.expect(401);
        }
        account(&t).await;
        for path in ["/webhooks/smtp/first", "/webhooks/smtp/first?key=", "/webhooks/smtp/first?key=t0ken"] {
            post(&t, path, &report).await.expect(401);
        }
        assert_eq!((state(&t, &sent).await.as_str(), receipts(&t).await, stops(&t).await), ("sent", 0, Vec::new()));
        let right = format!("/webhooks/smtp/first?key={TOKEN}");
        for no_mail in ["", "{}", "hello"] {
            assert_eq!(post(&t, &right, no_mail.as_bytes()).await.expect(400)["code"], "malformed_mail", "{no_mail}");
        }
        let by_header = t.request("POST", "/webhooks/smtp/first").header("x-api-key", TOKEN).body(report);
        t.send(by_header).await.expect(200);
        assert_eq!(state(&t, &sent).await, "failed");
        all_is_well(&t).await;
    }

    async fn a_report_on_somebody_elses_mail_changes_nothing(t: TestApp) {
        account(&t).await;
        let sent = paid(&t, GONE).await;
        let id = sent["id"].as_str().unwrap();
        let bounce = last_report(&t);
        paid(&t, "complaint@example.com").await;
        let complaint = last_report(&t);
        let complained = t.sim().mailboxes().mails_to("complaint@example.com").pop().unwrap().message_id.unwrap();
        let complained = complained.split('@').next().unwrap().to_owned();
        let by_phone = paid_by_phone(&t).await;
        let right = format!("/webhooks/smtp/first?key={TOKEN}");
        let nobodys = <facts::MessageId as facts::Id>::from_uuid(uuid::Uuid::nil()).to_string();
        for other in ["199407072116.RAA14128", nobodys.as_str(), by_phone.as_str()] {
            post(&t, &right, &altered(&bounce, id, other)).await.expect(200);
            post(&t, &right, &altered(&complaint, &complained, other)).await.expect(200);
        }
        // Another shop, which has a token of its own.
        let (other, key) = t.another_tenant("Other").await;
        let account = json!({"host": "mail.example.com", "webhook_token": "theirs"});
        t.send(t.request("PUT", "/api/v1/settings/credentials/smtp").bearer_auth(&key).json(&account)).await.expect(200);
        for report in [&bounce, &complaint] {
            post(&t, &format!("/webhooks/smtp/{other}?key=theirs"), report).await.expect(200);
            post(&t, &format!("/webhooks/smtp/{other}?key={TOKEN}"), report).await.expect(401);
        }
        // Somebody who is on holiday.
        let away = format!("From: a@example.com\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <{id}@origin.example>\r\n\r\nI am away: 5.1.1");
        post(&t, &right, away.as_bytes()).await.expect(200);
        t.advance(Duration::from_secs(600)).await;
        assert_eq!((state(&t, &sent).await.as_str(), receipts(&t).await, stops(&t).await), ("sent", 0, Vec::new()));
        let message = messages::message(&mut t.db().read_main(t.tenant()), by_phone.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(message.state.to_string(), "sent");
        all_is_well(&t).await;
    }

    async fn the_page_of_channels_says_where_reports_are_taken(t: TestApp) {
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = office.get(&t, "/admin/messages/channels").await.text;
        assert!(page.contains("Give the account of smtp a webhook_token") && !page.contains("the mail server could be played"), "{page}");
        account(&t).await;
        let page = office.get(&t, "/admin/messages/channels").await.text;
        assert!(page.contains("Such reports are taken") && page.contains(&format!("/webhooks/smtp/{}", t.tenant())), "{page}");
    }
}
