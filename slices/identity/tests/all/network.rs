//! From where a tenant may be used, over HTTP: addresses, and origins of other sites' pages.

use serde_json::{Value, json};
use testkit::{ADMIN, Browser, Reply, TestApp};

const INSIDE: &str = "203.0.113.7";
const OUTSIDE: &str = "198.51.100.9";
const APP: &str = "https://app.example";

fn addresses(t: &TestApp) -> String {
    format!("/api/v1/tenants/{}/addresses", t.tenant())
}

fn origins(t: &TestApp) -> String {
    format!("/api/v1/tenants/{}/origins", t.tenant())
}

/// A request with a key, from an address.
async fn by(t: &TestApp, key: &str, from: &str, method: &str, path: &str, body: Option<Value>) -> Reply {
    let request = t.request(method, path).bearer_auth(key).header("x-forwarded-for", from);
    t.send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn restrict(t: &TestApp, networks: &[&str]) -> Reply {
    let networks: Vec<_> = networks.iter().map(|network| json!({"network": network, "note": "Office"})).collect();
    by(t, t.key(), INSIDE, "PUT", &addresses(t), Some(json!({"networks": networks}))).await
}

/// What a browser asks before it sends another site's request.
async fn preflight(t: &TestApp, origin: &str, path: &str) -> Reply {
    t.send(t.request("OPTIONS", path).header("origin", origin).header("access-control-request-method", "GET")).await
}

async fn from_page(t: &TestApp, origin: &str, key: &str, path: &str) -> Reply {
    t.send(t.request("GET", path).header("origin", origin).bearer_auth(key)).await
}

fn vary(reply: &Reply) -> String {
    reply.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| value.to_lowercase()).collect::<Vec<_>>().join(", ")
}

