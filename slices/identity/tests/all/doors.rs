//! Who gets in, over HTTP.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Reply, TestApp};

const OPERATOR: &str = "a-token-for-tests-long-enough";

async fn with_key(t: &TestApp, method: &str, path: &str, key: &str, body: Value) -> Reply {
    t.send(t.request(method, path).bearer_auth(key).json(&body)).await
}

async fn sign_in(t: &TestApp, username: &str, password: &str) -> Reply {
    t.send(t.request("POST", "/admin/login").form(&[("username", username), ("password", password), ("next", "//evil.example")])).await
}

/// The cookie of a new session, as a browser would send it.
async fn session(t: &TestApp) -> String {
    let reply = sign_in(t, ADMIN.0, ADMIN.1).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/admin")), "{}", reply.text);
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn keys_page(t: &TestApp, cookie: &str) -> Reply {
    t.send(t.request("GET", "/admin/keys").header("cookie", cookie)).await
}

/// The token that the page's forms carry.
fn csrf(page: &Reply) -> String {
    let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

testkit::both_apps! {
    async fn a_key_is_shown_once_and_revoked_at_once(t: TestApp) {
        let all = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let made = t.post(&all, json!({"name": "till", "role": "user"})).await.expect(201);
        let key = made["key"].as_str().unwrap().to_owned();
        let (id, contacts) = (made["id"].as_str().unwrap(), "/api/v1/contacts");
        with_key(&t, "GET", contacts, &key, Value::Null).await.expect(200);
        assert!(!t.get(&all).await.text.contains(&key));
        assert_eq!(with_key(&t, "GET", &all, &key, Value::Null).await.expect(403)["code"], "forbidden");
        assert_eq!(with_key(&t, "DELETE", &format!("{all}/{id}"), t.key(), Value::Null).await.status, 204);
        assert_eq!(with_key(&t, "GET", contacts, &key, Value::Null).await.expect(401)["code"], "invalid_api_key");
    }

    async fn a_key_expires(t: TestApp) {
        let all = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let end = t.db().clock().now().after(Duration::from_secs(3_600));
        let made = t.post(&all, json!({"name": "brief", "role": "viewer", "expires_at": end.to_string()})).await.expect(201);
        let key = made["key"].as_str().unwrap().to_owned();
        with_key(&t, "GET", "/api/v1/contacts", &key, Value::Null).await.expect(200);
        t.advance(Duration::from_secs(3_601)).await;
        with_key(&t, "GET", "/api/v1/contacts", &key, Value::Null).await.expect(401);
    }

    async fn only_the_operator_opens_tenants(t: TestApp) {
        let body = json!({"name": "Second", "owner": {"email": "b@example.com", "password": "a-fine-long-secret"}});
        assert_eq!(t.post("/api/v1/tenants", body.clone()).await.expect(403)["code"], "operator_only");
        t.send(t.request("POST", "/api/v1/tenants").json(&body)).await.expect(401);
        let made = with_key(&t, "POST", "/api/v1/tenants", OPERATOR, body.clone()).await.expect(201);
        let (id, key) = (made["tenant_id"].as_str().unwrap(), made["api_key"].as_str().unwrap());
        with_key(&t, "GET", &format!("/api/v1/tenants/{id}"), key, Value::Null).await.expect(200);
        for path in [format!("/api/v1/tenants/{id}"), format!("/api/v1/tenants/{id}/users"), format!("/api/v1/tenants/{id}/api-keys")] {
            t.get(&path).await.expect(404);
        }
        let weak = json!({"name": "Third", "owner": {"email": "c@example.com", "password": "password123"}});
        let refused = with_key(&t, "POST", "/api/v1/tenants", OPERATOR, weak).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "password");
    }

    async fn members_come_and_go_but_an_owner_stays(t: TestApp) {
        let all = format!("/api/v1/tenants/{}/users", t.tenant());
        let owner = t.get(&all).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let nobody = t.put(&format!("{all}/{owner}"), json!({"role": "viewer"})).await.expect(409);
        assert_eq!(nobody["code"], "last_owner");
        let new = json!({"email": "Ravi@example.com", "role": "owner"});
        assert_eq!(t.post(&all, new).await.expect(422)["errors"][0]["field"], "password");
        let new = json!({"email": "Ravi@example.com", "role": "owner", "password": "a-fine-long-secret"});
        let ravi = t.post(&all, new.clone()).await.expect(201)["id"].as_str().unwrap().to_owned();
        assert_eq!(t.post(&all, new).await.expect(409)["code"], "already_member");
        // Each of two owners removes the other at the same moment: one of them succeeds.
        let paths = [format!("{all}/{owner}"), format!("{all}/{ravi}")];
        let removed = tokio::join!(
            with_key(&t, "DELETE", &paths[0], t.key(), Value::Null),
            with_key(&t, "DELETE", &paths[1], t.key(), Value::Null),
        );
        let mut statuses = [removed.0.status, removed.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
        assert_eq!(t.get(&all).await.expect(200)["data"].as_array().unwrap().len(), 1);
    }

    async fn signing_in_tells_nobody_who_exists(t: TestApp) {
        let (unknown, wrong) = (sign_in(&t, "nobody", "wrong").await, sign_in(&t, ADMIN.0, "wrong").await);
        assert_eq!((unknown.status, wrong.status), (401, 401));
        assert_eq!(unknown.text.replace("nobody", "admin"), wrong.text);
        assert!(unknown.header("set-cookie").is_none());
        let cross = t.request("POST", "/admin/login").header("origin", "https://evil.example");
        assert_eq!(t.send(cross.form(&[("username", ADMIN.0), ("password", ADMIN.1)])).await.status, 403);
    }

    async fn a_session_slides_and_ends(t: TestApp) {
        let cookie = session(&t).await;
        assert_eq!(keys_page(&t, &cookie).await.status, 200);
        for _ in 0..3 {
            t.advance(Duration::from_secs(14 * 60)).await;
            assert_eq!(keys_page(&t, &cookie).await.status, 200);
        }
        t.advance(Duration::from_secs(16 * 60)).await;
        let over = keys_page(&t, &cookie).await;
        assert_eq!((over.status, over.header("location")), (303, Some("/admin/login?next=%2Fadmin%2Fkeys")));
    }

    async fn a_change_needs_the_sessions_token(t: TestApp) {
        let cookie = session(&t).await;
        let page = keys_page(&t, &cookie).await;
        let post = |path: &str, fields: &[(&str, &str)]| t.request("POST", path).header("cookie", &cookie).form(fields);
        assert_eq!(t.send(post("/admin/keepalive", &[])).await.status, 403);
        assert_eq!(t.send(post("/admin/keys", &[("csrf", "forged"), ("name", "x"), ("role", "user")])).await.status, 403);
        let token = csrf(&page);
        let wrong = t.send(post("/admin/keys", &[("csrf", &token), ("name", ""), ("role", "user")])).await;
        assert_eq!(wrong.status, 422);
        let made = t.send(post("/admin/keys", &[("csrf", &token), ("name", "Till"), ("role", "user"), ("days", "30")])).await;
        assert!(made.status == 200 && made.text.contains("ok_live_"), "{}", made.text);
        let kept = t.send(post("/admin/keepalive", &[("csrf", &token)])).await;
        assert_eq!(kept.expect(200), json!({"minutes": 15}));
        let out = t.send(post("/admin/logout", &[("csrf", &token)])).await;
        assert_eq!((out.status, out.header("location")), (303, Some("/admin/login")));
        assert_eq!(keys_page(&t, &cookie).await.status, 303);
    }

    async fn a_changed_role_holds_at_once(t: TestApp) {
        let all = format!("/api/v1/tenants/{}/users", t.tenant());
        let admin = t.get(&all).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        t.post(&all, json!({"email": "b@example.com", "role": "owner", "password": "a-fine-long-secret"})).await.expect(201);
        let cookie = session(&t).await;
        assert_eq!(keys_page(&t, &cookie).await.status, 200);
        t.put(&format!("{all}/{admin}"), json!({"role": "viewer"})).await.expect(200);
        assert_eq!(keys_page(&t, &cookie).await.status, 403);
        assert_eq!(with_key(&t, "DELETE", &format!("{all}/{admin}"), t.key(), Value::Null).await.status, 204);
        assert_eq!(keys_page(&t, &cookie).await.status, 303);
    }
}
