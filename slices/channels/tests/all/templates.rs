//! They are asked for page by page, every day and on demand, and calls count at once.

use super::{by_meta, listed, one};
use serde_json::json;
use sim::{At, Meta, Provider};
use std::time::Duration;
use testkit::{ADMIN, Browser};

const DAY: Duration = Duration::from_secs(86_400);

testkit::both_apps! {
    async fn all_of_them_are_here_as_soon_as_an_account_is_given(t: TestApp) {
        for number in 0..230 {
            t.sim().meta().put_template(None, &format!("offer_{number}"), "en", "MARKETING", "{{name}}, offer {{number}}");
        }
        by_meta(&t).await;
        let calls = t.sim().meta().calls("GET /{waba_id}/message_templates");
        assert_eq!(calls.len(), 3, "page by page");
        assert_eq!(t.sim().meta().templates(None).len(), 244);
        let (mut seen, mut cursor) = (0, String::new());
        loop {
            let page = t.get(&format!("/api/v1/whatsapp-templates?limit=100&cursor={cursor}")).await.expect(200);
            seen += page["data"].as_array().unwrap().len();
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(seen, 244);
        let offer = one(&t, "offer_7").await;
        assert_eq!((&offer["status"], &offer["category"], &offer["variables"]), (&json!("approved"), &json!("marketing"), &json!(["name", "number"])));
        let code = one(&t, "verification_code").await;
        assert_eq!(code["also_needs"], "a value for a button");
        assert_eq!(listed(&t, "?category=authentication").await.len(), 1);
        let file = t.get("/api/v1/whatsapp-templates/export?category=authentication").await;
        assert_eq!((file.status, file.text.lines().count()), (200, 2), "{}", file.text);
        assert_eq!(t.get("/api/v1/whatsapp-templates?status=moon").await.expect(422)["errors"][0]["field"], "status");
    }

    async fn promise_21_a_call_counts_at_once_and_a_lost_one_by_the_next_day(t: TestApp) {
        by_meta(&t).await;
        let meta = t.sim().meta();
        meta.judge_template(None, "churn_risk", "en", "PAUSED");
        meta.rate_template(None, "new_product", "en", "RED");
        meta.sort_template(None, "delivery_delayed", "en", "MARKETING");
        t.settle().await;
        assert_eq!(one(&t, "churn_risk").await["status"], "paused");
        assert_eq!(one(&t, "new_product").await["quality"], "red");
        assert_eq!(one(&t, "delivery_delayed").await["category"], "marketing");
        meta.put_template(None, "unheard_of", "en", "UTILITY", "New.");
        meta.judge_template(None, "unheard_of", "en", "APPROVED");
        t.advance(Duration::from_secs(60)).await;
        assert_eq!(one(&t, "unheard_of").await["status"], "approved", "one that nobody knew is asked for");
        meta.webhooks_off();
        meta.judge_template(None, "churn_risk", "en", "APPROVED");
        meta.drop_template(None, "new_product");
        t.settle().await;
        assert_eq!(one(&t, "churn_risk").await["status"], "paused");
        t.advance(DAY).await;
        assert_eq!(one(&t, "churn_risk").await["status"], "approved");
        assert_eq!(one(&t, "new_product").await["status"], "gone");
        meta.put_template(None, "new_product", "en", "MARKETING", "{{product}} is here.");
        assert_eq!(t.post("/api/v1/whatsapp-templates/sync", json!({})).await.status, 202);
        t.settle().await;
        assert_eq!(one(&t, "new_product").await["status"], "approved");
    }

    async fn a_look_that_comes_to_nothing_says_why_and_is_tried_again(t: TestApp) {
        assert_eq!(t.post("/api/v1/whatsapp-templates/sync", json!({})).await.expect(409)["code"], "no_business_account");
        t.sim().faults().next(1, At::every(Provider::Meta), Meta::fault(190));
        by_meta(&t).await;
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, "/admin/messages/channels/templates").await;
        assert!(page.text.contains("Meta was asked in vain") && page.text.contains("190"), "{}", page.text);
        t.sim().faults().next(1, At::every(Provider::Meta), Meta::fault(131_016));
        t.post("/api/v1/whatsapp-templates/sync", json!({})).await.expect(202);
        t.settle().await;
        assert!(listed(&t, "").await.is_empty());
        t.advance(Duration::from_secs(60)).await;
        assert_eq!(listed(&t, "?limit=200").await.len(), t.sim().meta().templates(None).len());
    }

    async fn prices_are_typed_as_people_write_them(t: TestApp) {
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let here = "/admin/messages/channels/templates";
        let wrong = browser.post(&t, &format!("{here}/prices"), &[("currency", "INR"), ("marketing", "0,86")]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert!(wrong.text.contains("an amount such as 0.8631") && wrong.text.contains("0,86"), "{}", wrong.text);
        assert_eq!(browser.post(&t, &format!("{here}/prices"), &[("currency", "inr"), ("marketing", "0.8631"), ("utility", "")]).await.status, 303);
        let set = t.get("/api/v1/settings").await.expect(200);
        assert_eq!(set["channels.whatsapp_prices"], json!({"currency": "INR", "marketing": 8_631}));
        assert!(browser.get(&t, here).await.text.contains("value=\"0.8631\""));
        let odd = t.put("/api/v1/settings", json!({"channels.whatsapp_prices": {"currency": "INR", "marketing": 0.86}})).await;
        assert_eq!(odd.status, 422);
    }
}
