//! Contacts over HTTP.

use serde_json::json;

testkit::both_apps! {
    async fn a_contact_is_saved_found_changed_and_shown(t: TestApp) {
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "98765 43210", "attributes": {"city": "Pune"}})).await.expect(201);
        let path = format!("/api/v1/contacts/{}", asha["id"].as_str().unwrap());
        assert_eq!(asha["phone"], "+919876543210");
        let changed = t.put(&path, json!({"email": "Asha@Example.com", "attributes": {}})).await.expect(200);
        assert_eq!((&changed["email"], &changed["name"], &changed["attributes"]), (&json!("asha@example.com"), &json!("Asha"), &json!({})));
        let mut seen = t.get(&path).await.expect(200);
        let fields = seen.as_object_mut().unwrap();
        assert_eq!((fields.remove("tags"), fields.remove("lists")), (Some(json!([])), Some(json!([]))));
        assert_eq!(seen, changed);
        assert_eq!(t.put(&path, json!({"phone": null, "email": null})).await.expect(422)["errors"][0]["field"], "phone");
        t.post("/api/v1/contacts", json!({"name": "=Ravi", "email": "ravi@example.com"})).await.expect(201);
        let taken = t.put(&path, json!({"email": "ravi@example.com"})).await.expect(409);
        assert_eq!((&taken["code"], &taken["errors"][0]["field"]), (&json!("contact_exists"), &json!("email")));
        let count = |query: &str| { let path = format!("/api/v1/contacts?{query}"); let t = t.clone(); async move { t.get(&path).await.expect(200)["data"].as_array().unwrap().len() } };
        for (query, found) in [("", 2), ("q=ash", 1), ("q=98765-43", 1), ("phone=9876543210", 1), ("email=RAVI@example.com", 1), ("q=%25", 0), ("limit=1", 1)] {
            assert_eq!(count(query).await, found, "{query}");
        }
        let file = t.get("/api/v1/contacts?format=csv").await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(file.text.contains(",'=Ravi,,ravi@example.com,,,,") && file.text.contains(",Asha,+919876543210,"), "{}", file.text);
        for (page, says) in [("/admin/contacts", "You know 2 people."), (path.replace("/api/v1", "/admin").as_str(), "became known")] {
            let shown = t.get(page).await;
            assert!(shown.status == 200 && shown.text.contains(says), "{}", shown.text);
        }
    }

    async fn what_cannot_be_kept_is_named(t: TestApp) {
        let table = [
            (json!({"name": "Asha"}), "phone"),
            (json!({"phone": 9_876_543_210_i64}), "phone"),
            (json!({"phone": "12345"}), "phone"),
            (json!({"email": "asha"}), "email"),
            (json!({"phone": "9876543210", "name": "a".repeat(500)}), "name"),
            (json!({"phone": "9876543210", "attributes": {"a": {"b": 1}}}), "attributes"),
            (json!({"phone": "9876543210", "attributes": {"a": "\u{0}"}}), "attributes.a"),
        ];
        for (body, field) in table {
            assert_eq!(t.post("/api/v1/contacts", body.clone()).await.expect(422)["errors"][0]["field"], field, "{body}");
        }
        t.get("/api/v1/contacts/con_x").await.expect(404);
        t.get("/api/v1/contacts?cursor=x").await.expect(422);
        t.get("/api/v1/contacts?format=xml").await.expect(422);
    }

    async fn another_tenants_people_are_nobody(t: TestApp) {
        let (_, key) = t.another_tenant("Second").await;
        let asha = t.post("/api/v1/contacts", json!({"phone": "9876543210"})).await.expect(201);
        let path = format!("/api/v1/contacts/{}", asha["id"].as_str().unwrap());
        t.send(t.request("GET", &path).bearer_auth(&key)).await.expect(404);
        t.send(t.request("PUT", &path).bearer_auth(&key).json(&json!({"name": "x"}))).await.expect(404);
        let list = t.send(t.request("GET", "/api/v1/contacts").bearer_auth(&key)).await.expect(200);
        assert_eq!(list["data"], json!([]));
    }
}
