//! Single sign-on, over HTTP, with a provider that lies in every way that one can. A real one stands in tests/browser.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{ADMIN, Browser, Reply, TestApp};

/// The provider's key, and one that is not its.
const KEYS: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIF0uOMIKeYQLYLHN4Myv3Yhd7YHtlLn7QyPXVOtDICqy\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGIkoQf+3ZomicU0MeryQ52roG082oqkGqSW9JU5RMRX\n-----END PRIVATE KEY-----\n",
];

/// What the provider is about to say.
#[derive(Default)]
struct Says {
    claims: Value,
    /// Which key it signs with.
    key: usize,
    /// Signs with nothing at all.
    unsigned: bool,
    /// What the token's request held.
    asked: HashMap<String, String>,
}

#[derive(Clone)]
struct Provider {
    url: String,
    says: Arc<Mutex<Says>>,
}

fn key(which: usize) -> CoreEdDsaPrivateSigningKey {
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(KEYS[which], Some(JsonWebKeyId::new("one".into()))).unwrap()
}

impl Provider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self { url: format!("http://{}", listener.local_addr().unwrap()), says: Arc::default() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(|| async { Json(json!({"keys": [key(0).as_verification_key()]})) }))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    fn will_say(&self, claims: Value) {
        *self.says.lock().unwrap() = Says { claims, ..Says::default() };
    }
}

async fn describe(State(provider): State<Provider>) -> Json<Value> {
    let url = &provider.url;
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "none", "HS256"],
    }))
}

