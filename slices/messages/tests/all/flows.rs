//! Messages over the whole program, on both databases: told once, held when nobody knows, and never further than the receipts say.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use facts::MessageId;
use facts::messages::Channel;
use serde_json::{Value, json};
use sim::{At, Fault, Status};
use std::time::Duration;
use store::{Command, Result, Tx, params, sql};
use testkit::TestApp;

const PHONE: &str = "+919876543210";
const SEND: &str = "/api/notifications/send-message";
const MINUTE: Duration = Duration::from_secs(60);

fn paid(to: &str) -> Value {
    json!({"phone": to, "type": "payment_confirmation", "variables": {"amount": "₹99.00", "month": "November 2026", "payment_method": "UPI"}})
}

/// Sends one message and gives its id.
async fn send(t: &TestApp, to: &str) -> String {
    let sent = t.post(SEND, paid(to)).await.expect(202);
    assert_eq!(sent["state"], "queued");
    sent["id"].as_str().unwrap().to_owned()
}

/// The message, as the history shows it.
async fn seen(t: &TestApp, id: &str) -> Value {
    let all = t.get("/api/notifications/history").await.expect(200);
    all["data"].as_array().unwrap().iter().find(|message| message["id"] == id).cloned().unwrap()
}

async fn state(t: &TestApp, id: &str) -> String {
    seen(t, id).await["state"].as_str().unwrap().to_owned()
}

async fn all_is_well(t: &TestApp) {
    assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
}

/// Gives a message the provider's id that its receipt knows.
struct Named(MessageId);

impl Command for Named {
    const NAME: &'static str = "test_named";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        let named = sql!("UPDATE messages SET provider_id = 'wamid.HBgMOTE5ODc2NTQzMjEw' WHERE tenant_id = $1 AND id = $2");
        tx.exec(named, params![tx.tenant(), self.0]).await
    }
}

