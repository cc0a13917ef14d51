//! Devices keep in step, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::time::Duration;
use store::{Look, params, sql};
use testkit::{Reply, TestApp};

fn prompt(n: u128) -> String {
    let id: facts::RecordId = facts::Id::from_uuid(uuid::Uuid::from_u128(n));
    id.to_string()
}

fn change(name: &str, id: &str, base: i64, title: &str) -> Value {
    json!({"change_id": name, "collection": "prompts", "id": id, "base_version": base, "body": {"title": title, "text": "Write."}})
}

async fn push(t: &TestApp, changes: Value) -> Reply {
    t.send(t.request("POST", "/api/v2/sync/push").bearer_auth(t.key()).json(&json!({"changes": changes}))).await
}

async fn pull(t: &TestApp, cursor: &str) -> Value {
    t.get(&format!("/api/v2/sync/pull?limit=2&cursor={cursor}")).await.expect(200)
}

/// All that there is after a cursor, and the cursor after it.
async fn all(t: &TestApp, mut cursor: String) -> (Vec<Value>, String) {
    // What was written is handed out once every older transaction on the server is over, other tests' too.
    t.settle().await;
    let mut found = Vec::new();
    loop {
        let page = pull(t, &cursor).await;
        found.extend(page["changes"].as_array().unwrap().iter().cloned());
        cursor = page["next_cursor"].as_str().unwrap().to_owned();
        if page["has_more"] == json!(false) {
            return (found, cursor);
        }
    }
}

