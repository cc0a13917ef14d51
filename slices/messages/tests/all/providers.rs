//! Each provider carries what it should, its words are believed only when they are its own, and where one fails another is asked.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use serde_json::{Value, json};
use sim::{At, Content, Fault, Meta, Provider, SimConfig, Status};
use std::time::Duration;
use store::{Command, Result, Tx, Who, params, sql};
use testkit::TestApp;

pub(super) const PHONE: &str = "+919876543210";

/// The first tenant gets an account with this provider, and WhatsApp goes by these, one after the other.
pub(super) async fn by(t: &TestApp, provider: &str, order: &[&str]) {
    let known = SimConfig::new(|| facts::Time(0));
    let account = match provider {
        "meta" => json!({
            "access_token": known.meta.access_token, "phone_number_id": known.meta.phone_number_id, "waba_id": known.meta.waba_id,
            "app_secret": known.meta.app_secret, "verify_token": known.meta.verify_token,
        }),
        "gateway" => json!({"url": t.sim().gateway_url(), "token": known.gateway_token}),
        _ => json!({"service_account": sim::service_account(&t.sim().http_url()).to_string()}),
    };
    t.put(&format!("/api/v1/settings/credentials/{provider}"), account).await.expect(200);
    t.put("/api/v1/settings", json!({"channels.whatsapp": order})).await.expect(200);
    // Nodes hold on to the credentials that they know for a few seconds.
    t.advance(Duration::from_secs(6)).await;
}

async fn sms(t: &TestApp, words: &str) -> String {
    let sent = t.post("/api/sms/send", json!({"to": PHONE, "message": words})).await.expect(202);
    t.settle().await;
    sent["id"].as_str().unwrap().to_owned()
}

pub(super) async fn paid(t: &TestApp) -> String {
    let variables = json!({"amount": "₹99.00", "month": "November 2026", "payment_method": "UPI"});
    let body = json!({"phone": PHONE, "type": "payment_confirmation", "variables": variables});
    let sent = t.post("/api/notifications/send-message", body).await.expect(202);
    t.settle().await;
    sent["id"].as_str().unwrap().to_owned()
}

pub(super) async fn state(t: &TestApp, id: &str) -> String {
    let message = messages::message(&mut t.db().read_main(t.tenant()), id.parse().unwrap()).await.unwrap().unwrap();
    message.state.to_string()
}

async fn carried_by(t: &TestApp, id: &str) -> Option<String> {
    messages::message(&mut t.db().read_main(t.tenant()), id.parse().unwrap()).await.unwrap().unwrap().provider
}

async fn all_is_well(t: &TestApp) {
    assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
}

/// What a provider's credentials are once the master key that locked them is gone.
struct LoseKey(&'static str);

impl Command for LoseKey {
    const NAME: &'static str = "lose_key";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let secret = sql!("UPDATE secrets SET locked = $3 WHERE tenant_id = $1 AND name = $2");
        tx.put(secret, params![tx.tenant(), self.0, b"locked by nobody's key".as_slice()]).await
    }
}

