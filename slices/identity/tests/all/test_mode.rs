//! Test mode over HTTP: a test key sells, is paid and writes to people among played providers, and touches nothing real.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::TenantId;
use serde_json::{Value, json};
use sim::{Method, Status};
use std::time::Duration;
use store::{Look, params, sql};
use testkit::{Browser, Reply, TestApp};

const PASSWORD: &str = "another-long-password";

async fn call(t: &TestApp, token: &str, method: &str, path: &str, body: Value) -> Reply {
    t.send(t.request(method, path).bearer_auth(token).json(&body)).await
}

async fn test_key(t: &TestApp, tenant: TenantId, key: &str) -> String {
    let made = call(t, key, "POST", &format!("/api/v1/tenants/{tenant}/api-keys"), json!({"name": "Trying", "mode": "test"})).await;
    made.expect(201)["key"].as_str().unwrap().to_owned()
}

/// The tenant that holds another's test data, and whether there is one.
async fn test_data(t: &TestApp, of: TenantId) -> Option<TenantId> {
    t.db().read_main(of).maybe(sql!(global "SELECT tenant_id FROM tenants WHERE test_of = $1"), params![of]).await.unwrap()
}

testkit::both_apps! {
    async fn a_test_key_sells_and_nothing_real_hears_of_it(t: TestApp) {
        let live = t.key().to_owned();
        let test = test_key(&t, t.tenant(), &live).await;
        assert!(test.starts_with("ok_test_") && live.starts_with("ok_live_"));
        let twin = test_data(&t, t.tenant()).await.unwrap();
        let product = json!({"slug": "tea", "name": "Tea", "price": {"minor": 25_000, "currency": "INR"}});
        call(&t, &test, "POST", "/api/v1/products", product).await.expect(201);
        let shop = t.get(&format!("/api/v1/tenants/{}", t.tenant())).await.expect(200);
        let buy = json!({"amount": 250, "product": "tea", "customer": {"name": "Asha", "phone": "9876543210", "email": "asha@example.com"}});
        let buy = t.request("POST", &format!("/s/{}-test/create_order", shop["slug"].as_str().unwrap())).json(&buy);
        let order = t.send(buy.header("idempotency-key", "tea-1")).await.expect(201);
        let placed = t.sim().razorpay().orders().pop().unwrap();
        assert_eq!(placed.guest, Some(twin.to_string()), "the provider knows it as a guest's");
        t.sim().razorpay().pay(&placed.id, Method::Upi).unwrap();
        t.settle().await;
        let path = format!("/api/v1/orders/{}", order["order_id"].as_str().unwrap());
        assert_eq!(call(&t, &test, "GET", &path, json!(null)).await.expect(200)["state"], "paid");
        assert!(t.sim().phones().calls().iter().all(|call| call.guest == Some(twin.to_string())));
        assert!(!t.sim().phones().calls().is_empty(), "the customer of a test is told, on a played phone");
        let told = t.sim().phones().calls().pop().unwrap().message_id.unwrap();
        assert!(t.sim().phones().receipt(&told, Status::Read));
        t.settle().await;
        let history = call(&t, &test, "GET", "/api/v1/notifications/history", json!(null)).await.expect(200);
        assert!(history["data"].as_array().unwrap().iter().any(|message| message["state"] == "read"), "and the phone is heard: {history}");
        assert_eq!(t.get(&path).await.status, 404);
        assert!(t.get("/api/v1/orders").await.expect(200)["data"].as_array().unwrap().is_empty());
    }

    async fn test_keys_leave_the_account_alone_and_end_like_others(t: TestApp) {
        let live = t.key().to_owned();
        let path = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let (first, second) = tokio::join!(test_key(&t, t.tenant(), &live), test_key(&t, t.tenant(), &live));
        assert_ne!(first, second);
        let twin = test_data(&t, t.tenant()).await.unwrap();
        for (method, path) in [
            ("PUT", "/api/v1/settings/credentials/razorpay".to_owned()),
            ("PUT", format!("/api/v1/tenants/{twin}/branding")),
            ("POST", format!("/api/v1/tenants/{twin}/invitations")),
            ("POST", format!("/api/v1/tenants/{twin}/api-keys")),
            ("POST", format!("/api/v1/tenants/{twin}/close")),
        ] {
            assert_eq!(call(&t, &first, method, &path, json!({})).await.status, 403, "{method} {path}");
        }
        let told = call(&t, &first, "GET", &format!("/api/v1/tenants/{twin}"), json!(null)).await.expect(200);
        assert_eq!(told["test"], true);
        let keys = t.get(&path).await.expect(200);
        let tests: Vec<&Value> = keys["data"].as_array().unwrap().iter().filter(|key| key["mode"] == "test").collect();
        assert_eq!(tests.len(), 2, "the account lists its test keys");
        let id = tests.iter().find(|key| first.starts_with(key["prefix"].as_str().unwrap())).unwrap()["id"].as_str().unwrap();
        let rotated = call(&t, &live, "POST", &format!("{path}/{id}/rotate"), json!({})).await.expect(201);
        assert!(rotated["key"].as_str().unwrap().starts_with("ok_test_"));
        assert_eq!(call(&t, &live, "DELETE", &format!("{path}/{id}"), json!(null)).await.status, 204);
        assert_eq!(call(&t, &first, "GET", "/api/v1/orders", json!(null)).await.status, 401);
    }

    async fn members_look_at_test_data_and_go_back(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        let owner = Browser::signed_in(&t, "tea.house@example.com", PASSWORD).await;
        assert_eq!(owner.post(&t, "/admin/test/leave", &[]).await.status, 409);
        assert_eq!(owner.post(&t, "/admin/test", &[]).await.status, 303);
        let there = owner.get(&t, "/admin/orders").await;
        assert!(there.status == 200 && there.text.contains("Test data.") && there.text.contains("Tea House (test)"), "{}", there.text);
        assert_eq!(owner.get(&t, "/admin/keys").await.status, 403, "keys are made on the other side");
        let channels = owner.get(&t, "/admin/messages/channels").await;
        assert!(channels.status == 200 && !channels.text.contains("could be played by anybody"), "{}", channels.text);
        let shop = Browser::new().get(&t, "/s/tea-house-test/").await;
        assert!(shop.status == 200 && shop.text.contains("Test shop."), "{}", shop.text);
        assert_eq!(owner.post(&t, "/admin/test/leave", &[]).await.status, 303);
        assert!(!owner.get(&t, "/admin/orders").await.text.contains("Test data."));
        // Whoever is removed is out on both sides at once.
        let invite = json!({"email": "ravi@example.com", "name": "Ravi", "role": "manager", "password": "a-password-of-ravis"});
        let ravi = call(&t, &key, "POST", &format!("/api/v1/tenants/{tenant}/users"), invite).await.expect(201);
        let seat = Browser::signed_in(&t, "ravi@example.com", "a-password-of-ravis").await;
        assert_eq!(seat.post(&t, "/admin/test", &[]).await.status, 303);
        assert_eq!(seat.get(&t, "/admin/orders").await.status, 200);
        let path = format!("/api/v1/tenants/{tenant}/users/{}", ravi["id"].as_str().unwrap());
        assert_eq!(call(&t, &key, "DELETE", &path, json!(null)).await.status, 204);
        assert_eq!(seat.get(&t, "/admin/orders").await.status, 303);
    }

    async fn test_data_lives_and_dies_with_its_shop(t: TestApp) {
        let (tenant, key) = t.another_tenant("Tea House").await;
        let test = test_key(&t, tenant, &key).await;
        let twin = test_data(&t, tenant).await.unwrap();
        call(&t, &key, "POST", &format!("/api/v1/tenants/{tenant}/close"), json!({"slug": "tea-house"})).await.expect(200);
        let refused = call(&t, &test, "GET", "/api/v1/orders", json!(null)).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("tenant_shut")));
        t.advance(Duration::from_secs(31 * 86_400)).await;
        let sql = sql!("SELECT (SELECT COUNT(*) FROM tenants WHERE tenant_id = $1) + (SELECT COUNT(*) FROM journal WHERE tenant_id = $1)");
        let left: i64 = t.db().read_main(twin).one(sql, params![twin]).await.unwrap();
        assert_eq!(left, 0);
    }
}