testkit::both_apps! {
    async fn what_no_phone_will_send_again_is_forgotten(t: TestApp) {
        let count = |t: &TestApp| {
            let mut look = t.db().read_main(t.tenant());
            async move { look.one::<i64>(sql!("SELECT COUNT(*) FROM mobile_changes WHERE tenant_id = $1"), params![look.tenant()]).await.unwrap() }
        };
        let (a, first) = (prompt(1), json!([change("c1", &prompt(1), 0, "one")]));
        push(&t, first.clone()).await.expect(200);
        t.advance(Duration::from_secs(89 * 86_400)).await;
        push(&t, json!([change("c2", &a, 1, "two")])).await.expect(200);
        assert_eq!(count(&t).await, 2);
        t.advance(Duration::from_secs(2 * 86_400)).await;
        push(&t, json!([change("c3", &a, 2, "three")])).await.expect(200);
        assert_eq!(count(&t).await, 2, "the first was taken 91 days ago");
        let late = push(&t, first).await.expect(200);
        assert_eq!(late["outcomes"][0]["status"], "conflict", "it knows nothing of what came since, and overwrites nothing");
    }

    async fn what_is_pushed_is_pulled_once_and_as_it_is_now(t: TestApp) {
        let (a, b) = (prompt(1), prompt(2));
        let sent = json!([change("c1", &a, 0, "one"), change("c2", &b, 0, "two"), change("c3", &a, 1, "one again")]);
        let first = push(&t, sent.clone()).await.expect(200);
        let status: Vec<_> = first["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["status"].clone()).collect();
        assert_eq!(status, ["applied", "applied", "applied"]);
        assert_eq!(first["outcomes"][2]["record"]["version"], 2);
        assert_eq!(push(&t, sent).await.expect(200), first, "the same again is the same");
        let (changes, cursor) = all(&t, String::new()).await;
        let titles: Vec<_> = changes.iter().map(|record| record["body"]["title"].as_str().unwrap()).collect();
        assert_eq!(titles.last(), Some(&"one again"), "{changes:?}");
        assert!(changes.iter().all(|record| record["id"] != a.as_str() || record["version"] == 2));
        assert!(pull(&t, &cursor).await["changes"].as_array().unwrap().is_empty());
        let gone = json!([{"change_id": "c4", "collection": "prompts", "id": b, "base_version": 1, "deleted": true}]);
        assert_eq!(push(&t, gone).await.expect(200)["outcomes"][0]["record"]["deleted"], true);
        let (changes, _) = all(&t, cursor).await;
        assert_eq!((changes.len(), &changes[0]["deleted"], &changes[0]["body"]), (1, &json!(true), &Value::Null));
        let listed = t.get("/api/v2/content/prompts").await.expect(200);
        assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["title"]), (1, &json!("one again")));
    }

    async fn each_change_is_for_itself(t: TestApp) {
        let a = prompt(1);
        push(&t, json!([change("c1", &a, 0, "ours")])).await.expect(200);
        let sent = json!([
            7,
            change("c2", "nothing", 0, "x"),
            change("c3", &a, 0, ""),
            {"change_id": "c4", "collection": "invoices", "id": a, "base_version": 0, "body": {}},
            change("c1", &a, 0, "another under the same name"),
            change("c5", &a, 0, "theirs"),
            change("c6", &prompt(2), 0, "good"),
        ]);
        let outcomes = push(&t, sent).await.expect(200)["outcomes"].clone();
        let status: Vec<_> = outcomes.as_array().unwrap().iter().map(|outcome| outcome["status"].as_str().unwrap()).collect();
        assert_eq!(status, ["invalid", "invalid", "invalid", "invalid", "invalid", "conflict", "applied"], "{outcomes}");
        let fields: Vec<_> = (1..5).map(|at| outcomes[at]["errors"][0]["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["id", "body.title", "collection", "change_id"]);
        assert_eq!((&outcomes[5]["record"]["version"], &outcomes[5]["record"]["body"]["title"]), (&json!(1), &json!("ours")));
        let many: Vec<_> = (0..501).map(|n| change(&format!("m{n}"), &a, 0, "x")).collect();
        assert_eq!(push(&t, json!(many)).await.expect(422)["errors"][0]["field"], "changes");
    }

    async fn a_person_settles_what_met(t: TestApp) {
        let (a, b) = (prompt(1), prompt(2));
        push(&t, json!([change("c1", &a, 0, "ours"), change("c2", &b, 0, "ours too")])).await.expect(200);
        let met = push(&t, json!([change("c3", &a, 0, "theirs"), change("c4", &b, 0, "theirs too")])).await.expect(200);
        let conflict = |at: usize| met["outcomes"][at]["conflict_id"].as_str().unwrap().to_owned();
        let page = t.get("/admin/mobile-api").await;
        assert!(page.text.contains("2 changes wait") && page.text.contains("theirs") && page.text.contains("ours"), "{}", page.text);
        let settle = |id: String, word: &'static str| {
            let t = t.clone();
            async move { t.send(t.request("POST", &format!("/admin/mobile-api/conflicts/{id}/{word}")).bearer_auth(t.key())).await.status }
        };
        let (one, other) = tokio::join!(settle(conflict(0), "take"), settle(conflict(0), "keep"));
        assert_eq!([one, other].iter().filter(|status| **status == 303).count(), 1, "{one} {other}");
        assert_eq!(settle(conflict(1), "take").await, 303);
        assert_eq!(settle(conflict(1), "take").await, 409);
        assert_eq!(settle("conf_01h2xcejqtf2nbrexx3vqjhp41".to_owned(), "take").await, 404);
        let (changes, _) = all(&t, String::new()).await;
        let of = |id: &str| changes.iter().rfind(|record| record["id"] == id).unwrap();
        assert_eq!((&of(&b)["version"], &of(&b)["body"]["title"]), (&json!(2), &json!("theirs too")));
        assert!(t.get("/admin/mobile-api").await.text.contains("Nothing is to be settled"));
    }

    async fn contacts_go_by_their_own_rules(t: TestApp) {
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "9876543210"})).await.expect(201);
        let id = asha["id"].as_str().unwrap().to_owned();
        let (changes, cursor) = all(&t, String::new()).await;
        assert_eq!((&changes[0]["collection"], &changes[0]["version"], &changes[0]["body"]["name"]), (&json!("contacts"), &json!(1), &json!("Asha")));
        let said = |name: &str, base: i64, body: Value| {
            json!({"change_id": name, "collection": "contacts", "id": id, "base_version": base, "body": body})
        };
        t.put(&format!("/api/v1/contacts/{id}"), json!({"email": "asha@example.com"})).await.expect(200);
        let outcomes = push(&t, json!([
            said("p1", 1, json!({"name": "Asha R", "phone": "9876543210"})),
            said("p2", 2, json!({"name": "Asha R", "phone": "98765 43210", "email": "asha@example.com"})),
            said("p3", 3, json!({"name": "Asha R", "phone": "12"})),
            json!({"change_id": "p4", "collection": "contacts", "id": id, "base_version": 3, "deleted": true}),
            json!({"change_id": "p5", "collection": "contacts", "id": "con_01h2xcejqtf2nbrexx3vqjhp41", "base_version": 0, "body": {"name": "Ravi", "email": "ravi@example.com"}}),
        ])).await.expect(200)["outcomes"].clone();
        let status: Vec<_> = outcomes.as_array().unwrap().iter().map(|outcome| outcome["status"].as_str().unwrap()).collect();
        assert_eq!(status, ["conflict", "applied", "invalid", "invalid", "applied"], "{outcomes}");
        assert_eq!((&outcomes[1]["record"]["version"], &outcomes[1]["record"]["body"]["phone"]), (&json!(3), &json!("+919876543210")));
        assert_eq!(outcomes[2]["errors"][0]["field"], "phone");
        let (changes, _) = all(&t, cursor).await;
        assert!(changes.iter().any(|record| record["body"]["name"] == "Ravi" && record["id"] == outcomes[4]["record"]["id"]));
        let page = t.get("/admin/mobile-api").await;
        assert!(page.text.contains("Contact “Asha R”"), "{}", page.text);
    }

    async fn a_cursor_is_of_what_one_may_see(t: TestApp) {
        let all = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let made = t.post(&all, json!({"name": "less", "role": "user", "scopes": ["content.read", "content.write"]})).await.expect(201);
        let less = made["key"].as_str().unwrap().to_owned();
        t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "9876543210"})).await.expect(201);
        let page = t.send(t.request("GET", "/api/v2/sync/pull").bearer_auth(&less)).await.expect(200);
        assert_eq!(page["changes"], json!([]), "contacts come to who may see them");
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(t.get(&format!("/api/v2/sync/pull?cursor={cursor}")).await.expect(409)["code"], "cursor_stale");
        let contact = json!({"changes": [{"change_id": "c", "collection": "contacts", "id": "con_01h2xcejqtf2nbrexx3vqjhp41", "base_version": 0, "body": {"phone": "9876500000"}}]});
        let refused = t.send(t.request("POST", "/api/v2/sync/push").bearer_auth(&less).json(&contact)).await.expect(200);
        assert_eq!(refused["outcomes"][0]["errors"][0]["field"], "collection");
        t.get("/api/v2/sync/pull?cursor=x").await.expect(422);
        t.get("/api/v2/sync/pull?limit=0").await.expect(422);
    }

    async fn nobody_writes_texts_yet(t: TestApp) {
        let a = prompt(1);
        push(&t, json!([change("c1", &a, 0, "one")])).await.expect(200);
        let refused = t.post("/api/v2/content/generate", json!({"prompt_id": a, "input": "Asha"})).await.expect(503);
        assert!(refused["code"] == "ai_not_configured" && refused["detail"].as_str().unwrap().contains("AI_PROVIDER"), "{refused}");
        for body in [json!({}), json!({"prompt": ""}), json!({"prompt": "x", "prompt_id": a}), json!({"prompt_id": prompt(9)})] {
            t.post("/api/v2/content/generate", body).await.expect(422);
        }
    }

    async fn another_tenants_records_are_not_there(t: TestApp) {
        let a = prompt(1);
        push(&t, json!([change("c1", &a, 0, "Zebrawood")])).await.expect(200);
        let (_, foreign) = t.another_tenant("Second").await;
        let theirs = t.send(t.request("GET", "/api/v2/sync/pull").bearer_auth(&foreign)).await;
        assert!(!theirs.text.contains("Zebrawood"), "{}", theirs.text);
        let sent = json!({"changes": [change("c1", &a, 0, "own")]});
        let pushed = t.send(t.request("POST", "/api/v2/sync/push").bearer_auth(&foreign).json(&sent)).await.expect(200);
        assert_eq!(pushed["outcomes"][0]["record"]["version"], 1, "the same names in another tenant are others");
    }
}
