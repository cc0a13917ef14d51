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

    async fn another_tenants_trail_is_not_told(t: TestApp) {
        t.post("/api/v1/contacts", json!({"phone": "9876543210"})).await.expect(201);
        let (_, key) = t.another_tenant("Second").await;
        let trail = t.send(t.request("GET", "/api/v1/audit?kind=contact").bearer_auth(&key)).await.expect(200);
        assert_eq!(trail["data"], json!([]));
    }
}
