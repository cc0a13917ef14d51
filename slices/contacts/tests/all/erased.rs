//! One person: everything about them, and the end of it.

use facts::ContactId;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::{Command, Tx};
use testkit::{Engine, TestApp};
use tokio::sync::Notify;

/// Whoever writes something down of people. On PostgreSQL, where others go on meanwhile, they may take their time: they say that they have
/// begun, and wait.
struct Writes {
    people: [ContactId; 2],
    waits: Option<(Arc<Notify>, Arc<Notify>)>,
}

impl Command for Writes {
    const NAME: &'static str = "test_writes";
    type Out = usize;

    async fn run(&self, tx: &mut Tx) -> store::Result<usize> {
        let held = contacts::hold_those(tx, &self.people).await?;
        if let Some((began, go_on)) = &self.waits {
            began.notify_one();
            go_on.notified().await;
        }
        Ok(held.len())
    }
}

async fn buyer(t: &TestApp) -> (String, String) {
    let order = json!({
        "amount": 99, "product": "starter",
        "customer": {"name": "Asha Rao", "phone": "9876543210", "email": "asha@example.com"},
    });
    let order = t.post("/create_order", order).await.expect(201)["order_id"].as_str().unwrap().to_owned();
    t.settle().await;
    let asha = t.get("/api/v1/contacts?phone=9876543210").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    (asha, order)
}

async fn erase(t: &TestApp, id: &str, reason: &str) -> testkit::Reply {
    t.send(t.request("DELETE", &format!("/api/v1/contacts/{id}")).query(&[("reason", reason)]).bearer_auth(t.key())).await
}

testkit::both_apps! {
    async fn everything_about_a_person_and_then_nothing(t: TestApp) {
        let (asha, order) = buyer(&t).await;
        let list = t.post("/api/v1/lists", json!({"name": "One"})).await.expect(201)["id"].as_str().unwrap().to_owned();
        t.post(&format!("/api/v1/lists/{list}/contacts"), json!({"contact_ids": [asha]})).await.expect(200);
        t.send(t.request("PUT", &format!("/api/v1/contacts/{asha}/tags/vip")).bearer_auth(t.key())).await.expect(200);
        t.post("/api/v1/contacts", json!({"phone": "9876543210", "locale": "hi", "attributes": {"city": "Pune"}})).await.expect(201);
        let all = t.get(&format!("/api/v1/contacts/{asha}/export")).await.expect(200);
        let tables: Vec<&String> = all["tables"].as_object().unwrap().keys().collect();
        for table in ["contacts", "orders", "contact_tags", "list_members", "journal"] {
            assert!(tables.iter().any(|known| *known == table), "{table} in {tables:?}");
        }
        assert_eq!(all["tables"]["contacts"][0]["name"], "Asha Rao");
        assert_eq!(erase(&t, &asha, " ").await.expect(422)["errors"][0]["field"], "reason");
        erase(&t, &asha, "asked for it").await.expect(204);
        t.settle().await;
        t.get(&format!("/api/v1/contacts/{asha}")).await.expect(404);
        assert_eq!(erase(&t, &asha, "twice").await.status, 404);
        assert_eq!(t.put(&format!("/api/v1/contacts/{asha}"), json!({"name": "Asha"})).await.status, 404);
        assert_eq!(t.get(&format!("/api/v1/lists/{list}")).await.expect(200)["contacts"], 0);
        assert_eq!(t.get("/api/v1/tags").await.expect(200)["data"], json!([]));
        assert_eq!(t.get("/api/v1/contacts").await.expect(200)["data"], json!([]));
        let left = t.get(&format!("/api/v1/contacts/{asha}/export")).await.text;
        let rows: Value = serde_json::from_str(&left).unwrap();
        for table in ["contacts", "orders", "messages"] {
            let rows = rows["tables"][table].to_string();
            assert!(!rows.contains("Asha") && !rows.contains("asha@") && !rows.contains("9876543210") && !rows.contains("Pune"), "{rows}");
        }
        assert_eq!(rows["tables"]["orders"].as_array().unwrap().len(), 1, "the order stays");
        let shown = t.get(&format!("/admin/contacts/{asha}")).await;
        assert!(shown.status == 200 && shown.text.contains("Erased contact"), "{}", shown.text);
        assert_eq!(t.get(&format!("/api/v1/orders/{order}")).await.status, 200);
        // Whoever comes with the same address is somebody new.
        let again = t.post("/api/v1/contacts", json!({"phone": "9876543210"})).await.expect(201);
        assert_ne!(again["id"], json!(asha));
        assert_eq!((&again["name"], &again["attributes"]), (&Value::Null, &json!({})));
    }

    async fn nobody_is_erased_while_something_is_written_down_of_them(t: TestApp) {
        let (asha, _) = buyer(&t).await;
        let people = [asha.parse().unwrap(), "con_00000000000000000000000001".parse().unwrap()];
        let held = async |waits| t.db().run(&t.who(), Writes { people, waits }).await.unwrap();
        if t.db().engine() == Engine::Postgres {
            let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            let erased = async {
                began.notified().await;
                let changed = t.post("/api/v1/contacts", json!({"phone": "9876543210", "locale": "hi"}));
                let changed = tokio::time::timeout(Duration::from_secs(5), changed).await;
                changed.expect("whoever changes them does not wait").expect(201);
                let mut erased = Box::pin(erase(&t, &asha, "asked for it"));
                assert!(tokio::time::timeout(Duration::from_millis(300), &mut erased).await.is_err(), "they are held");
                go_on.notify_one();
                erased.await.expect(204);
            };
            assert_eq!(tokio::join!(held(Some((began.clone(), go_on.clone()))), erased).0, 1, "a stranger is not held");
        } else {
            assert_eq!(held(None).await, 1, "a stranger is not held");
            erase(&t, &asha, "asked for it").await.expect(204);
        }
        assert_eq!(held(None).await, 0, "whoever is erased is nobody any more");
    }

    async fn another_tenants_people_are_not_erased(t: TestApp) {
        let (asha, _) = buyer(&t).await;
        let other = t.another_tenant("Second").await.1;
        for (method, path) in [("DELETE", format!("/api/v1/contacts/{asha}?reason=x")), ("GET", format!("/api/v1/contacts/{asha}/export"))] {
            t.send(t.request(method, &path).bearer_auth(&other)).await.expect(404);
        }
        t.get(&format!("/api/v1/contacts/{asha}")).await.expect(200);
    }
}
