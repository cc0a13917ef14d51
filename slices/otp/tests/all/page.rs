//! What whoever runs the shop sees of codes.

use crate::promise::code;
use serde_json::json;

const PHONE: &str = "+919876543210";

testkit::both_apps! {
    async fn what_was_asked_for_is_counted_and_shown(t: TestApp) {
        let shown = t.get("/admin/messages/codes").await;
        assert!(shown.status == 200 && shown.text.contains("No codes yet"), "{}", shown.text);
        let wanted = json!({"phone": PHONE, "purpose": "login"});
        t.post("/api/v1/otp/send", wanted.clone()).await.expect(202);
        t.post("/api/v1/otp/send", wanted).await.expect(429);
        t.settle().await;
        let code = code(&t);
        t.post("/api/v1/otp/verify", json!({"phone": PHONE, "purpose": "login", "code": code})).await.expect(200);
        let shown = t.get("/admin/messages/codes").await.text;
        for words in ["1 asked for today, 1 found right.", "1 of 1 codes of 30 days were found right.", "1 of 1,000", "Found right", "98765"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        for (query, found) in [("state=used", true), ("state=sent", false), ("q=98765%2043210", true), ("q=asha@example.com", false)] {
            let shown = t.get(&format!("/admin/messages/codes?{query}")).await;
            assert_eq!((shown.status, shown.text.contains("Signing in")), (200, found), "{query}");
        }
        assert_eq!(t.get("/admin/messages/codes?state=lost").await.status, 422);
    }
}
