//! Promise 22: what comes in is never lost and counts once, whatever stands against it; and whoever says nothing more is noticed.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use super::providers::{PHONE, by, paid, state};
use serde_json::json;
use sim::{At, Channel, Content, Enclosed, Fault, Provider, SimConfig, Status};
use std::time::Duration;
use store::{Look, Migration, inbound, migrate, params, sql};
use testkit::{ADMIN, Browser, TestApp};

/// What people wrote, as it is kept.
async fn bodies(t: &TestApp) -> Vec<String> {
    let mut read = t.db().read_main(t.tenant());
    read.all(sql!("SELECT body FROM received WHERE tenant_id = $1 ORDER BY body"), params![t.tenant()]).await.unwrap()
}

fn writes(t: &TestApp, words: &str) {
    t.sim().meta().inbound(None, PHONE, Content::Text { body: words.to_owned() });
}

/// Does something to the tables that no part of the house does.
async fn meddle(t: &TestApp, name: &'static str, with: &'static str) {
    assert_eq!(migrate(t.db(), &[Migration::both(name, with)]).await.unwrap(), [name]);
}

/// A little more than the time after which Twilio is asked again for what came in.
const LOOK: Duration = Duration::from_secs(601);

/// The shop has numbers for SMS and WhatsApp at Twilio from now on.
async fn by_twilio(t: &TestApp) {
    let known = SimConfig::new(|| facts::Time(0)).twilio;
    let account = json!({
        "account_sid": known.account_sid, "auth_token": known.auth_token, "from": known.from, "whatsapp_from": known.whatsapp_from,
    });
    t.put("/api/v1/settings/credentials/twilio", account).await.expect(200);
    // Nodes hold on to the credentials that they know for a few seconds.
    t.advance(Duration::from_secs(6)).await;
}

/// Somebody writes an SMS; gives Twilio's id of it.
fn texts(t: &TestApp, words: &str) -> String {
    t.sim().twilio().inbound(None, Channel::Sms, PHONE, Content::Text { body: words.to_owned() })
}

/// Twilio calls about an SMS after all.
async fn called(t: &TestApp, sid: &str, words: &str) {
    called_by(t, sid, words, "").await;
}

