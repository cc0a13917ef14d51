//! What customers write: in one conversation, once, whatever the provider repeats.

use crate::{HOUR, PHONE, by_meta, facts_of, listed, only, path, said, writes};
use serde_json::json;
use sim::Content;
use store::Look;

testkit::both_apps! {
    async fn what_is_told_five_times_stands_once(t: TestApp) {
        by_meta(&t).await;
        t.sim().meta().next_webhooks(5, sim::Mishap::Twice);
        writes(&t, PHONE, "Is it ready?").await;
        writes(&t, PHONE, "Hello?").await;
        let it = only(&t).await;
        assert_eq!(said(&t, &it).await, [("in".into(), "Is it ready?".into()), ("in".into(), "Hello?".into())]);
        assert_eq!((it["unread"].as_i64(), &it["state"], &it["last_text"]), (Some(2), &json!("open"), &json!("Hello?")));
        assert_eq!(facts_of(&t, "conversation.opened").await, 1);
    }

    async fn each_number_has_a_conversation_of_its_own(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "one").await;
        writes(&t, "+919876543211", "two").await;
        t.sim().meta().inbound(None, PHONE, Content::Media { link: "https://example.com/p.png".into(), caption: None, name: None });
        t.settle().await;
        assert_eq!(listed(&t, "").await.len(), 2);
        let first = listed(&t, "?q=543210").await.remove(0);
        for spelled in ["98765 43210", "%2B91%2098765-43210", "098765%2043210", "91 98765"] {
            assert!(listed(&t, &format!("?q={}", spelled.replace(' ', "%20"))).await.iter().any(|it| it["id"] == first["id"]), "{spelled}");
        }
        assert_eq!(listed(&t, "?q=98765%2043210").await.len(), 1);
        let entries = t.get(&path(&first, "/entries")).await.expect(200);
        assert_eq!(entries["data"][0]["files"].as_array().map(Vec::len), Some(1), "{entries}");
    }

    async fn who_writes_again_opens_it_again(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        let resolved = t.post(&path(&it, "/resolve"), json!({"version": it["version"]})).await.expect(200);
        assert_eq!((&resolved["state"], &resolved["unread"]), (&json!("resolved"), &json!(0)));
        t.advance(HOUR).await;
        writes(&t, PHONE, "And today?").await;
        let it = only(&t).await;
        assert_eq!((&it["state"], &it["unread"]), (&json!("open"), &json!(1)));
        assert_eq!((facts_of(&t, "conversation.opened").await, facts_of(&t, "conversation.resolved").await), (2, 1));
    }

    async fn who_was_erased_is_forgotten_here_too(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "My secret").await;
        let it = only(&t).await;
        t.post(&path(&it, "/notes"), json!({"text": "My secret too"})).await.expect(201);
        t.put(&path(&it, "/labels"), json!({"version": it["version"], "labels": ["secretly rich"]})).await.expect(200);
        let contact = format!("/api/v1/contacts/{}", it["contact_id"].as_str().unwrap());
        let erase = t.request("DELETE", &contact).query(&[("reason", "They asked for it")]).bearer_auth(t.key());
        let reply = t.send(erase).await;
        assert!(reply.status < 300, "{} {}", reply.status, reply.text);
        t.settle().await;
        let it = only(&t).await;
        assert_eq!((&it["address"], &it["customer"]), (&json!(""), &json!("Erased")));
        let entries = t.get(&path(&it, "/entries")).await.text;
        assert!(!entries.contains("secret"), "{entries}");
        let answers: Vec<store::Json<serde_json::Value>> = t
            .db()
            .read_main(t.tenant())
            .all(store::sql!("SELECT answer FROM idempotency_keys WHERE tenant_id = $1 AND answer IS NOT NULL"), store::params![t.tenant()])
            .await
            .unwrap();
        assert!(answers.iter().all(|answer| !answer.0.to_string().contains("secret")), "what a repeat would be answered tells it no more");
        assert_eq!(t.post(&path(&it, "/replies"), json!({"text": "Hello"})).await.expect(409)["code"], "no_address");
        writes(&t, PHONE, "Somebody new").await;
        assert_eq!(listed(&t, "").await.len(), 2);
    }
}
