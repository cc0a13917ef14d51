//! The life of a tenant, over HTTP: several shops of one person, suspending, closing, coming back, and the end.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::TenantId;
use serde_json::json;
use std::time::Duration;
use store::{Look, params, sql};
use testkit::{Browser, Reply, TestApp};

const OPERATOR: &str = "a-token-for-tests-long-enough";
const PASSWORD: &str = "another-long-password";

async fn call(t: &TestApp, token: &str, method: &str, path: &str, body: serde_json::Value) -> Reply {
    t.send(t.request(method, path).bearer_auth(token).json(&body)).await
}

async fn rows(t: &TestApp, tenant: TenantId) -> i64 {
    let mut look = t.db().read_main(tenant);
    let sql = sql!(
        "SELECT (SELECT COUNT(*) FROM tenants WHERE tenant_id = $1) + (SELECT COUNT(*) FROM members WHERE tenant_id = $1)
              + (SELECT COUNT(*) FROM journal WHERE tenant_id = $1) + (SELECT COUNT(*) FROM api_keys WHERE tenant_id = $1)"
    );
    look.one(sql, params![tenant]).await.unwrap()
}

testkit::both_apps! {
    async fn the_operator_suspends_and_lets_go_on(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        let path = format!("/api/v1/tenants/{tenant}");
        assert_eq!(call(&t, &key, "POST", &format!("{path}/suspend"), json!({"reason": "me"})).await.status, 403);
        let browser = Browser::signed_in(&t, "tea.house@example.com", PASSWORD).await;
        let done = call(&t, OPERATOR, "POST", &format!("{path}/suspend"), json!({"reason": "Unpaid since May"})).await.expect(200);
        assert_eq!(done["state"], "suspended");
        assert_eq!(browser.get(&t, "/admin").await.status, 303);
        let refused = call(&t, &key, "GET", &path, json!(null)).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("tenant_shut")), "{}", refused.text);
        assert_eq!(Browser::new().get(&t, "/s/tea-house").await.status, 404);
        let again = call(&t, OPERATOR, "POST", &format!("{path}/suspend"), json!({"reason": "twice"})).await;
        assert_eq!((again.status, again.json()["code"].as_str()), (409, Some("tenant_state")), "{}", again.text);
        assert_eq!(call(&t, OPERATOR, "POST", &format!("{path}/resume"), json!({})).await.status, 200);
        let first = call(&t, OPERATOR, "POST", &format!("/api/v1/tenants/{}/suspend", t.tenant()), json!({"reason": "x"})).await;
        assert_eq!(first.json()["code"], "first_tenant");
        let plan = call(&t, OPERATOR, "PUT", &format!("{path}/plan"), json!({"plan": "pro"})).await.expect(200);
        assert_eq!(plan["plan"], "pro");
        assert_eq!(call(&t, OPERATOR, "PUT", &format!("{path}/plan"), json!({"plan": "gold"})).await.status, 422);
    }

    async fn an_owner_closes_comes_back_closes_and_all_of_it_is_gone(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        let owner = Browser::signed_in(&t, "tea.house@example.com", PASSWORD).await;
        let wrong = owner.post(&t, "/admin/tenants/close", &[("slug", "coffee-house")]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert_eq!(owner.post(&t, "/admin/tenants/close", &[("slug", "tea-house")]).await.status, 303);
        assert_eq!(Browser::new().get(&t, "/s/tea-house").await.status, 404);
        let page = owner.get(&t, "/admin/tenants").await;
        assert!(page.status == 200 && page.text.contains("This shop is closed"), "{}", page.text);
        assert_eq!(owner.post(&t, "/admin/tenants/restore", &[]).await.status, 303);
        t.advance(Duration::from_secs(31 * 86_400)).await;
        assert!(rows(&t, tenant).await > 0, "restored is restored");
        call(&t, &key, "POST", &format!("/api/v1/tenants/{tenant}/close"), json!({"slug": "tea-house"})).await.expect(200);
        t.advance(Duration::from_secs(29 * 86_400)).await;
        assert!(rows(&t, tenant).await > 0);
        t.advance(Duration::from_secs(2 * 86_400)).await;
        assert_eq!(rows(&t, tenant).await, 0);
        let gone = Browser::new().post(&t, "/admin/login", &[("username", "tea.house@example.com"), ("password", PASSWORD)]).await;
        assert_eq!(gone.status, 401, "{}", gone.text);
    }

    async fn a_person_goes_from_one_shop_to_another(t: TestApp) {
        let (tea, _) = t.another_tenant("Tea House").await;
        let (coffee, key) = t.another_tenant("Coffee House").await;
        let ravi = Browser::signed_in(&t, "tea.house@example.com", PASSWORD).await;
        assert_eq!(ravi.post(&t, &format!("/admin/tenants/{coffee}/switch"), &[]).await.status, 404);
        call(&t, &key, "POST", &format!("/api/v1/tenants/{coffee}/invitations"), json!({"email": "tea.house@example.com", "role": "viewer"}))
            .await.expect(201);
        t.settle().await;
        let mail = t.sim().mailboxes().mails_to("tea.house@example.com").pop().unwrap().text.unwrap();
        let token = mail.split("?token=").nth(1).unwrap().split_whitespace().next().unwrap();
        let there = Browser::from(&t, &ravi.post(&t, "/join", &[("token", token)]).await).await;
        assert_eq!(there.post(&t, "/admin/members", &[("email", "x@example.com"), ("role", "user")]).await.status, 403, "a viewer there");
        let back = Browser::from(&t, &there.post(&t, &format!("/admin/tenants/{tea}/switch"), &[]).await).await;
        assert_eq!(there.get(&t, "/admin/tenants").await.status, 303, "the session that was left is over");
        assert_eq!(back.post(&t, "/admin/members", &[("email", "x@example.com"), ("role", "user")]).await.status, 303, "an owner here");
    }
}