/// The same, and it says what its sender is called.
async fn called_by(t: &TestApp, sid: &str, words: &str, name: &str) {
    let fields =
        [("Body", words), ("From", PHONE), ("MessageSid", sid), ("NumMedia", "0"), ("ProfileName", name), ("SmsStatus", "received")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let signature = t.sim().twilio().webhook_signature(&format!("{}/webhooks/twilio/first", t.url()), &fields);
    let call = t.request("POST", "/webhooks/twilio/first").header("x-twilio-signature", signature).form(&fields);
    assert_eq!(t.send(call).await.status, 200);
    t.settle().await;
}

async fn count(t: &TestApp, what: &'static store::Sql, of: &str) -> i64 {
    t.db().read_main(t.tenant()).one(what, params![t.tenant(), of]).await.unwrap()
}

/// How often it was stated that somebody has written.
async fn stated(t: &TestApp) -> i64 {
    count(t, sql!("SELECT COUNT(*) FROM journal WHERE tenant_id = $1 AND kind = $2"), "message.received").await
}

/// How many files are here that came with what people wrote.
async fn files(t: &TestApp) -> i64 {
    count(t, sql!("SELECT COUNT(*) FROM attachments WHERE tenant_id = $1 AND state = $2"), "kept").await
}

testkit::both_apps! {
    async fn promise_22_what_twilio_told_nobody_is_asked_for_and_counts_once(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        let sid = texts(&t, "Is it ready?");
        t.sim().twilio().sends(None, Channel::Whatsapp, PHONE, Enclosed::picture(), Some("This one"));
        t.settle().await;
        assert_eq!(bodies(&t).await, Vec::<String>::new(), "nobody was told");
        t.advance(LOOK).await;
        assert_eq!((bodies(&t).await, stated(&t).await, files(&t).await), (vec!["Is it ready?".to_owned(), "This one".to_owned()], 2, 1));
        let conversations = t.get("/api/v1/conversations").await.expect(200)["data"].clone();
        assert_eq!(conversations.as_array().unwrap().len(), 2, "by SMS and by WhatsApp: {conversations}");
        called(&t, &sid, "Is it ready?").await;
        t.advance(2 * LOOK).await;
        assert_eq!((bodies(&t).await.len(), stated(&t).await, files(&t).await), (2, 2, 1), "once, whoever tells of it again");
        let calls = json!({"provider": "twilio", "since": t.db().clock().now().before(Duration::from_secs(86_400))});
        t.post("/api/v1/notifications/replay", calls).await.expect(202);
        t.settle().await;
        assert_eq!((bodies(&t).await.len(), stated(&t).await), (2, 2), "and also where it is read again");
    }

    async fn promise_22_all_pages_of_what_twilio_told_nobody_are_asked_for(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        let mut written: Vec<String> = (0..105).map(|number| format!("{number:03}")).collect();
        written.iter().for_each(|words| drop(texts(&t, words)));
        for number in 0..6 {
            let words = format!("Picture {number}");
            t.sim().twilio().sends(None, Channel::Whatsapp, PHONE, Enclosed::picture(), Some(&words));
            written.push(words);
        }
        t.advance(LOOK).await;
        assert_eq!(bodies(&t).await, written);
        assert_eq!((stated(&t).await, files(&t).await), (111, 6));
    }

    async fn promise_22_a_stop_that_twilio_told_nobody_counts(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        texts(&t, "STOP");
        t.advance(LOOK).await;
        let said = t.get("/api/v1/consents").await.expect(200)["data"].clone();
        assert_eq!((&said[0]["said"], &said[0]["how"], &said[0]["address"]), (&json!("withdrawn"), &json!("stop_word"), &json!(PHONE)), "{said}");
    }

    async fn promise_20_a_start_that_comes_late_undoes_no_stop_that_was_written_after_it(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        texts(&t, "START");
        t.advance(Duration::from_secs(60)).await;
        let stop = texts(&t, "STOP");
        called(&t, &stop, "STOP").await;
        t.advance(LOOK).await;
        assert_eq!(bodies(&t).await, ["START", "STOP"]);
        let said = t.get("/api/v1/consents").await.expect(200)["data"].clone();
        assert_eq!((said.as_array().unwrap().len(), &said[0]["said"]), (1, &json!("withdrawn")), "{said}");
    }

    async fn promise_20_the_last_word_that_was_written_counts_whenever_each_is_heard(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        let minute = Duration::from_secs(60);
        let stopped = async || !t.get("/api/v1/suppressions").await.expect(200)["data"].as_array().unwrap().is_empty();
        // Both are heard of late; what was heard before the pictures between them had to be asked for is of another trip.
        texts(&t, "START");
        t.advance(minute).await;
        for _ in 0..6 {
            t.sim().twilio().sends(None, Channel::Sms, PHONE, Enclosed::picture(), Some("Look"));
        }
        texts(&t, "STOP");
        t.advance(LOOK).await;
        assert!(stopped().await);
        // The same word again says nothing new, and is the last one all the same.
        texts(&t, "START");
        t.advance(minute).await;
        let stop = texts(&t, "STOP");
        called(&t, &stop, "STOP").await;
        t.advance(LOOK).await;
        assert!(stopped().await);
        texts(&t, "START");
        t.advance(LOOK).await;
        assert!(!stopped().await);
    }

    async fn promise_22_an_account_that_twilio_refuses_is_left_alone_until_another_is_given(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        let asked = || t.sim().twilio().calls("GET /Messages.json").len();
        assert_eq!(asked(), 2, "as soon as there is an account: for SMS and for WhatsApp");
        let refused = t.sim().faults().until_cleared(At::every(Provider::Twilio), Fault::reject(401));
        texts(&t, "Is it ready?");
        t.advance(Duration::from_secs(3 * 3_600)).await;
        assert_eq!((asked(), bodies(&t).await), (3, Vec::new()), "once in six hours");
        t.sim().faults().clear(refused);
        by_twilio(&t).await;
        assert_eq!(bodies(&t).await, ["Is it ready?"], "from where it was asked last");
        let before = asked();
        t.sim().faults().next(1, At::every(Provider::Twilio), Fault::too_many(Some(1_800)));
        t.advance(Duration::from_secs(2_000)).await;
        assert_eq!(asked() - before, 1, "Twilio has asked to be left alone");
        t.advance(LOOK).await;
        assert!(asked() - before > 1);
    }

    async fn promise_22_a_new_account_is_asked_soon_though_the_one_before_is_refused_meanwhile(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        texts(&t, "Is it ready?");
        // As where the node that asks holds on to the account that was there before.
        t.sim().faults().next(1, At::every(Provider::Twilio), Fault::reject(401));
        by_twilio(&t).await;
        assert_eq!(bodies(&t).await, Vec::<String>::new());
        t.advance(Duration::from_secs(10)).await;
        assert_eq!(bodies(&t).await, ["Is it ready?"]);
    }

    async fn promise_22_what_was_called_about_is_not_taken_from_the_list_as_well(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        let first = texts(&t, "Hello");
        called(&t, &first, "Hello").await;
        meddle(&t, "test/one_of_a_kind", "CREATE UNIQUE INDEX received_kind ON received (tenant_id, body);").await;
        let second = texts(&t, "Hello");
        called(&t, &second, "Hello").await;
        t.advance(LOOK).await;
        let from_list = count(&t, sql!("SELECT COUNT(*) FROM inbound WHERE tenant_id = $1 AND event_id LIKE $2"), "listed/%").await;
        assert_eq!((from_list, bodies(&t).await), (0, vec!["Hello".to_owned()]), "its call is kept, and tried by itself");
        meddle(&t, "test/many_of_a_kind", "DROP INDEX received_kind;").await;
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((bodies(&t).await, stated(&t).await), (vec!["Hello".to_owned(), "Hello".to_owned()], 2));
    }

    async fn promise_22_a_name_that_is_told_of_late_is_taken_over(t: TestApp) {
        by_twilio(&t).await;
        t.sim().twilio().webhooks_off();
        let name = async || t.get("/api/v1/contacts").await.expect(200)["data"][0]["name"].clone();
        let first = texts(&t, "Is it ready?");
        t.advance(LOOK).await;
        assert_eq!((bodies(&t).await.len(), name().await), (1, json!(null)), "the list says no names");
        called_by(&t, &first, "Is it ready?", "Asha").await;
        assert_eq!((bodies(&t).await.len(), name().await), (1, json!("Asha")));
        let second = texts(&t, "Today?");
        t.advance(LOOK).await;
        called_by(&t, &second, "Today?", "Somebody").await;
        assert_eq!((bodies(&t).await.len(), name().await), (2, json!("Asha")), "who has a name keeps it");
    }

    async fn promise_22_five_times_and_backwards_it_is_one_message_in_its_right_state(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        t.put("/api/notifications/templates/payment_confirmation", json!({"channel": "whatsapp", "provider_template": "payment_confirmation"})).await.expect(200);
        let id = paid(&t).await;
        let theirs = t.sim().meta().sent()[0].message_id.clone().unwrap();
        t.sim().meta().hold_webhooks();
        for status in [Status::Sent, Status::Delivered, Status::Read] {
            t.sim().meta().status(&theirs, status);
        }
        t.sim().meta().release_webhooks(true);
        writes(&t, "Is it ready?");
        t.settle().await;
        let first = (facts::Time(0), facts::Id::from_uuid(uuid::Uuid::nil()));
        for call in inbound::since(&mut t.db().read_main(t.tenant()), first, t.db().clock().now(), 10).await.unwrap() {
            let body = String::from_utf8(call.body).unwrap();
            for _ in 0..4 {
                let signature = t.sim().meta().webhook_signature(&body);
                let again = t.request("POST", "/webhooks/meta/first").header("x-hub-signature-256", signature).body(body.clone());
                t.send(again).await.expect(200);
            }
        }
        t.settle().await;
        assert_eq!((state(&t, &id).await.as_str(), bodies(&t).await), ("read", vec!["Is it ready?".to_owned()]));
        let receipts: i64 = t.db().read_main(t.tenant()).one(sql!("SELECT COUNT(*) FROM receipts WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
        assert_eq!(receipts, 3);
    }

    async fn promise_22_what_cannot_be_applied_is_kept_and_comes_in_as_soon_as_it_can(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        writes(&t, "Hello");
        t.settle().await;
        meddle(&t, "test/one_of_a_kind", "CREATE UNIQUE INDEX received_kind ON received (tenant_id, body);").await;
        t.sim().meta().hold_webhooks();
        writes(&t, "Hello");
        writes(&t, "Is it ready?");
        t.sim().meta().release_webhooks(false);
        t.settle().await;
        t.advance(Duration::from_secs(60)).await;
        assert_eq!(bodies(&t).await, ["Hello", "Is it ready?"], "one word that fails holds up no other");
        let calls: i64 = t.db().read_main(t.tenant()).one(sql!("SELECT COUNT(*) FROM inbound WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
        assert_eq!(calls, 2, "what failed is kept");
        meddle(&t, "test/many_of_a_kind", "DROP INDEX received_kind;").await;
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!(bodies(&t).await, ["Hello", "Hello", "Is it ready?"]);
    }

    async fn promise_22_what_was_said_is_read_again_and_counts_once(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        let before = t.db().clock().now();
        writes(&t, "Is it ready?");
        t.settle().await;
        meddle(&t, "test/forgotten", "DELETE FROM received;").await;
        let again = |since| t.post("/api/v1/notifications/replay", json!({"provider": "meta", "since": since}));
        for _ in 0..2 {
            assert_eq!(again(before).await.expect(202)["calls"], 1);
            t.settle().await;
            assert_eq!(bodies(&t).await, ["Is it ready?"]);
        }
        t.advance(Duration::from_secs(60)).await;
        assert_eq!(again(t.db().clock().now()).await.expect(202)["calls"], 0);
        t.post("/api/v1/notifications/replay", json!({"provider": "fcm", "since": before})).await.expect(422);
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = office.post(&t, "/admin/messages/channels/replay", &[("provider", "meta"), ("since", "2020-01-01T00:00")]).await;
        assert!(page.text.contains("1 call is read again"), "{}", page.text);
        let refused = office.post(&t, "/admin/messages/channels/replay", &[("provider", "meta"), ("since", "soon")]).await;
        assert_eq!((refused.status, refused.text.contains("a day and an hour")), (422, true));
    }

    async fn promise_22_a_provider_that_falls_silent_is_noticed_and_so_is_its_return(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        t.put("/api/notifications/templates/payment_confirmation", json!({"channel": "whatsapp", "provider_template": "payment_confirmation"})).await.expect(200);
        for _ in 0..5 {
            paid(&t).await;
            t.advance(Duration::from_secs(10)).await;
        }
        assert_eq!(messages::silences(&mut t.db().read_main(t.tenant())).await.unwrap(), [], "an hour is theirs");
        t.advance(Duration::from_secs(2 * 3_600)).await;
        let silent = messages::silences(&mut t.db().read_main(t.tenant())).await.unwrap();
        assert_eq!(silent.iter().map(|one| one.provider).collect::<Vec<_>>(), [channels::Provider::Meta]);
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(office.get(&t, "/admin").await.text.contains("says nothing of your messages"));
        assert!(office.get(&t, "/admin/messages/channels").await.text.contains("has said nothing of any message since"));
        let theirs = t.sim().meta().sent()[4].message_id.clone().unwrap();
        t.sim().meta().status(&theirs, Status::Delivered);
        t.settle().await;
        t.advance(Duration::from_secs(2 * 3_600)).await;
        assert_eq!(messages::silences(&mut t.db().read_main(t.tenant())).await.unwrap(), []);
    }

    async fn promise_22_a_call_of_nearly_three_megabytes_is_taken(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        let body = json!({"object": "whatsapp_business_account", "entry": [], "padding": "x".repeat(2_900_000)}).to_string();
        let signature = t.sim().meta().webhook_signature(&body);
        t.send(t.request("POST", "/webhooks/meta/first").header("x-hub-signature-256", signature).body(body)).await.expect(200);
    }

    async fn promise_20_help_is_answered_once_a_day(t: TestApp) {
        by(&t, "meta", &["meta"]).await;
        for _ in 0..3 {
            writes(&t, "HELP");
            t.advance(Duration::from_secs(10)).await;
        }
        let sent = t.sim().meta().sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert!(matches!(&sent[0].content, Content::Text { body } if body.contains("STOP") && body.contains("START")), "{sent:?}");
    }
}
