//! Promise 22: what comes in is never lost and counts once, whatever stands against it; and whoever says nothing more is noticed.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use super::providers::{PHONE, by, paid, state};
use serde_json::json;
use sim::{Content, Status};
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

testkit::both_apps! {
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
