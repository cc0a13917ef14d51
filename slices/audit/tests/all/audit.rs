//! The audit trail over HTTP.

use serde_json::json;
use std::time::Duration;

testkit::both_apps! {
    async fn the_trail_is_narrowed_paged_and_a_file(t: TestApp) {
        let mut ids = Vec::new();
        for n in 0..5 {
            t.advance(Duration::from_secs(60)).await;
            let contact = t.post("/api/v1/contacts", json!({"phone": format!("987654321{n}")})).await.expect(201);
            ids.push(contact["id"].as_str().unwrap().to_owned());
        }
        let count = |query: String| { let t = t.clone(); async move { t.get(&format!("/api/v1/audit?{query}")).await.expect(200)["data"].as_array().unwrap().len() } };
        for (query, found) in [
            ("kind=contact.saved".to_owned(), 5),
            ("kind=contact".to_owned(), 5),
            ("kind=contact_".to_owned(), 0),
            (format!("about={}", ids[2]), 1),
            ("kind=contact&actor=key:".to_owned(), 5),
            ("kind=contact&actor=visitor".to_owned(), 0),
            ("kind=contact&from=2026-11-20T04:32:30Z".to_owned(), 3),
            ("kind=contact&to=2026-11-20T04:32:30Z".to_owned(), 2),
            ("kind=contact&from=2026-11-20&to=2026-11-20".to_owned(), 5),
            ("kind=contact&from=2026-11-21".to_owned(), 0),
        ] {
            assert_eq!(count(query.clone()).await, found, "{query}");
        }
        let first = t.get("/api/v1/audit?kind=contact&limit=3").await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = t.get(&format!("/api/v1/audit?kind=contact&limit=3&cursor={cursor}")).await.expect(200);
        let about = |page: &serde_json::Value| -> Vec<String> { page["data"].as_array().unwrap().iter().map(|fact| fact["about"].as_str().unwrap().to_owned()).collect() };
        let mut seen = [about(&first), about(&second)].concat();
        seen.reverse();
        assert_eq!(seen, ids);
        assert!(second["next_cursor"].is_null());
        let file = t.send(t.request("GET", "/api/v1/audit?kind=contact").bearer_auth(t.key()).header("accept", "text/csv")).await;
        assert_eq!(file.text.lines().count(), 6, "{}", file.text);
        let page = t.get("/admin/audit?kind=contact").await;
        assert!(page.status == 200 && page.text.contains("became known"), "{}", page.text);
        t.get("/api/v1/audit?from=yesterday").await.expect(422);
    }

    async fn a_change_says_who_what_and_from_where(t: TestApp) {
        let known = t.post("/api/v1/contacts", json!({"phone": "9876543210", "name": "Asha"})).await.expect(201);
        let id = known["id"].as_str().unwrap().to_owned();
        t.advance(Duration::from_secs(1)).await;
        let change = t.request("PUT", &format!("/api/v1/contacts/{id}")).bearer_auth(t.key()).header("x-forwarded-for", "203.0.113.7");
        t.send(change.json(&json!({"name": "Asha Rao"}))).await.expect(200);
        t.put("/api/v1/settings", json!({"messages.mail_hold_seconds": 30})).await.expect(200);
        let trail = t.get("/api/v1/audit?kind=contact&limit=1").await.expect(200);
        let entry = &trail["data"][0];
        assert_eq!(entry["address"], "203.0.113.7");
        assert_eq!(entry["by"], "tests");
        assert_eq!(entry["body"]["changes"], json!([{"field": "name", "before": "Asha", "after": "Asha Rao"}]));
        let count = |query: String| { let t = t.clone(); async move { t.get(&format!("/api/v1/audit?{query}")).await.expect(200)["data"].as_array().unwrap().len() } };
        for (query, found) in [
            ("kind=contact&q=asha%20rao".to_owned(), 1),
            (format!("q={id}"), 2),
            ("q=203.0.113.7".to_owned(), 1),
            ("kind=contact&q=TESTS".to_owned(), 2),
            ("q=contact%20saved".to_owned(), 2),
            ("q=mail_hold".to_owned(), 1),
            ("q=nobody%25".to_owned(), 0),
        ] {
            assert_eq!(count(query.clone()).await, found, "{query}");
        }
        let file = t.get("/api/v1/audit?kind=contact&q=rao&format=csv").await;
        assert!(file.text.lines().count() == 2 && file.text.contains(",tests,203.0.113.7,"), "{}", file.text);
        t.settle().await;
        let page = t.get("/admin/audit?q=rao").await.text;
        for words in ["Asha Rao", "What changed", "203.0.113.7", "Sealed ", "tests"] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }

    async fn a_secret_is_only_said_to_be_set(t: TestApp) {
        for _ in 0..2 {
            let account = json!({"key_id": "rzp_test_1", "key_secret": "very secret", "webhook_secret": "also secret"});
            t.put("/api/v1/settings/credentials/razorpay", account).await.expect(200);
            // What happens within a millisecond has no order.
            t.db().clock().advance(std::time::Duration::from_millis(1));
        }
        let trail = t.get("/api/v1/audit?kind=credentials").await.expect(200);
        let newest = &trail["data"][0]["body"]["changes"];
        assert_eq!(newest[0], json!({"field": "key_id", "before": "••••", "after": "••••"}));
        assert!(trail["data"][1]["body"]["changes"][0].get("before").is_none());
        assert!(!trail.to_string().contains("very secret") && !trail.to_string().contains("rzp_test_1"), "{trail}");
    }

    async fn another_tenants_trail_is_not_told(t: TestApp) {
        t.post("/api/v1/contacts", json!({"phone": "9876543210"})).await.expect(201);
        let (_, key) = t.another_tenant("Second").await;
        let trail = t.send(t.request("GET", "/api/v1/audit?kind=contact").bearer_auth(&key)).await.expect(200);
        assert_eq!(trail["data"], json!([]));
    }
}