testkit::both_apps! {
    async fn who_comes_from_elsewhere_is_told_so_and_customers_are_not_asked(t: TestApp) {
        let phone = json!({"username": ADMIN.0, "password": ADMIN.1, "device": {"name": "phone", "platform": "android", "app_version": "1"}});
        let phone = t.send(t.request("POST", "/api/v2/auth/login").json(&phone)).await.expect(200);
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let set = restrict(&t, &["203.0.113.7/24", "2001:db8::/32"]).await.expect(200);
        assert_eq!((&set["networks"][0]["network"], &set["networks"][1]["network"]), (&json!("2001:db8::/32"), &json!("203.0.113.0/24")));
        assert_eq!(set["seen"], INSIDE);

        let token = phone["access_token"].as_str().unwrap();
        // A test key works on other data, behind the same list.
        let keys = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let test = by(&t, t.key(), INSIDE, "POST", &keys, Some(json!({"name": "Trying", "mode": "test"}))).await.expect(201);
        for key in [t.key(), token, test["key"].as_str().unwrap()] {
            let refused = by(&t, key, OUTSIDE, "GET", "/api/v1/orders", None).await.expect(403);
            assert_eq!(refused["code"], "address_not_allowed");
            assert!(refused["detail"].as_str().unwrap().contains(OUTSIDE), "{refused}");
            for inside in [INSIDE, "2001:db8::5", "::ffff:203.0.113.9"] {
                by(&t, key, inside, "GET", "/api/v1/orders", None).await.expect(200);
            }
        }
        let page = |from: &'static str| t.request("GET", "/admin/orders").header("cookie", &browser.cookie).header("accept", "text/html").header("x-forwarded-for", from);
        let refused = t.send(page(OUTSIDE)).await;
        assert!(refused.status == 403 && refused.text.contains(OUTSIDE), "{}", refused.text);
        assert_eq!(t.send(page(INSIDE)).await.status, 200);
        // A proxy that nobody trusts says what it likes: only what the last one adds counts.
        by(&t, t.key(), &format!("{INSIDE}, {OUTSIDE}"), "GET", "/api/v1/orders", None).await.expect(403);

        // The shop, its customers and what providers send come from anywhere, and so do other tenants, and the operator.
        for path in ["/", "/buy/starter", "/health", "/admin/login"] {
            assert_eq!(t.send(t.request("GET", path).header("x-forwarded-for", OUTSIDE)).await.status, 200, "{path}");
        }
        let webhook = t.send(t.request("POST", "/webhook").header("x-forwarded-for", OUTSIDE).body("{}")).await;
        assert_ne!(webhook.json()["code"], "address_not_allowed", "{}", webhook.text);
        let (_, other) = t.another_tenant("Other Shop").await;
        by(&t, &other, OUTSIDE, "GET", "/api/v1/orders", None).await.expect(200);
        by(&t, "a-token-for-tests-long-enough", OUTSIDE, "GET", "/api/v1/orders", None).await.expect(200);

        assert!(restrict(&t, &[]).await.status == 200);
        by(&t, t.key(), OUTSIDE, "GET", "/api/v1/orders", None).await.expect(200);
    }

    async fn a_list_locks_nobody_out_who_saves_it_and_the_operator_lifts_it(t: TestApp) {
        let refused = restrict(&t, &["198.51.100.0/24"]).await.expect(422);
        assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!("locks_you_out"), &json!("networks")));
        assert!(refused["detail"].as_str().unwrap().contains(INSIDE), "{refused}");
        for wrong in ["office", "203.0.113.0/99", ""] {
            assert_eq!(restrict(&t, &[wrong]).await.expect(422)["errors"][0]["field"], "networks", "{wrong}");
        }
        let many: Vec<String> = (0..101).map(|number| format!("203.0.113.{number}")).collect();
        restrict(&t, &many.iter().map(String::as_str).collect::<Vec<_>>()).await.expect(422);
        by(&t, t.key(), OUTSIDE, "GET", &addresses(&t), None).await.expect(200);

        // The page says the same beside the field, and takes notes.
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let typed = browser.post(&t, "/admin/network/addresses", &[("networks", "198.51.100.0/24 Elsewhere")]).await;
        assert!(typed.status == 422 && typed.text.contains("from where you come") && typed.text.contains("198.51.100.0/24 Elsewhere"), "{}", typed.text);
        assert_eq!(browser.post(&t, "/admin/network/addresses", &[("networks", "127.0.0.1 Till\n\n 203.0.113.0/24  Office ")]).await.status, 303);
        let page = browser.get(&t, "/admin/network").await;
        assert!(page.text.contains("127.0.0.1/32 Till\n203.0.113.0/24 Office"), "{}", page.text);
        by(&t, t.key(), OUTSIDE, "GET", "/api/v1/orders", None).await.expect(403);

        // Only owners.
        let admin = json!({"name": "an admin's", "role": "admin"});
        let keys = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let admin = by(&t, t.key(), INSIDE, "POST", &keys, Some(admin)).await.expect(201)["key"].as_str().unwrap().to_owned();
        by(&t, &admin, INSIDE, "GET", &addresses(&t), None).await.expect(200);
        for (path, body) in [(addresses(&t), json!({"networks": []})), (origins(&t), json!({"origins": []}))] {
            assert_eq!(by(&t, &admin, INSIDE, "PUT", &path, Some(body)).await.expect(403)["code"], "role_too_high");
        }

        identity::lift_addresses(t.db(), t.tenant()).await.unwrap();
        t.app().cache.forget_all();
        by(&t, t.key(), OUTSIDE, "GET", "/api/v1/orders", None).await.expect(200);

        t.settle().await;
        let trail = t.get("/api/v1/audit?kind=addresses.changed").await.expect(200);
        let changes: Vec<_> = trail["data"].as_array().unwrap().iter().map(|row| row["body"]["changes"][0].clone()).collect();
        assert_eq!(changes.len(), 2, "{trail}");
        assert!(changes.iter().any(|change| change["after"] == "127.0.0.1/32 Till, 203.0.113.0/24 Office"), "{trail}");
        assert!(changes.iter().any(|change| change["before"] == "127.0.0.1/32 Till, 203.0.113.0/24 Office"), "{trail}");
    }

    async fn a_page_of_another_site_reads_what_its_own_tenant_lists_it_for(t: TestApp) {
        let (_, other) = t.another_tenant("Other Shop").await;
        let path = "/api/v1/orders";
        let early = preflight(&t, APP, path).await;
        assert_eq!((early.expect(403)["code"].clone(), early.header("access-control-allow-origin")), (json!("origin_not_listed"), None));
        let set = t.put(&origins(&t), json!({"origins": ["https://App.example/", "http://localhost:3000"]})).await.expect(200);
        assert_eq!(set["origins"], json!(["http://localhost:3000", APP]));

        let asked = preflight(&t, APP, path).await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, Some(APP)));
        assert!(asked.header("access-control-allow-headers").unwrap().contains("authorization"));
        assert!(asked.header("access-control-allow-methods").unwrap().contains("DELETE") && vary(&asked).contains("origin"), "{asked:?}");
        let own = from_page(&t, APP, t.key(), path).await;
        assert_eq!((own.status, own.header("access-control-allow-origin")), (200, Some(APP)));
        assert!(own.header("access-control-expose-headers").unwrap().contains("ratelimit-remaining") && own.header("ratelimit-remaining").is_some());
        assert!(vary(&own).contains("origin"), "{own:?}");
        // A refusal of a caller who is known can be read as well.
        assert_eq!(from_page(&t, APP, t.key(), "/api/v1/orders/nonsense").await.header("access-control-allow-origin"), Some(APP));

        // Another tenant does not list it, nor this one any other origin, not even one that begins the same.
        for (origin, key) in [(APP, other.as_str()), ("https://app.example.evil", t.key()), ("https://evil.example", t.key()), ("null", t.key()), (APP, "nobody's key")] {
            let answer = from_page(&t, origin, key, path).await;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
            assert!(vary(&answer).contains("origin"), "{answer:?}");
        }
        for origin in ["https://evil.example", "null", "https://app.example.evil", ""] {
            assert_eq!(preflight(&t, origin, path).await.status, 403, "{origin}");
        }
        // Pages and other paths are nobody else's business.
        assert_eq!(preflight(&t, APP, "/admin/orders").await.header("access-control-allow-origin"), None);
        assert_eq!(t.send(t.request("OPTIONS", path)).await.status, 405);

        assert_eq!(t.put(&origins(&t), json!({"origins": []})).await.status, 200);
        assert_eq!(preflight(&t, APP, path).await.status, 403, "what was taken away still counts");
        assert_eq!(from_page(&t, APP, t.key(), path).await.header("access-control-allow-origin"), None);
        for wrong in ["*", "http://app.example", "https://*.example", "https://app.example/x"] {
            assert_eq!(t.put(&origins(&t), json!({"origins": [wrong]})).await.expect(422)["errors"][0]["field"], "origins", "{wrong}");
        }
        t.settle().await;
        assert_eq!(t.get("/api/v1/audit?kind=origins.changed").await.expect(200)["data"].as_array().unwrap().len(), 2);
    }

    async fn a_session_is_no_use_to_another_site(t: TestApp) {
        t.put(&origins(&t), json!({"origins": [APP]})).await.expect(200);
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let ask = |method: &'static str, path: &'static str, origin: String| {
            let request = t.request(method, path).header("cookie", &browser.cookie).header("accept", "application/json");
            t.send(request.header("origin", origin))
        };
        for (method, path) in [("GET", "/api/v1/orders"), ("POST", "/api/v1/orders"), ("GET", "/admin/orders"), ("POST", "/admin/logout")] {
            let refused = ask(method, path, APP.to_owned()).await;
            assert_eq!(refused.expect(403)["code"], "cross_origin_session", "{method} {path}");
            assert_eq!((refused.header("access-control-allow-origin"), refused.header("access-control-allow-credentials")), (None, None));
        }
        assert_eq!(ask("GET", "/api/v1/orders", t.url().to_owned()).await.status, 200);
    }
}