testkit::both_apps! {
    async fn an_sms_goes_by_twilio_and_its_callbacks_move_it_forward(t: TestApp) {
        let id = sms(&t, "The shop opens at ten.").await;
        let sent = t.sim().twilio().sent();
        assert_eq!((sent.len(), sent[0].phone.as_str()), (1, PHONE));
        assert_eq!(sent[0].content, Content::Text { body: "The shop opens at ten.".to_owned() });
        assert_eq!((state(&t, &id).await.as_str(), carried_by(&t, &id).await.as_deref()), ("sent", Some("twilio")));
        assert!(t.sim().twilio().status(sent[0].message_id.as_deref().unwrap(), Status::Delivered));
        t.settle().await;
        assert_eq!(state(&t, &id).await, "delivered");
        all_is_well(&t).await;
    }

    async fn promise_03_a_callback_ends_the_hold_of_an_answer_that_was_lost(t: TestApp) {
        t.sim().faults().next(1, At::every(Provider::Twilio), Fault::DropAnswer);
        let id = sms(&t, "Once").await;
        assert_eq!(state(&t, &id).await, "unknown");
        let sid = t.sim().twilio().sent()[0].message_id.clone().unwrap();
        t.sim().twilio().status(&sid, Status::Delivered);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "delivered");
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!(t.sim().twilio().sent().len(), 1, "exactly one call");
        all_is_well(&t).await;
    }

    async fn who_wrote_stop_at_twilio_gets_no_sms(t: TestApp) {
        sms(&t, "Hello").await;
        t.sim().twilio().inbound(None, sim::Channel::Sms, PHONE, Content::Text { body: "STOP".to_owned() });
        t.settle().await;
        let id = sms(&t, "Hello again").await;
        t.advance(Duration::from_secs(60)).await;
        assert_eq!((state(&t, &id).await.as_str(), t.sim().twilio().sent().len()), ("suppressed", 1));
        all_is_well(&t).await;
    }

    async fn meta_carries_templates_and_its_receipts_may_come_backwards(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        let template = json!({"channel": "whatsapp", "provider_template": "payment_confirmation"});
        t.put("/api/notifications/templates/payment_confirmation", template).await.expect(200);
        let id = paid(&t).await;
        let sent = t.sim().meta().sent();
        assert_eq!((sent.len(), sent[0].reference.as_deref()), (1, Some(id.as_str())), "our id travels along: {:?}", t.sim().meta().refused());
        assert_eq!(carried_by(&t, &id).await.as_deref(), Some("meta"));
        let theirs = sent[0].message_id.clone().unwrap();
        t.sim().meta().hold_webhooks();
        for status in [Status::Sent, Status::Delivered, Status::Read] {
            t.sim().meta().status(&theirs, status);
        }
        t.sim().meta().release_webhooks(true);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "read");
        all_is_well(&t).await;
    }

    async fn metas_code_is_said_in_plain_words(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        t.sim().meta().inbound(None, PHONE, Content::Text { body: "Is it ready?".to_owned() });
        t.settle().await;
        t.sim().faults().next(1, At::every(Provider::Meta), Meta::fault(131_026));
        let id = paid(&t).await;
        t.advance(Duration::from_secs(30)).await;
        let message = messages::message(&mut t.db().read_main(t.tenant()), id.parse().unwrap()).await.unwrap().unwrap();
        let reason = message.reason.unwrap_or_default();
        assert!(reason.contains("131026") && reason.contains("no WhatsApp on this number"), "{reason}");
    }

    async fn promise_22_what_people_write_is_kept_once_and_wishes_are_heeded(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        t.sim().meta().next_webhooks(3, sim::Mishap::Twice);
        t.sim().meta().inbound(None, PHONE, Content::Text { body: "Is it ready?".to_owned() });
        t.settle().await;
        let bodies: Vec<String> = {
            use store::Look;
            let mut read = t.db().read_main(t.tenant());
            read.all(store::sql!("SELECT body FROM received WHERE tenant_id = $1"), store::params![t.tenant()]).await.unwrap()
        };
        assert_eq!(bodies, ["Is it ready?"]);
        let known = t.get("/api/v1/contacts").await.expect(200);
        assert_eq!(known["data"][0]["phone"], PHONE, "a number that was nobody's is somebody's now");
        // Who has written may be answered in free words for a day.
        let id = paid(&t).await;
        assert_eq!(state(&t, &id).await, "sent");
        all_is_well(&t).await;
    }

    async fn what_somebody_wrote_who_is_erased_is_forgotten(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        t.sim().meta().inbound(None, PHONE, Content::Text { body: "Is it ready?".to_owned() });
        t.settle().await;
        let asha = t.get("/api/v1/contacts").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        t.send(t.request("DELETE", &format!("/api/v1/contacts/{asha}?reason=asked")).bearer_auth(t.key())).await.expect(204);
        t.settle().await;
        use store::Look;
        let mut read = t.db().read_main(t.tenant());
        let left: Vec<(String, String)> =
            read.all(store::sql!("SELECT address, body FROM received WHERE tenant_id = $1"), store::params![t.tenant()]).await.unwrap();
        assert_eq!(left, [(String::new(), String::new())], "that something came in stays");
    }

    async fn a_call_that_is_not_signed_right_changes_nothing(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        let id = paid(&t).await;
        let forged = json!({"entry": [{"changes": [{"value": {"statuses": [{"id": "x", "status": "read", "biz_opaque_callback_data": id}]}}]}]});
        let before = state(&t, &id).await;
        for (path, header, value) in [
            ("/webhooks/meta/first", "x-hub-signature-256", "sha256=00"),
            ("/webhooks/twilio/first", "x-twilio-signature", "AAAA"),
        ] {
            t.send(t.request("POST", path).header(header, value).json(&forged)).await.expect(401);
        }
        t.send(t.request("POST", "/webhooks/gateway/first").json(&forged)).await.expect(404);
        assert_eq!(state(&t, &id).await, before);
        let verify = |token: &str| format!("/webhooks/meta/first?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444");
        let token = SimConfig::new(|| facts::Time(0)).meta.verify_token;
        let told = t.send(t.request("GET", &verify(&token))).await;
        assert_eq!((told.status, told.text.as_str()), (200, "1158201444"));
        t.send(t.request("GET", &verify("wrong"))).await.expect(403);
    }

    async fn without_a_token_only_receipts_are_believed_of_myoperator(t: TestApp) {
        let id = paid(&t).await;
        assert_eq!(carried_by(&t, &id).await.as_deref(), Some("myoperator"));
        let call = async |key: Option<&str>, body: &Value| {
            let post = t.request("POST", "/webhooks/myoperator/first").json(body);
            t.send(match key {
                Some(key) => post.header("x-api-key", key),
                None => post,
            })
            .await
        };
        let stop = json!({
            "event_id": "e1", "event_type": "message.received", "direction": "inbound", "customer_identifier": PHONE,
            "payload": {"message_id": "wamid.HBgMOTE5ODc2NTQzMjEw", "text": {"body": "STOP ALL"}},
        });
        let receipt = |named: Value| json!({"event_id": named.to_string(), "event_type": "message.delivered", "payload": named});
        let ours = receipt(json!({"myop_ref_id": id, "status": "delivered"}));
        // Whoever guesses at an id, beside one of nobody's that looks like ours or without.
        let nobodys = <facts::MessageId as facts::Id>::from_uuid(uuid::Uuid::nil());
        let theirs = t.sim().phones().calls_for(&id)[0].message_id.clone().unwrap();
        assert_eq!(call(None, &stop).await.expect(401)["code"], "no_token");
        call(None, &receipt(json!({"message_id": "1234", "status": "read"}))).await.expect(401);
        call(None, &receipt(json!({"myop_ref_id": nobodys, "message_id": theirs, "status": "read"}))).await.expect(200);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "sent", "a stranger changes nothing");
        call(None, &ours).await.expect(200);
        t.settle().await;
        assert_eq!(state(&t, &id).await, "delivered");
        t.advance(Duration::from_secs(10)).await;
        let again = paid(&t).await;
        assert_eq!(state(&t, &again).await, "sent", "nobody was stopped");

        let known = SimConfig::new(|| facts::Time(0)).myoperator;
        let account = json!({
            "api_key": known.api_key, "company_id": known.company_id, "phone_number_id": known.phone_number_id, "webhook_token": "t0ken",
        });
        t.put("/api/v1/settings/credentials/myoperator", account).await.expect(200);
        t.advance(Duration::from_secs(10)).await;
        call(None, &receipt(json!({"myop_ref_id": again, "status": "delivered"}))).await.expect(401);
        call(Some("t0ken"), &stop).await.expect(200);
        t.settle().await;
        let stopped = paid(&t).await;
        assert_eq!(state(&t, &stopped).await, "suppressed", "the same word of MyOperator's own counts");
        all_is_well(&t).await;
    }

    async fn a_gateway_carries_plain_calls(t: TestApp) {
        by(&t, "gateway", &["gateway"]).await;
        let id = paid(&t).await;
        let sent = t.sim().gateway().sent();
        assert_eq!((sent.len(), sent[0].reference.as_deref()), (1, Some(id.as_str())));
        t.sim().gateway().status(sent[0].message_id.as_deref().unwrap(), Status::Read);
        t.settle().await;
        assert_eq!((state(&t, &id).await.as_str(), carried_by(&t, &id).await.as_deref()), ("read", Some("gateway")));
        t.sim().gateway().inbound(None, PHONE, "thanks");
        t.settle().await;
        all_is_well(&t).await;
    }

    async fn promise_05_where_one_is_down_the_next_carries_it_at_once(t: TestApp) {
        by(&t, "gateway", &["myoperator", "gateway"]).await;
        let down = t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        let id = paid(&t).await;
        assert_eq!((state(&t, &id).await.as_str(), carried_by(&t, &id).await.as_deref()), ("sent", Some("gateway")));
        assert_eq!((t.sim().phones().accepted(), t.sim().gateway().sent().len()), (0, 1));
        t.sim().faults().clear(down);
        t.advance(Duration::from_secs(60)).await;
        let id = paid(&t).await;
        assert_eq!(carried_by(&t, &id).await.as_deref(), Some("myoperator"), "and the first again when it is up");
        all_is_well(&t).await;
    }

    async fn promise_05_one_whose_credentials_cannot_be_opened_stops_no_other(t: TestApp) {
        by(&t, "gateway", &["gateway", "myoperator"]).await;
        t.db().run(&Who::system(t.tenant(), "test"), LoseKey("gateway")).await.unwrap();
        t.advance(Duration::from_secs(6)).await;
        let id = paid(&t).await;
        assert_eq!((state(&t, &id).await.as_str(), carried_by(&t, &id).await.as_deref()), ("sent", Some("myoperator")));
        all_is_well(&t).await;
    }

    async fn promise_05_a_template_that_is_paused_at_one_goes_by_the_next(t: TestApp) {
        by(&t, "meta", &["meta", "gateway"]).await;
        by(&t, "gateway", &["meta", "gateway"]).await;
        let template = json!({"channel": "whatsapp", "provider_template": "payment_confirmation"});
        t.put("/api/notifications/templates/payment_confirmation", template).await.expect(200);
        t.sim().meta().judge_template(None, "payment_confirmation", "en", "PAUSED");
        t.settle().await;
        let id = paid(&t).await;
        assert_eq!(t.sim().meta().refused().last().unwrap().code, Some(132_015));
        assert_eq!((state(&t, &id).await.as_str(), carried_by(&t, &id).await.as_deref()), ("sent", Some("gateway")));
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((t.sim().meta().sent().len(), t.sim().gateway().sent().len()), (0, 1), "once");
        all_is_well(&t).await;
    }

    /// Each number has a window of its own: that this one is outside says nothing of the others, also where it is asked first because the
    /// usual one is down.
    async fn promise_05_a_window_that_is_closed_at_one_gives_up_nothing(t: TestApp) {
        by(&t, "meta", &["myoperator", "meta"]).await;
        let down = t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(paid(&t).await);
            t.advance(Duration::from_secs(7)).await;
        }
        t.sim().faults().clear(down);
        t.advance(Duration::from_secs(3_600)).await;
        for id in &ids {
            assert_eq!((state(&t, id).await.as_str(), carried_by(&t, id).await.as_deref()), ("sent", Some("myoperator")));
        }
        assert_eq!((t.sim().phones().accepted(), t.sim().meta().sent().len()), (5, 0), "each once");
        all_is_well(&t).await;
    }

    async fn promise_05_an_sms_says_what_whatsapp_did_not_deliver(t: TestApp) {
        by(&t, "gateway", &["gateway"]).await;
        let late = async |minutes: u64| t.advance(Duration::from_secs(minutes * 60 + 5)).await;
        let texts = || t.sim().twilio().sent().len();
        paid(&t).await;
        late(60).await;
        assert_eq!(texts(), 0, "not where nobody has asked for it");
        t.put("/api/v1/settings", json!({"messages.sms_after_minutes": 10})).await.expect(200);
        let delivered = paid(&t).await;
        let theirs = |id: &str| t.sim().gateway().sent().iter().find(|sent| sent.reference.as_deref() == Some(id)).unwrap().message_id.clone().unwrap();
        t.sim().gateway().status(&theirs(&delivered), Status::Delivered);
        late(10).await;
        assert_eq!(texts(), 0, "it was delivered");
        let silent = paid(&t).await;
        late(9).await;
        assert_eq!(texts(), 0, "there is still time");
        late(1).await;
        late(60).await;
        assert_eq!((texts(), state(&t, &silent).await.as_str()), (1, "sent"), "once");
        let refused = paid(&t).await;
        t.sim().gateway().status(&theirs(&refused), Status::Failed);
        t.settle().await;
        t.advance(Duration::from_secs(5)).await;
        assert_eq!(texts(), 2, "WhatsApp has said that it does not deliver it: nothing is waited for");
        // All of WhatsApp is down for longer than that: what is not sent yet goes the other way alone.
        let down = [At::every(Provider::Gateway), At::phones()].map(|at| t.sim().faults().until_cleared(at, Fault::reject(503)));
        let waiting = paid(&t).await;
        late(10).await;
        assert_eq!((texts(), state(&t, &waiting).await.as_str()), (3, "expired"));
        let before = (t.sim().gateway().sent().len(), t.sim().phones().accepted());
        down.into_iter().for_each(|down| t.sim().faults().clear(down));
        late(60).await;
        assert_eq!((texts(), (t.sim().gateway().sent().len(), t.sim().phones().accepted())), (3, before), "not by both");
        all_is_well(&t).await;
    }

    async fn an_answer_that_was_lost_is_not_tried_elsewhere(t: TestApp) {
        by(&t, "gateway", &["myoperator", "gateway"]).await;
        t.sim().faults().next(1, At::phones(), Fault::DropAnswer);
        let id = paid(&t).await;
        assert_eq!((state(&t, &id).await.as_str(), t.sim().gateway().sent().len()), ("unknown", 0));
        all_is_well(&t).await;
    }

    async fn push_messages_reach_apps_and_browsers_until_they_are_gone(t: TestApp) {
        by(&t, "fcm", &[]).await;
        let contact = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": PHONE})).await.expect(201)["id"].clone();
        let key = t.get("/api/v1/push-key").await.expect(200)["key"].as_str().unwrap().to_owned();
        let browser = t.sim().webpush().subscribe_to(Some(&key)).unwrap();
        let mut body = browser.json();
        body["contact_id"] = contact.clone();
        let first = t.post("/api/push/subscribe", body.clone()).await.expect(201)["id"].clone();
        assert_eq!(t.post("/api/push/subscribe", body).await.expect(201)["id"], first, "the same browser once");
        let push = json!({"contact_id": contact, "channel": "push", "type": "direct_message", "variables": {"text": "Ready to be fetched"}});
        let id = t.post("/api/notifications/send-message", push.clone()).await.expect(202)["id"].as_str().unwrap().to_owned();
        t.settle().await;
        assert_eq!(state(&t, &id).await, "sent", "{:?}", messages::message(&mut t.db().read_main(t.tenant()), id.parse().unwrap()).await);
        let read = t.sim().webpush().pushes();
        let plain = String::from_utf8(read[0].plain.clone().unwrap()).unwrap();
        assert!(plain.contains("Ready to be fetched"), "{plain}");
        t.sim().webpush().unsubscribe(&browser.endpoint);
        let gone = t.post("/api/notifications/send-message", push.clone()).await.expect(202)["id"].as_str().unwrap().to_owned();
        t.settle().await;
        assert_eq!(state(&t, &gone).await, "dead");
        assert_eq!(t.get("/api/v1/push-devices").await.expect(200)["data"], json!([]), "410 takes the device away");

        let token = t.sim().fcm().device();
        t.post("/api/push/subscribe", json!({"fcm_token": token, "contact_id": contact})).await.expect(201);
        t.post("/api/notifications/send-message", push).await.expect(202);
        t.settle().await;
        let shown: Vec<Value> = t.sim().fcm().pushes().into_iter().map(|push| json!(push.body)).collect();
        assert_eq!(shown, [json!("Ready to be fetched")]);
        all_is_well(&t).await;
    }
}
