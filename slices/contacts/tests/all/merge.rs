//! Two records of one person: found, and made one.

use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Browser, Reply, TestApp};

async fn person(t: &TestApp, said: Value) -> String {
    let id = t.post("/api/v1/contacts", said).await.expect(201)["id"].as_str().unwrap().to_owned();
    // Ids are in the order in which people became known.
    t.advance(Duration::from_millis(1)).await;
    id
}

async fn merge(t: &TestApp, keep: &str, other: &str) -> Reply {
    t.post(&format!("/api/v1/contacts/{keep}/merge"), json!({"other": other})).await
}

async fn contact(t: &TestApp, id: &str) -> Value {
    t.get(&format!("/api/v1/contacts/{id}")).await.expect(200)
}

testkit::both_apps! {
    async fn two_records_become_one(t: TestApp) {
        let said = json!({"name": "Asha Rao", "phone": "9876543210", "attributes": {"city": "Pune", "floor": 1}});
        let kept = person(&t, said).await;
        let said = json!({"name": "asha  rao", "phone": "9876500000", "email": "asha@example.com", "locale": "hi",
            "attributes": {"city": "Delhi", "likes": "tea"}});
        let other = person(&t, said).await;
        let list = |name: &'static str| json!({"name": name});
        let both = t.post_keyed("/api/v1/lists", "both", list("Both")).await.expect(201)["id"].as_str().unwrap().to_owned();
        let one = t.post_keyed("/api/v1/lists", "one", list("One")).await.expect(201)["id"].as_str().unwrap().to_owned();
        t.post(&format!("/api/v1/lists/{both}/contacts"), json!({"contact_ids": [kept, other]})).await.expect(200);
        t.post(&format!("/api/v1/lists/{one}/contacts"), json!({"contact_ids": [other]})).await.expect(200);
        for (who, tag) in [(&kept, "vip"), (&other, "vip"), (&other, "fair")] {
            t.send(t.request("PUT", &format!("/api/v1/contacts/{who}/tags/{tag}")).bearer_auth(t.key())).await.expect(200);
        }
        let order = json!({"amount": 99, "product": "starter", "customer": {"email": "asha@example.com"}});
        t.post("/create_order", order).await.expect(201);
        t.settle().await;
        let merged = merge(&t, &kept, &other).await.expect(200);
        assert_eq!((&merged["id"], &merged["phone"], &merged["email"]), (&json!(kept), &json!("+919876543210"), &json!("asha@example.com")));
        t.settle().await;
        let now = contact(&t, &kept).await;
        assert_eq!((&now["name"], &now["locale"]), (&json!("Asha Rao"), &json!("hi")));
        assert_eq!(now["attributes"], json!({"city": "Pune", "floor": 1, "likes": "tea"}));
        assert_eq!(now["tags"], json!(["fair", "vip"]));
        assert_eq!(now["lists"].as_array().unwrap().len(), 2);
        for list in [&both, &one] {
            assert_eq!(t.get(&format!("/api/v1/lists/{list}")).await.expect(200)["contacts"], 1);
        }
        for tag in t.get("/api/v1/tags").await.expect(200)["data"].as_array().unwrap() {
            assert_eq!(tag["contacts"], 1, "{tag}");
        }
        assert_eq!(t.get(&format!("/api/v1/orders?contact_id={kept}")).await.expect(200)["data"].as_array().unwrap().len(), 1);
        // Whoever asks for the other is told where they are.
        let gone = t.get(&format!("/api/v1/contacts/{other}")).await.expect(404);
        assert_eq!((&gone["code"], &gone["merged_into"]), (&json!("contact_merged"), &json!(kept)));
        assert_eq!(t.put(&format!("/api/v1/contacts/{other}"), json!({"name": "Asha"})).await.expect(404)["code"], "contact_merged");
        assert_eq!(t.get("/api/v1/contacts").await.expect(200)["data"].as_array().unwrap().len(), 1);
        // What is asked for under the old id is theirs.
        let order = json!({"contact_id": other, "product": "starter"});
        let order = t.post_keyed("/api/v1/orders", "old id", order).await;
        assert_eq!(order.expect(201)["contact_id"], json!(kept), "{}", order.text);
        // The number that is nobody's begins somebody new.
        assert_ne!(person(&t, json!({"phone": "9876500000"})).await, other);
        let all = t.get(&format!("/api/v1/contacts/{kept}/export")).await.expect(200);
        assert_eq!(all["tables"]["contacts"].as_array().unwrap().len(), 2, "the empty row as well");
    }

    async fn what_cannot_become_one_is_said(t: TestApp) {
        let asha = person(&t, json!({"phone": "9876543210"})).await;
        let ravi = person(&t, json!({"phone": "9876500000"})).await;
        let meera = person(&t, json!({"phone": "9876500001"})).await;
        let nobody = "con_01h2xcejqtf2nbrexx3vqjhp41";
        assert_eq!(merge(&t, &asha, &asha).await.expect(409)["code"], "same_contact");
        assert_eq!(merge(&t, &asha, nobody).await.expect(422)["errors"][0]["field"], "other");
        merge(&t, nobody, &asha).await.expect(404);
        merge(&t, &asha, &ravi).await.expect(200);
        let again = merge(&t, &meera, &ravi).await.expect(409);
        assert_eq!((&again["code"], &again["merged_into"]), (&json!("contact_merged"), &json!(asha)));
        // Of several merges whoever stayed in the end is found.
        merge(&t, &meera, &asha).await.expect(200);
        assert_eq!(t.get(&format!("/api/v1/contacts/{ravi}")).await.expect(404)["merged_into"], json!(meera));
        let erase = |id: &str| t.request("DELETE", &format!("/api/v1/contacts/{id}?reason=asked")).bearer_auth(t.key());
        t.send(erase(&meera)).await.expect(204);
        let other = person(&t, json!({"phone": "9876500002"})).await;
        assert_eq!(merge(&t, &other, &meera).await.expect(409)["code"], "contact_erased");
        t.advance(Duration::from_secs(61)).await;
        t.settle().await;
    }

    async fn two_who_merge_each_other_at_once_are_one(t: TestApp) {
        for round in 0..5 {
            let one = person(&t, json!({"phone": format!("98765432{round:02}")})).await;
            let other = person(&t, json!({"email": format!("asha{round}@example.com")})).await;
            let pairs = [(&one, &other), (&other, &one), (&one, &other), (&other, &one)];
            let replies = join_all(pairs.map(|(keep, other)| merge(&t, keep, other))).await;
            let won = replies.iter().filter(|reply| reply.status == 200).count();
            assert_eq!(won, 1, "{:?}", replies.iter().map(|reply| &reply.text).collect::<Vec<_>>());
            assert!(replies.iter().all(|reply| [200, 409].contains(&reply.status)), "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
            let stays = replies.iter().find(|reply| reply.status == 200).unwrap().json();
            assert!(stays["phone"].is_string() && stays["email"].is_string(), "{stays}");
        }
        t.settle().await;
    }

    async fn duplicates_are_found_and_looked_at(t: TestApp) {
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let empty = office.get(&t, "/admin/contacts/duplicates").await;
        assert!(empty.status == 200 && empty.text.contains("No duplicates found"), "{}", empty.text);
        let first = person(&t, json!({"name": "Asha  Rao", "phone": "9876543210"})).await;
        let later = person(&t, json!({"name": "ASHA RAO", "email": "asha@example.com"})).await;
        // The same name alone says nothing.
        person(&t, json!({"name": "Ravi", "phone": "9876500000"})).await;
        person(&t, json!({"name": "Ravi", "phone": "9876500001"})).await;
        let meera = person(&t, json!({"name": "Meera", "phone": "9876500002", "attributes": {"city": "Pune"}})).await;
        let again = person(&t, json!({"name": "Meera", "phone": "9876500003", "attributes": {"city": "Pune"}})).await;
        let found = t.get("/api/v1/contacts/duplicates").await.expect(200);
        let pair = |at: usize| (found["data"][at]["earlier"]["id"].clone(), found["data"][at]["later"]["id"].clone());
        assert_eq!([pair(0), pair(1)], [(json!(meera), json!(again)), (json!(first), json!(later))]);
        assert_eq!((found["data"].as_array().unwrap().len(), &found["next_cursor"]), (2, &Value::Null));
        let page = t.get("/api/v1/contacts/duplicates?limit=1").await.expect(200);
        let next = page["next_cursor"].as_str().unwrap().to_owned();
        let page = t.get(&format!("/api/v1/contacts/duplicates?limit=1&cursor={next}")).await.expect(200);
        assert_eq!(page["data"][0]["later"]["id"], json!(later));
        // Looked at first, then said.
        let asked = office.get(&t, &format!("/admin/contacts/{first}/merge?with=nobody@example.com")).await;
        assert!(asked.status == 422 && asked.text.contains("Nobody is known by this"), "{}", asked.text);
        let shown = office.get(&t, &format!("/admin/contacts/{again}/merge?with=98765%2000002")).await;
        assert!(shown.status == 200 && shown.text.contains("This is no longer said of them"), "{}", shown.text);
        let listed = office.get(&t, "/admin/contacts/duplicates").await;
        assert!(listed.text.contains(&format!("/admin/contacts/{first}/merge?with={later}")), "{}", listed.text);
        let merged = office.post(&t, &format!("/admin/contacts/{first}/merge"), &[("with", &later)]).await;
        assert!(merged.status == 303, "{} {}", merged.status, merged.text);
        let old = office.get(&t, &format!("/admin/contacts/{later}")).await;
        assert!(old.status == 303 || old.text.contains("asha@example.com"), "{} {}", old.status, old.text);
        let left = t.get("/api/v1/contacts/duplicates").await.expect(200);
        assert_eq!(left["data"].as_array().unwrap().len(), 1, "{left}");
    }

    async fn whoever_is_erased_is_forgotten_under_every_id(t: TestApp) {
        let kept = person(&t, json!({"name": "Asha", "phone": "9876543210"})).await;
        let order = json!({"amount": 99, "product": "starter", "customer": {"name": "Asha Rao", "email": "asha@example.com"}});
        t.post("/create_order", order).await.expect(201);
        t.settle().await;
        let other = t.get("/api/v1/contacts?email=asha@example.com").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        merge(&t, &kept, &other).await.expect(200);
        // Before anything is brought over.
        t.send(t.request("DELETE", &format!("/api/v1/contacts/{kept}?reason=asked")).bearer_auth(t.key())).await.expect(204);
        t.settle().await;
        t.advance(Duration::from_secs(61)).await;
        t.settle().await;
        let left = t.get(&format!("/api/v1/contacts/{kept}/export")).await.expect(200);
        for table in ["contacts", "orders", "messages"] {
            let rows = left["tables"][table].to_string();
            assert!(!rows.contains("Asha") && !rows.contains("asha@"), "{table}: {rows}");
        }
    }
}