testkit::both_apps! {
    async fn a_message_goes_out_once_and_its_receipts_move_it_forward(t: TestApp) {
        let id = send(&t, "98765 43210").await;
        t.settle().await;
        let calls = t.sim().phones().calls_for(&id);
        assert_eq!((calls.len(), calls[0].number.as_str()), (1, PHONE));
        assert_eq!(state(&t, &id).await, "sent");
        let theirs = calls[0].message_id.clone().unwrap();
        for (receipt, expected) in [
            (Status::Read, "read"), (Status::Delivered, "read"), (Status::Failed, "read"), (Status::Sent, "read"), (Status::Read, "read"),
        ] {
            t.sim().phones().receipt(&theirs, receipt);
            t.settle().await;
            assert_eq!(state(&t, &id).await, expected);
        }
        assert_eq!(t.sim().phones().accepted(), 1);
        all_is_well(&t).await;
    }

    async fn the_same_request_twice_is_one_message(t: TestApp) {
        let one = t.post_keyed(SEND, "k", paid(PHONE)).await.expect(202);
        assert_eq!(t.post_keyed(SEND, "k", paid(PHONE)).await.expect(202), one);
        t.settle().await;
        assert_eq!(t.sim().phones().accepted(), 1);
    }

    async fn a_lost_answer_is_held_until_the_receipt_comes(t: TestApp) {
        t.sim().faults().next(1, At::phones(), Fault::DropAnswer);
        let id = send(&t, PHONE).await;
        t.settle().await;
        assert_eq!(state(&t, &id).await, "unknown");
        t.advance(2 * MINUTE).await;
        let calls = t.sim().phones().calls_for(&id);
        assert_eq!(calls.len(), 1);
        t.sim().phones().receipt(&calls[0].message_id.clone().unwrap(), Status::Delivered);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "delivered");
        t.advance(60 * MINUTE).await;
        assert_eq!(t.sim().phones().calls_for(&id).len(), 1);
        all_is_well(&t).await;
    }

    async fn a_lost_answer_without_a_receipt_is_tried_again_after_its_hold(t: TestApp) {
        t.sim().faults().next(1, At::phones(), Fault::DropAnswer);
        let id = send(&t, PHONE).await;
        t.advance(4 * MINUTE).await;
        assert_eq!(t.sim().phones().calls_for(&id).len(), 1);
        t.advance(2 * MINUTE).await;
        assert_eq!((t.sim().phones().calls_for(&id).len(), state(&t, &id).await.as_str()), (2, "sent"));
        all_is_well(&t).await;
    }

    async fn a_failure_is_retried_after_5_10_and_15_minutes(t: TestApp) {
        t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        let id = send(&t, PHONE).await;
        let calls = |t: &TestApp| t.sim().phones().calls_for(&id).len();
        t.settle().await;
        assert_eq!((calls(&t), state(&t, &id).await.as_str()), (1, "failed"));
        for (minutes, expected) in [(4, 1), (2, 2), (8, 2), (3, 3), (12, 3), (2, 4), (120, 4)] {
            t.advance(minutes * MINUTE).await;
            assert_eq!(calls(&t), expected, "after {minutes} more minutes");
        }
        assert_eq!(state(&t, &id).await, "dead");
        t.sim().faults().clear_all();
        let again = t.post(&format!("/api/notifications/resend/{id}"), json!({})).await.expect(202);
        let twice = t.post(&format!("/api/notifications/resend/{id}"), json!({})).await.expect(202);
        assert_eq!((&again["id"], &twice["repeated"]), (&twice["id"], &json!(true)));
        t.settle().await;
        assert_eq!(state(&t, again["id"].as_str().unwrap()).await, "sent");
        assert_eq!(calls(&t), 4);
        all_is_well(&t).await;
    }

    async fn waiting_retries_can_be_hurried(t: TestApp) {
        t.sim().faults().next(1, At::phones(), Fault::reject(500));
        let id = send(&t, PHONE).await;
        t.settle().await;
        assert_eq!(t.post("/api/notifications/process-queue", json!({})).await.expect(200)["hurried"], 1);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "sent");
    }

    async fn promise_04_too_fast_uses_no_attempt(t: TestApp) {
        t.sim().faults().next(50, At::phones(), Fault::too_many(Some(1)));
        let id = send(&t, PHONE).await;
        t.advance(2 * MINUTE).await;
        assert_eq!(t.sim().phones().calls_for(&id).len(), 51);
        assert_eq!(state(&t, &id).await, "sent");
        all_is_well(&t).await;
    }

    async fn one_number_that_fails_delays_nobody(t: TestApp) {
        t.sim().faults().until_cleared(At::phone(PHONE), Fault::reject(500));
        let bad = send(&t, PHONE).await;
        let good = send(&t, "+919876543211").await;
        t.settle().await;
        assert_eq!((state(&t, &bad).await.as_str(), state(&t, &good).await.as_str()), ("failed", "sent"));
    }

    async fn promise_06_one_person_is_written_to_every_six_seconds(t: TestApp) {
        send(&t, PHONE).await;
        send(&t, PHONE).await;
        t.settle().await;
        assert_eq!(t.sim().phones().messages_to(PHONE).len(), 1);
        t.advance(Duration::from_secs(6)).await;
        assert_eq!(t.sim().phones().messages_to(PHONE).len(), 2);
    }

    async fn what_is_wrong_is_said_before_anything_is_queued(t: TestApp) {
        let variables = json!({"amount": "₹99.00"});
        for (body, field) in [
            (json!({"phone": PHONE, "type": "payment_confirmation", "variables": variables}), "variables.month"),
            (json!({"phone": "12", "type": "churn_risk", "variables": {"customer_name": "A"}}), "phone"),
            (json!({"type": "churn_risk", "variables": {"customer_name": "A"}}), "phone"),
            (json!({"phone": PHONE, "channel": "email", "type": "churn_risk", "variables": {"customer_name": "A"}}), "channel"),
            (json!({"phone": PHONE, "type": "nothing"}), "type"),
            (json!({"phone": PHONE, "type": "churn_risk", "variables": {"customer_name": ["A"]}}), "variables.customer_name"),
        ] {
            let refused = t.post(SEND, body.clone()).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{body} {refused}");
        }
        assert_eq!(t.get("/api/notifications/history").await.expect(200)["data"], json!([]));
    }

    async fn a_template_changes_for_the_next_message(t: TestApp) {
        let path = "/api/notifications/templates/payment_confirmation";
        let wrong = t.put(path, json!({"body": "one\n{{ nobody }}"})).await.expect(422);
        assert_eq!((&wrong["code"], &wrong["errors"][0]["field"]), (&json!("unknown_variable"), &json!("body")));
        let wrong = t.put(path, json!({"body": "one\n{% if amount %}"})).await.expect(422);
        assert!(wrong["detail"].as_str().unwrap().contains("Line 2"), "{wrong}");
        let changed = t.put(path, json!({"body": "Got {{ amount }}"})).await.expect(200);
        assert_eq!((&changed["version"], &changed["channel"]), (&json!(1), &json!("whatsapp")));
        t.put(path, json!({"body": "Late", "version": 0})).await.expect(409);
        let id = send(&t, PHONE).await;
        assert_eq!((&seen(&t, &id).await["body"], &seen(&t, &id).await["version"]), (&json!("Got ₹99.00"), &json!(1)));
        t.put(path, json!({"active": false})).await.expect(200);
        let off = t.post(SEND, paid(PHONE)).await.expect(202);
        assert_eq!(off["state"], "suppressed");
        t.settle().await;
        assert_eq!(t.sim().phones().accepted(), 1);
    }

    async fn a_paid_order_makes_one_message_a_channel(t: TestApp) {
        let order = json!({"amount": 99, "product": "starter", "customer": {"name": "Asha <b>", "phone": PHONE, "email": "asha@example.com"}});
        let placed = t.send(t.request("POST", "/create_order").header("idempotency-key", "o1").json(&order)).await.expect(201);
        t.settle().await;
        assert_eq!((t.sim().phones().accepted(), t.sim().mailboxes().accepted()), (0, 0));
        t.sim().razorpay().pay(placed["id"].as_str().unwrap(), sim::Method::Upi).unwrap();
        t.settle().await;
        let mails = t.sim().mailboxes().mails_to("asha@example.com");
        assert_eq!((t.sim().phones().messages_to(PHONE).len(), mails.len()), (1, 1));
        let (text, html) = (mails[0].text.clone().unwrap(), mails[0].html.clone().unwrap());
        let link = format!("{}/order/{}", t.url(), placed["order_id"].as_str().unwrap());
        assert!(text.contains(&link) && html.contains("Asha &lt;b&gt;"), "{text} {html}");
        assert!(mails[0].message_id.as_ref().unwrap().starts_with("msg_"));
        let counts = t.get("/api/notifications/statistics").await.expect(200);
        assert_eq!((&counts["sent_by_channel"]["email"], &counts["sent_by_channel"]["whatsapp"]), (&json!(1), &json!(1)));
        all_is_well(&t).await;
    }

    async fn a_mail_whose_answer_is_lost_keeps_its_name(t: TestApp) {
        t.sim().faults().next(1, At::mail(), Fault::DropAnswer);
        let body = json!({"email": "asha@example.com", "type": "churn_risk", "variables": {"customer_name": "Asha"}});
        let id = t.post(SEND, body).await.expect(202)["id"].as_str().unwrap().to_owned();
        t.settle().await;
        assert_eq!(state(&t, &id).await, "unknown");
        t.advance(2 * MINUTE).await;
        assert_eq!(state(&t, &id).await, "sent");
        let mails = t.sim().mailboxes().mails_to("asha@example.com");
        assert_eq!((mails.len(), &mails[0].message_id), (2, &mails[1].message_id));
    }

    async fn a_closed_mailbox_is_not_written_to_again(t: TestApp) {
        t.sim().faults().next(1, At::mail(), Fault::Reject { status: 550, body: Some("5.1.1 No such user".into()), retry_after: None });
        let body = json!({"email": "gone@example.com", "type": "churn_risk", "variables": {"customer_name": "Asha"}});
        let id = t.post(SEND, body.clone()).await.expect(202)["id"].as_str().unwrap().to_owned();
        t.settle().await;
        assert_eq!(state(&t, &id).await, "dead");
        assert_eq!(t.post(SEND, body).await.expect(202)["state"], "suppressed");
    }

    async fn receipts_are_kept_once_and_for_their_tenant_alone(t: TestApp) {
        let id = send(&t, PHONE).await;
        t.settle().await;
        let (_, key) = t.another_tenant("Other").await;
        let receipt = json!({"event_id": "e1", "event_type": "message.read", "payload": {"myop_ref_id": id, "status": "read"}});
        let post = async |body: String| t.send(t.request("POST", "/webhooks/myoperator/first").body(body)).await;
        post("{".into()).await.expect(400);
        post("[]".into()).await.expect(400);
        for _ in 0..5 {
            post(receipt.to_string()).await.expect(200);
        }
        assert_eq!(state(&t, &id).await, "read");
        let theirs = t.send(t.request("GET", "/api/notifications/history").bearer_auth(&key)).await.expect(200);
        assert_eq!(theirs["data"], json!([]));
        let resend = format!("/api/v1/notifications/resend/{id}");
        t.send(t.request("POST", &resend).bearer_auth(&key)).await.expect(404);
        t.post(&resend, json!({})).await.expect(409);
    }

    async fn a_receipt_that_comes_before_its_id_is_matched_later(t: TestApp) {
        let id = send(&t, PHONE).await;
        t.settle().await;
        let early = json!({"event_id": "e1", "event_type": "message.delivered", "payload": {"message_id": "wamid.HBgMOTE5ODc2NTQzMjEw", "status": "delivered"}});
        t.send(t.request("POST", "/webhooks/myoperator/first").json(&early)).await.expect(200);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "sent");
        t.db().run(&t.who(), Named(id.parse().unwrap())).await.unwrap();
        t.advance(MINUTE).await;
        assert_eq!(state(&t, &id).await, "delivered");
    }

    async fn the_pages_answer(t: TestApp) {
        let id = send(&t, PHONE).await;
        t.settle().await;
        let list = t.get("/admin/messages?state=sent&channel=whatsapp").await;
        assert!(list.status == 200 && list.text.contains(&id), "{}", list.text);
        let one = t.get(&format!("/admin/messages/{id}")).await;
        assert!(one.status == 200 && one.text.contains("Try 1"), "{}", one.text);
        assert_eq!(t.get("/admin/templates").await.status, 200);
        for channel in Channel::ALL {
            let path = format!("/admin/templates/payment_confirmation/{channel}");
            assert_eq!(t.get(&path).await.status, 200);
            let form = [("version", "0"), ("subject", "S"), ("body", "{{ nobody }}"), ("active", "on")];
            let refused = t.send(t.request("POST", &path).bearer_auth(t.key()).form(&form)).await;
            assert!(refused.status == 422 && refused.text.contains("no variable nobody"), "{}", refused.text);
            let draft = t.send(t.request("POST", &format!("{path}/preview")).bearer_auth(t.key()).form(&[("version", "0"), ("subject", "S"), ("body", "{{ amount }}!")])).await;
            assert!(draft.status == 200 && draft.text.contains("₹99.00!"), "{}", draft.text);
        }
        let file = t.get("/api/notifications/history?format=csv").await;
        assert!(file.status == 200 && file.text.contains(&id) && file.text.starts_with("id,created_at"));
        assert_eq!(t.get(&format!("/api/notifications/history/{PHONE}")).await.expect(200)["data"].as_array().unwrap().len(), 1);
        assert_eq!(t.send(t.request("GET", "/api/notifications/health")).await.expect(200)["status"], "ok");
    }
}
