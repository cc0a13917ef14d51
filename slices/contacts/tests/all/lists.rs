//! Lists and tags over HTTP.

use serde_json::{Value, json};
use testkit::TestApp;

async fn person(t: &TestApp, n: usize) -> String {
    let body = json!({"name": format!("Person {n}"), "phone": format!("98765{n:05}")});
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn delete(t: &TestApp, path: &str) {
    t.send(t.request("DELETE", path).bearer_auth(t.key())).await.expect(204);
}

async fn names(t: &TestApp, query: &str) -> Vec<String> {
    let list = t.get(&format!("/api/v1/contacts?{query}")).await.expect(200);
    list["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn count(t: &TestApp, path: &str) -> i64 {
    t.get(path).await.expect(200)["contacts"].as_i64().unwrap()
}

testkit::both_apps! {
    async fn people_are_put_on_a_list_once_and_taken_off_it(t: TestApp) {
        let list = t.post("/api/v1/lists", json!({"name": "Diwali gifts"})).await.expect(201);
        let path = format!("/api/v1/lists/{}", list["id"].as_str().unwrap());
        let taken = t.post("/api/v1/lists", json!({"name": "diwali  GIFTS"})).await.expect(409);
        assert_eq!((&taken["code"], &taken["errors"][0]["field"]), (&json!("list_exists"), &json!("name")));
        let mut ids = Vec::new();
        for n in 0..40 {
            ids.push(person(&t, n).await);
        }
        let people = format!("{path}/contacts");
        assert_eq!(t.post(&people, json!({"contact_ids": ids})).await.expect(200)["added"], 40);
        let again: Vec<&String> = ids.iter().take(3).chain(ids.iter().take(3)).collect();
        assert_eq!(t.post(&people, json!({"contact_ids": again})).await.expect(200)["added"], 0);
        assert_eq!(count(&t, &path).await, 40);
        delete(&t, &format!("{people}/{}", ids[0])).await;
        delete(&t, &format!("{people}/{}", ids[0])).await;
        assert_eq!(count(&t, &path).await, 39);
        let first = t.get(&format!("{people}?limit=25")).await.expect(200);
        let rest = t.get(&format!("{people}?limit=25&cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200);
        assert_eq!((first["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (25, 14));
        assert_eq!(rest["next_cursor"], Value::Null);
        let nobody = ids[0].replace("con_", "lst_");
        assert_eq!(t.post(&people, json!({"contact_ids": ["con_01h2xcejqtf2nbrexx3vqjhp41"]})).await.expect(422)["errors"][0]["field"], "contact_ids");
        t.post(&people, json!({"contact_ids": []})).await.expect(422);
        t.get(&format!("/api/v1/lists/{nobody}")).await.expect(404);
        assert_eq!(t.put(&path, json!({"name": "Gifts"})).await.expect(200)["name"], "Gifts");
        t.post("/api/v1/lists", json!({"name": "Diwali gifts"})).await.expect(201);
        t.put(&path, json!({"name": "DIWALI gifts"})).await.expect(409);
        delete(&t, &path).await;
        t.get(&people).await.expect(404);
        assert_eq!(names(&t, "limit=200").await.len(), 40, "who was on it stays known");
    }

    async fn tags_are_counted_and_lists_and_tags_narrow(t: TestApp) {
        let asha = person(&t, 1).await;
        // Of two that are made in one moment neither is the newer.
        t.advance(std::time::Duration::from_millis(1)).await;
        let ravi = person(&t, 2).await;
        for (who, tag) in [(&asha, "VIP"), (&asha, "vip"), (&asha, "gold"), (&ravi, "vip")] {
            let path = format!("/api/v1/contacts/{who}/tags/{tag}");
            t.send(t.request("PUT", &path).bearer_auth(t.key())).await.expect(200);
        }
        let tags = |t: TestApp| async move { t.get("/api/v1/tags").await.expect(200)["data"].clone() };
        assert_eq!(tags(t.clone()).await, json!([{"tag": "gold", "contacts": 1}, {"tag": "vip", "contacts": 2}]));
        let list = t.post("/api/v1/lists", json!({"name": "One"})).await.expect(201)["id"].as_str().unwrap().to_owned();
        t.post(&format!("/api/v1/lists/{list}/contacts"), json!({"contact_ids": [asha]})).await.expect(200);
        assert_eq!(names(&t, "tag=vip").await, ["Person 2", "Person 1"]);
        assert_eq!(names(&t, &format!("list={list}&tag=vip")).await, ["Person 1"]);
        assert_eq!(names(&t, &format!("list={list}&tag=none")).await, Vec::<String>::new());
        assert_eq!(names(&t, "tag=vip&q=person%202").await, ["Person 2"]);
        t.get("/api/v1/contacts?list=x").await.expect(422);
        delete(&t, &format!("/api/v1/contacts/{asha}/tags/gold")).await;
        delete(&t, &format!("/api/v1/contacts/{asha}/tags/gold")).await;
        assert_eq!(tags(t.clone()).await, json!([{"tag": "vip", "contacts": 2}]));
        let seen = t.get(&format!("/api/v1/contacts/{asha}")).await.expect(200);
        assert_eq!((&seen["tags"], &seen["lists"]), (&json!(["vip"]), &json!([{"id": list, "name": "One"}])));
        let wrong = t.send(t.request("PUT", &format!("/api/v1/contacts/{asha}/tags/a,b")).bearer_auth(t.key())).await;
        wrong.expect(422);
        for page in ["/admin/contacts", "/admin/contacts/lists", &format!("/admin/contacts/{asha}"), "/admin/contacts?tag=vip"] {
            let shown = t.get(page).await;
            assert!(shown.status == 200 && (shown.text.contains("vip") || shown.text.contains("One")), "{}", shown.text);
        }
        let other = t.another_tenant("Second").await.1;
        let theirs = t.send(t.request("GET", &format!("/api/v1/lists/{list}/contacts")).bearer_auth(&other)).await;
        theirs.expect(404);
    }

    async fn languages_zones_and_attributes_are_kept(t: TestApp) {
        let body = json!({"phone": "9876543210", "locale": "hi_in", "time_zone": "asia/kolkata", "attributes": {"age": 30, "vip": true}});
        let asha = t.post("/api/v1/contacts", body).await.expect(201);
        assert_eq!((&asha["locale"], &asha["time_zone"]), (&json!("hi-IN"), &json!("Asia/Kolkata")));
        let path = format!("/api/v1/contacts/{}", asha["id"].as_str().unwrap());
        assert_eq!(t.put(&path, json!({"locale": "klingon"})).await.expect(422)["errors"][0]["field"], "locale");
        assert_eq!(t.put(&path, json!({"time_zone": null, "name": "Asha"})).await.expect(200)["time_zone"], Value::Null);
        let names = t.get("/api/v1/contact-attributes").await.expect(200);
        assert_eq!(names["data"], json!([{"name": "age", "kind": "number"}, {"name": "vip", "kind": "truth"}]));
        let file = t.get("/admin/contacts.csv").await;
        assert!(file.text.starts_with("id,name,phone,email,locale,time_zone,tags,created_at,age,vip\r\n"), "{}", file.text);
        assert!(file.text.contains(",Asha,+919876543210,,hi-IN,,,") && file.text.contains(",30,true\r\n"), "{}", file.text);
    }
}
