//! The same by hand, in the back office.

use crate::flow::{pay, set_up, subscribe};
use serde_json::json;
use testkit::{ADMIN, Browser};

testkit::both_apps! {
    async fn a_merchant_subscribes_changes_and_pauses(t: TestApp) {
        set_up(&t).await;
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let sub = subscribe(&t, "s-1", json!({})).await;
        let id = sub["id"].as_str().unwrap();
        let charges = t.get(&format!("/api/v1/subscriptions/{id}/charges")).await.expect(200);
        pay(&t, &charges["data"][0]["invoice_id"], "p-1").await;
        for page in ["", "/plans", "/plans/new", "/revenue", "/policy", "/new"] {
            assert_eq!(browser.get(&t, &format!("/admin/subscriptions{page}")).await.status, 200, "{page}");
        }
        let here = format!("/admin/subscriptions/{id}");
        let quoted = browser.post(&t, &format!("{here}/preview"), &[("plan", "pro/month"), ("quantity", "1"), ("mode", "invoice_now")]).await;
        assert_eq!((quoted.status, quoted.text.contains("What it would come to today")), (200, true));
        let refused = browser.post(&t, &format!("{here}/resume"), &[]).await;
        assert_eq!((refused.status, refused.text.contains("cannot be resumed")), (409, true));
        let paused = browser.post(&t, &format!("{here}/pause"), &[("when", "now"), ("resume_on", ""), ("reason", "Away")]).await;
        assert_eq!(paused.status, 303);
        assert_eq!(t.get(&format!("/api/v1/subscriptions/{id}")).await.expect(200)["state"], "paused");
    }
}
