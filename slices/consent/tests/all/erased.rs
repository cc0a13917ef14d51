//! Somebody is erased: what is kept under their address alone goes, but for what they asked for.

use serde_json::json;
use std::time::Duration;
use store::{Look, params, sql};
use testkit::TestApp;

async fn buyer(t: &TestApp) -> String {
    let customer = json!({"name": "Asha Rao", "phone": "9876543210", "email": "asha@example.com"});
    t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": customer})).await.expect(201);
    t.settle().await;
    t.get("/api/v1/contacts?phone=9876543210").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
}

async fn erase(t: &TestApp, id: &str) {
    t.send(t.request("DELETE", &format!("/api/v1/contacts/{id}?reason=asked")).bearer_auth(t.key())).await.expect(204);
}

testkit::both_apps! {
    async fn what_is_kept_under_an_address_alone_is_forgotten_too_and_a_stop_still_holds(t: TestApp) {
        let phone = "+919876543210";
        t.post("/api/v1/otp/send", json!({"phone": phone, "purpose": "login"})).await.expect(202);
        t.settle().await;
        let asha = buyer(&t).await;
        t.post("/api/v1/push-devices", json!({"fcm_token": "a-token-of-an-app", "contact_id": asha})).await.expect(201);
        t.put(&format!("/api/v1/contacts/{asha}/consent"), json!({"channel": "whatsapp", "choice": "everything", "evidence": "Asha said so"}))
            .await
            .expect(200);
        t.post("/api/v1/suppressions", json!({"channel": "email", "address": "asha@example.com", "scope": "all", "detail": "Asha asked"}))
            .await
            .expect(201);
        t.post("/api/v1/suppressions", json!({"channel": "sms", "address": phone, "reason": "undeliverable", "detail": "Asha moved"}))
            .await
            .expect(201);
        t.advance(Duration::from_secs(1)).await;
        erase(&t, &asha).await;
        t.settle().await;
        assert_eq!(t.get("/api/v1/push-devices").await.expect(200)["data"], json!([]));
        let codes = t.get("/api/v1/otp").await.expect(200);
        assert_eq!((&codes["data"][0]["address"], &codes["data"][0]["state"]), (&json!(""), &json!("replaced")));
        let words = t.get("/api/v1/consents").await.expect(200)["data"].to_string();
        assert!(!words.contains("Asha") && !words.contains("9876543210") && words.contains("erased:"), "{words}");
        let stops = t.get("/api/v1/suppressions").await.expect(200)["data"].clone();
        assert_eq!(stops.as_array().unwrap().len(), 1, "what could not be delivered is no objection: {stops}");
        assert_eq!((&stops[0]["address"], &stops[0]["detail"]), (&json!("asha@example.com"), &json!("")));
        let sent = t.get("/api/v1/notifications/history").await.expect(200)["data"].to_string();
        assert!(!sent.contains("9876543210") && !sent.contains("asha@"), "{sent}");
        assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
        // Whoever comes with the address later is still not written to there, and asks by phone as somebody who never spoke.
        let again = t.post("/api/v1/contacts", json!({"phone": phone, "email": "asha@example.com"})).await.expect(201);
        let stands = t.get(&format!("/api/v1/contacts/{}/consent", again["id"].as_str().unwrap())).await.expect(200).to_string();
        assert!(stands.contains("nothing"), "{stands}");
        t.advance(Duration::from_secs(24 * 3_600)).await;
        t.settle().await;
        let left: Vec<Option<String>> =
            t.db().read_main(t.tenant()).all(sql!("SELECT phone FROM erased_addresses WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
        assert_eq!(left, Vec::<Option<String>>::new(), "nor are the addresses kept apart any longer");
    }
}
