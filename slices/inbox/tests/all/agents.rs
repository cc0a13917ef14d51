//! Agents: whose it is, rests, labels, leads, notes; and none undoes unseen what another did.

use crate::{HOUR, PHONE, by_meta, facts_of, listed, only, path, said, writes};
use serde_json::{Value, json};
use testkit::TestApp;

async fn member(t: &TestApp) -> String {
    let all = t.get(&format!("/api/v1/tenants/{}/users", t.tenant())).await.expect(200);
    all["data"][0]["user_id"].as_str().or(all["data"][0]["id"].as_str()).unwrap().to_owned()
}

async fn one(t: &TestApp) -> Value {
    by_meta(t).await;
    writes(t, PHONE, "Is it ready?").await;
    only(t).await
}

testkit::both_apps! {
    async fn nobody_undoes_unseen_what_another_did(t: TestApp) {
        let it = one(&t).await;
        let (version, user) = (&it["version"], member(&t).await);
        let assigned = t.post(&path(&it, "/assign"), json!({"version": version, "assignee": user})).await.expect(200);
        let late = t.post(&path(&it, "/resolve"), json!({"version": version})).await.expect(409);
        assert_eq!((&late["code"], &late["version"]), (&json!("conversation_changed"), &assigned["version"]));
        // The customer counts as somebody who did something.
        writes(&t, PHONE, "Hello?").await;
        t.post(&path(&it, "/resolve"), json!({"version": assigned["version"]})).await.expect(409);
        let now = only(&t).await;
        t.post(&path(&it, "/resolve"), json!({"version": now["version"]})).await.expect(200);
        let all = said(&t, &it).await;
        assert!(all.iter().any(|(kind, text)| kind == "event" && text.starts_with("assigned this to ")), "{all:?}");
        assert_eq!((listed(&t, &format!("?assignee={user}")).await.len(), listed(&t, "?assignee=nobody").await.len()), (1, 0));
        assert_eq!(facts_of(&t, "conversation.assigned").await, 1);
        let stranger = json!({"version": now["version"].as_i64().unwrap() + 1, "assignee": "usr_01h2xcejqtf2nbrexx3vqjhp41"});
        t.post(&path(&it, "/assign"), stranger).await.expect(422);
    }

    async fn what_is_done_under_a_key_is_done_once(t: TestApp) {
        let it = one(&t).await;
        let body = json!({"version": it["version"]});
        let resolved = t.post_keyed(&path(&it, "/resolve"), "k", body.clone()).await.expect(200);
        assert_eq!(t.post_keyed(&path(&it, "/resolve"), "k", body.clone()).await.expect(200)["version"], resolved["version"]);
        assert_eq!(t.post_keyed(&path(&it, "/resolve"), "other", body).await.expect(409)["code"], "conversation_changed");
        assert_eq!(facts_of(&t, "conversation.resolved").await, 1);
    }

    async fn what_rests_wakes_at_its_moment(t: TestApp) {
        let it = one(&t).await;
        let until = t.db().clock().now().after(2 * HOUR);
        let snoozed = t.post(&path(&it, "/snooze"), json!({"version": it["version"], "until": until})).await.expect(200);
        assert_eq!(snoozed["state"], "snoozed");
        t.advance(HOUR).await;
        assert_eq!(only(&t).await["state"], "snoozed");
        t.advance(HOUR).await;
        let woken = only(&t).await;
        assert_eq!((&woken["state"], &woken["snoozed_until"]), (&json!("open"), &json!(null)));
        // The customer wakes it sooner, and its moment then changes nothing.
        let until = t.db().clock().now().after(2 * HOUR);
        t.post(&path(&it, "/snooze"), json!({"version": woken["version"], "until": until})).await.expect(200);
        writes(&t, PHONE, "Hello?").await;
        let open = only(&t).await;
        assert_eq!(open["state"], "open");
        let resolved = t.post(&path(&it, "/resolve"), json!({"version": open["version"]})).await.expect(200);
        t.advance(3 * HOUR).await;
        assert_eq!(only(&t).await["version"], resolved["version"]);
    }

    async fn labels_and_leads_are_found(t: TestApp) {
        let it = one(&t).await;
        let labelled = t.put(&path(&it, "/labels"), json!({"version": it["version"], "labels": ["VIP", "late"]})).await.expect(200);
        assert_eq!(labelled["labels"], json!(["vip", "late"]));
        assert_eq!((listed(&t, "?label=vip").await.len(), listed(&t, "?label=vi").await.len()), (1, 0));
        let lead = json!({"version": labelled["version"], "stage": "contacted", "value": {"minor": 499_900, "currency": "INR"}});
        let lead = t.put(&path(&it, "/lead"), lead).await.expect(200);
        assert_eq!(lead["lead"]["value"]["minor"], 499_900);
        let sums = t.get("/api/v1/leads/sums").await.expect(200);
        assert_eq!((&sums["data"][0]["stage"], &sums["data"][0]["value"]["minor"]), (&json!("contacted"), &json!(499_900)));
        assert_eq!(t.get("/api/v1/leads?stage=won").await.expect(200)["data"].as_array().map(Vec::len), Some(0));
        t.put(&path(&it, "/lead"), json!({"version": lead["version"], "stage": null, "value": null})).await.expect(200);
        assert_eq!(t.get("/api/v1/leads").await.expect(200)["data"].as_array().map(Vec::len), Some(0));
        let file = t.get("/api/v1/conversations/export").await;
        assert!(file.text.contains("vip late") && !file.text.contains("Is it ready"), "{}", file.text);
    }

    async fn a_note_reaches_nobody(t: TestApp) {
        let it = one(&t).await;
        t.post(&path(&it, "/notes"), json!({"text": "Be kind"})).await.expect(201);
        t.advance(HOUR).await;
        assert!(t.sim().meta().sent().is_empty());
        assert_eq!(said(&t, &it).await[1], ("note".into(), "Be kind".into()));
    }

    async fn canned_replies_are_kept_changed_and_deleted(t: TestApp) {
        let made = t.post("/api/v1/canned-replies", json!({"shortcut": "Hours", "text": "Hello {{ first_name }}"})).await.expect(201);
        assert_eq!(made["shortcut"], "hours");
        t.post("/api/v1/canned-replies", json!({"shortcut": "hours", "text": "x"})).await.expect(409);
        t.post("/api/v1/canned-replies", json!({"shortcut": "x", "text": "{{ secret }}"})).await.expect(422);
        let one = format!("/api/v1/canned-replies/{}", made["id"].as_str().unwrap());
        t.put(&one, json!({"shortcut": "open", "text": "Nine to six"})).await.expect(200);
        let all = t.get("/api/v1/canned-replies").await.expect(200);
        assert_eq!((all["data"].as_array().unwrap().len(), &all["data"][0]["text"]), (1, &json!("Nine to six")));
        assert_eq!(t.send(t.request("DELETE", &one).bearer_auth(t.key())).await.status, 204);
        assert_eq!(t.send(t.request("DELETE", &one).bearer_auth(t.key())).await.status, 404);
    }

    async fn many_who_choose_one_shortcut_at_once_are_told_so(t: TestApp) {
        let mut all = Vec::new();
        for n in 0..6 {
            let made = t.post("/api/v1/canned-replies", json!({"shortcut": format!("s{n}"), "text": "x"})).await.expect(201);
            all.push(format!("/api/v1/canned-replies/{}", made["id"].as_str().unwrap()));
        }
        let renamed = futures::future::join_all(all.iter().map(|one| t.put(one, json!({"shortcut": "same", "text": "y"})))).await;
        let mut statuses: Vec<u16> = renamed.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
        let kept = t.get("/api/v1/canned-replies").await.expect(200);
        assert_eq!(kept["data"].as_array().map(Vec::len), Some(6), "{kept}");
    }

    async fn another_tenant_sees_nothing(t: TestApp) {
        let it = one(&t).await;
        let (_, key) = t.another_tenant("Other Shop").await;
        for rest in ["", "/entries"] {
            assert_eq!(t.send(t.request("GET", &path(&it, rest)).bearer_auth(&key)).await.status, 404);
        }
    }
}