async fn token(State(provider): State<Provider>, Form(asked): Form<HashMap<String, String>>) -> Json<Value> {
    let mut says = provider.says.lock().unwrap();
    says.asked = asked;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let algorithm = if says.unsigned { "none" } else { "EdDSA" };
    let signed = format!("{}.{}", part(&json!({"alg": algorithm, "kid": "one"})), part(&says.claims));
    let signature =
        if says.unsigned { Vec::new() } else { key(says.key).sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap() };
    let id_token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    Json(json!({"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 60, "id_token": id_token}))
}

/// A sign-in that has left for the provider.
struct Left {
    cookie: String,
    sent: HashMap<String, String>,
}

async fn leave(t: &TestApp, shop: &str) -> Reply {
    t.send(t.request("POST", "/admin/login/sso").form(&[("shop", shop), ("next", "/admin/roles")])).await
}

async fn left(t: &TestApp) -> Left {
    let reply = leave(t, "my-shop").await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let (_, query) = reply.header("location").unwrap().split_once('?').unwrap();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=600"), "{cookie}");
    Left {
        cookie: cookie.split(';').next().unwrap().to_owned(),
        sent: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }
}

async fn back(t: &TestApp, left: &Left, query: &str) -> Reply {
    let path = format!("/admin/login/sso/callback?state={}&{query}", left.sent["state"]);
    t.send(t.request("GET", &path).header("cookie", &left.cookie)).await
}

/// What an honest provider says of somebody.
fn claims(t: &TestApp, provider: &Provider, left: &Left, email: &str) -> Value {
    let now = t.db().clock().now().millis() / 1_000;
    json!({
        "iss": provider.url, "aud": "shop", "sub": format!("sub of {}", email.to_lowercase()), "exp": now + 300, "iat": now, "nonce": left.sent["nonce"],
        "email": email, "email_verified": true, "name": "Ravi",
    })
}

/// Signs somebody in through an honest provider.
async fn sign_in(t: &TestApp, provider: &Provider, email: &str) -> Reply {
    let left = left(t).await;
    provider.will_say(claims(t, provider, &left, email));
    back(t, &left, "code=a-code").await
}

fn path(t: &TestApp) -> String {
    format!("/api/v1/tenants/{}/sso", t.tenant())
}

fn wanted(provider: &Provider) -> Value {
    json!({
        "issuer": provider.url, "client_id": "shop", "client_secret": "kept from everybody", "domains": ["Example.com"], "role": "manager",
        "enabled": true,
    })
}

async fn set_up(t: &TestApp) -> Provider {
    let provider = Provider::start().await;
    let kept = t.put(&path(t), wanted(&provider)).await.expect(200);
    assert_eq!((&kept["has_secret"], &kept["domains"]), (&json!(true), &json!(["example.com"])));
    assert!(!kept.to_string().contains("kept from everybody"));
    provider
}

async fn members(t: &TestApp) -> Vec<(String, String)> {
    let all = t.get(&format!("/api/v1/tenants/{}/users", t.tenant())).await.expect(200);
    let text = |member: &Value, field: &str| member[field].as_str().unwrap_or_default().to_owned();
    all["data"].as_array().unwrap().iter().map(|member| (text(member, "email"), text(member, "role"))).collect()
}

async fn page(t: &TestApp, path: &str, signed_in: &Reply) -> Reply {
    assert_eq!(signed_in.status, 303, "{}", signed_in.text);
    let cookies = signed_in.headers.iter().filter(|(name, value)| name == "set-cookie" && value.starts_with("origin_session="));
    let cookie = cookies.map(|(_, value)| value.split(';').next().unwrap().to_owned()).next().unwrap();
    t.send(t.request("GET", path).header("cookie", cookie)).await
}

testkit::both_apps! {
    async fn somebody_new_becomes_a_member_and_is_known_again(t: TestApp) {
        let provider = set_up(&t).await;
        let first = sign_in(&t, &provider, "Ravi@Example.com").await;
        assert_eq!(first.header("location"), Some("/admin/roles"));
        assert!(page(&t, "/admin/roles", &first).await.text.contains("manager"));
        assert!(members(&t).await.contains(&("ravi@example.com".to_owned(), "manager".to_owned())));
        let asked = provider.says.lock().unwrap().asked.clone();
        assert!(asked["code_verifier"].len() >= 43 && asked["grant_type"] == "authorization_code", "{asked:?}");
        assert_eq!(sign_in(&t, &provider, "ravi@example.com").await.status, 303);
        assert_eq!(members(&t).await.len(), 2, "made twice");
        // What stands in every tenant is not this provider's to change.
        let session = page(&t, "/admin/security", &first).await;
        let csrf = session.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let cookie = first.headers.iter().find(|(_, value)| value.starts_with("origin_session=")).unwrap().1.split(';').next().unwrap();
        let refused = t.send(t.request("POST", "/admin/security/factor").header("cookie", cookie).form(&[("csrf", &csrf)])).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        // Removed, they stay out.
        let all = format!("/api/v1/tenants/{}/users", t.tenant());
        let known = t.get(&all).await.json()["data"].as_array().unwrap().clone();
        let id = known.iter().find(|member| member["email"] == "ravi@example.com").unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(t.send(t.request("DELETE", &format!("{all}/{id}")).bearer_auth(t.key())).await.status, 204);
        let out = sign_in(&t, &provider, "ravi@example.com").await;
        assert!(out.status == 401 && out.text.contains("not a member"), "{}", out.text);
        assert_eq!(members(&t).await.len(), 1);
    }

    async fn no_lie_is_believed(t: TestApp) {
        let provider = set_up(&t).await;
        let now = t.db().clock().now().millis() / 1_000;
        let lies: [(&str, Value); 11] = [
            ("aud", json!("another-shop")),
            ("aud", json!(["shop", "another-shop"])),
            ("azp", json!("another-shop")),
            ("iss", json!("https://evil.example")),
            ("nonce", json!("another")),
            ("nonce", Value::Null),
            ("exp", json!(now - 1)),
            ("iat", json!(now - 3_600)),
            ("email_verified", json!(false)),
            ("email", json!("ravi@elsewhere.example")),
            ("email", json!("ravi@example.com.elsewhere.example")),
        ];
        for (field, lie) in lies {
            let left = left(&t).await;
            let mut said = claims(&t, &provider, &left, "ravi@example.com");
            said[field] = lie.clone();
            provider.will_say(said);
            let refused = back(&t, &left, "code=a-code").await;
            assert_eq!(refused.status, 401, "{field} {lie}: {}", refused.text);
        }
        for spoil in [(|says: &mut Says| says.key = 1) as fn(&mut Says), |says| says.unsigned = true] {
            let left = left(&t).await;
            provider.will_say(claims(&t, &provider, &left, "ravi@example.com"));
            spoil(&mut provider.says.lock().unwrap());
            let refused = back(&t, &left, "code=a-code").await;
            assert_eq!(refused.status, 401, "{}", refused.text);
        }
        assert_eq!(members(&t).await.len(), 1);
    }

    async fn a_browser_comes_back_once_and_where_it_left(t: TestApp) {
        let provider = set_up(&t).await;
        let one = left(&t).await;
        provider.will_say(claims(&t, &provider, &one, "ravi@example.com"));
        let other = left(&t).await;
        let crossed = Left { cookie: other.cookie.clone(), sent: one.sent.clone() };
        assert_eq!(back(&t, &crossed, "code=a-code").await.status, 401, "another browser's cookie");
        let bare = Left { cookie: String::new(), sent: one.sent.clone() };
        assert_eq!(back(&t, &bare, "code=a-code").await.status, 401, "no cookie");
        assert_eq!(back(&t, &other, "code=a-code&iss=https%3A%2F%2Fevil.example").await.status, 401, "another provider's answer");
        let (first, second) = tokio::join!(back(&t, &one, "code=a-code"), back(&t, &one, "code=a-code"));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 401], "{} {}", first.text, second.text);
        let denied = left(&t).await;
        assert_eq!(back(&t, &denied, "error=access_denied").await.status, 401);
        assert_eq!(back(&t, &denied, "code=a-code").await.status, 401, "an error uses it up as well");
        let late = left(&t).await;
        t.advance(Duration::from_secs(601)).await;
        provider.will_say(claims(&t, &provider, &late, "ravi@example.com"));
        assert_eq!(back(&t, &late, "code=a-code").await.status, 401, "ten minutes are over");
        assert_eq!(t.get("/admin/login/sso/callback").await.status, 401);
    }

    async fn a_provider_takes_over_no_account_from_elsewhere(t: TestApp) {
        let provider = set_up(&t).await;
        t.another_tenant("Second").await;
        let mut elsewhere = wanted(&provider);
        elsewhere["client_secret"] = json!(null);
        t.put(&path(&t), elsewhere).await.expect(200);
        let stranger = sign_in(&t, &provider, "second@example.com").await;
        assert!(stranger.status == 401 && stranger.text.contains("not a member"), "{}", stranger.text);
        // A member of this shop is linked by their address, and keeps their role.
        let all = format!("/api/v1/tenants/{}/users", t.tenant());
        let new = json!({"email": "asha@example.com", "role": "admin", "password": "five violet kettles sing"});
        t.post(&all, new).await.expect(201);
        let asha = sign_in(&t, &provider, "asha@example.com").await;
        assert!(page(&t, "/admin/roles", &asha).await.text.contains("admin"));
        assert!(members(&t).await.contains(&("asha@example.com".to_owned(), "admin".to_owned())));
        let trail = t.get("/api/v1/audit").await.expect(200).to_string();
        assert!(trail.contains("member.linked") && trail.contains("sso.connection_changed") && !trail.contains("kept from everybody"));
    }

    async fn where_it_is_required_only_owners_have_passwords(t: TestApp) {
        let provider = set_up(&t).await;
        let all = format!("/api/v1/tenants/{}/users", t.tenant());
        let password = "five violet kettles sing";
        t.post(&all, json!({"email": "asha@example.com", "role": "admin", "password": password})).await.expect(201);
        let by_password = |name: &'static str, password: &'static str| {
            t.send(t.request("POST", "/admin/login").form(&[("username", name), ("password", password)]))
        };
        let (asha, owner) = (Browser::signed_in(&t, "asha@example.com", password).await, Browser::signed_in(&t, ADMIN.0, ADMIN.1).await);
        let mut required = wanted(&provider);
        required["required"] = json!(true);
        t.put(&path(&t), required).await.expect(200);
        assert_eq!(asha.get(&t, "/admin").await.status, 303, "whoever came by a password comes again by the provider");
        assert_eq!(owner.get(&t, "/admin").await.status, 200);
        let refused = by_password("asha@example.com", password).await;
        assert!(refused.status == 401 && refused.text.contains("single sign-on"), "{}", refused.text);
        assert!(!by_password("asha@example.com", "a wrong one").await.text.contains("asks for single sign-on"));
        assert_eq!(by_password(ADMIN.0, ADMIN.1).await.status, 303, "an owner is never locked out");
        assert_eq!(sign_in(&t, &provider, "asha@example.com").await.status, 303);
        assert_eq!(t.send(t.request("DELETE", &path(&t)).bearer_auth(t.key())).await.status, 204);
        assert_eq!(by_password("asha@example.com", password).await.status, 303);
        t.get(&path(&t)).await.expect(404);
    }

    async fn what_is_typed_is_judged(t: TestApp) {
        let provider = set_up(&t).await;
        let wrong = [
            ("issuer", json!("http://169.254.169.254/")),
            ("issuer", json!("http://10.0.0.1")),
            ("issuer", json!("file:///etc/passwd")),
            ("issuer", json!(format!("{}/elsewhere", provider.url))),
            ("issuer", json!(format!("{}/", provider.url))),
            ("role", json!("admin")),
            ("domains", json!(["*"])),
            ("domains", json!([])),
            ("client_id", json!(" ")),
        ];
        for (field, value) in wrong {
            let mut wanted = wanted(&provider);
            wanted[field] = value.clone();
            let refused = t.put(&path(&t), wanted).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], *field, "{value}: {refused}");
        }
        // Another client's secret is not kept.
        let mut another = wanted(&provider);
        another["client_secret"] = Value::Null;
        assert_eq!(t.put(&path(&t), another.clone()).await.expect(200)["has_secret"], true);
        another["client_id"] = json!("another");
        assert_eq!(t.put(&path(&t), another).await.expect(200)["has_secret"], false);
        let keys = format!("/api/v1/tenants/{}/api-keys", t.tenant());
        let admin = t.post(&keys, json!({"name": "till", "role": "admin"})).await.expect(201)["key"].as_str().unwrap().to_owned();
        let refused = t.send(t.request("PUT", &path(&t)).bearer_auth(&admin).json(&wanted(&provider))).await.expect(403);
        assert_eq!(refused["code"], "role_too_high", "an admin could become the owner by a provider of their own");
    }

    async fn a_shop_is_found_by_its_name_and_by_a_domain(t: TestApp) {
        let provider = set_up(&t).await;
        assert!(t.send(t.request("GET", "/admin/login")).await.text.contains("/admin/login/sso"));
        let shown = leave(&t, "Ravi@Example.com").await;
        assert!(shown.status == 200 && shown.text.contains("value=\"my-shop\""), "{}", shown.text);
        assert!(shown.text.contains(provider.url.trim_start_matches("http://")), "{}", shown.text);
        for unknown in ["elsewhere.example", "no-shop", "", "a b", "x@", "%"] {
            assert_eq!(leave(&t, unknown).await.status, 401, "{unknown}");
        }
        let cross = t.request("POST", "/admin/login/sso").header("origin", "https://evil.example").form(&[("shop", "my-shop")]);
        assert_eq!(t.send(cross).await.status, 403);
    }
}
