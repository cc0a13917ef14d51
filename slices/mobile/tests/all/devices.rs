//! Phones sign in, stay so, and are shut out, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Reply, TestApp};
use totp_rs::{Builder, Secret};

const RAVI: (&str, &str) = ("ravi@example.com", "five violet kettles sing");

async fn post(t: &TestApp, path: &str, body: Value) -> Reply {
    t.send(t.request("POST", path).json(&body)).await
}

fn saying(name: &str, password: &str, device: &str) -> Value {
    json!({"username": name, "password": password, "device": {"name": device, "platform": "android", "app_version": "1.0"}})
}

async fn login(t: &TestApp, (name, password): (&str, &str), device: &str) -> Value {
    post(t, "/api/v2/auth/login", saying(name, password, device)).await.expect(200)
}

async fn refresh(t: &TestApp, token: &Value) -> Reply {
    post(t, "/api/v2/auth/refresh", json!({"refresh_token": token})).await
}

async fn with(t: &TestApp, given: &Value, method: &str, path: &str, body: Option<Value>) -> Reply {
    let request = t.request(method, path).bearer_auth(given["access_token"].as_str().unwrap());
    t.send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn get(t: &TestApp, given: &Value, path: &str) -> Reply {
    with(t, given, "GET", path, None).await
}

/// Ravi, a member with a role.
async fn ravi(t: &TestApp, role: &str) -> String {
    let all = format!("/api/v1/tenants/{}/users", t.tenant());
    let made = t.post(&all, json!({"email": RAVI.0, "name": "Ravi", "role": role, "password": RAVI.1})).await.expect(201);
    format!("{all}/{}", made["id"].as_str().unwrap())
}

/// A signed-in browser: its cookie, and the token that its forms carry.
async fn browser(t: &TestApp, (name, password): (&str, &str)) -> (String, String) {
    let reply = t.send(t.request("POST", "/admin/login").form(&[("username", name), ("password", password)])).await;
    let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let page = t.send(t.request("GET", "/admin/security").header("cookie", &cookie)).await;
    let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").unwrap();
    (cookie, rest.split('"').next().unwrap().to_owned())
}

testkit::both_apps! {
    async fn a_phone_signs_in_and_is_the_person(t: TestApp) {
        let given = login(&t, ADMIN, "Asha's phone").await;
        assert_eq!((&given["token_type"], &given["expires_in"], &given["user"]["role"]), (&json!("Bearer"), &json!(900), &json!("owner")));
        assert_eq!(given["tenant"]["id"], t.tenant().to_string());
        let orders = get(&t, &given, "/api/v1/orders").await;
        orders.expect(200);
        assert_eq!((orders.header("ratelimit-limit"), orders.header("ratelimit-remaining")), (Some("60"), Some("59")));
        let devices = get(&t, &given, "/api/v2/devices").await.expect(200);
        assert_eq!((&devices["data"][0]["id"], &devices["data"][0]["name"]), (&given["device_id"], &json!("Asha's phone")));
        // The API, and no page: a form there asks for a session's token.
        assert_eq!(get(&t, &given, "/admin/orders").await.status, 403);
        assert_eq!(with(&t, &given, "POST", "/admin/security/password", None).await.status, 403);
        t.advance(Duration::from_secs(900)).await;
        assert_eq!(get(&t, &given, "/api/v1/orders").await.expect(401)["code"], "token_expired");
        let next = refresh(&t, &given["refresh_token"]).await.expect(200);
        get(&t, &next, "/api/v1/orders").await.expect(200);
    }

    async fn a_role_and_a_membership_hold_at_once(t: TestApp) {
        let path = ravi(&t, "viewer").await;
        let given = login(&t, RAVI, "phone").await;
        let contact = json!({"phone": "9876543210"});
        assert_eq!(with(&t, &given, "POST", "/api/v1/contacts", Some(contact.clone())).await.expect(403)["code"], "forbidden");
        t.put(&path, json!({"role": "user"})).await.expect(200);
        with(&t, &given, "POST", "/api/v1/contacts", Some(contact.clone())).await.expect(201);
        t.put(&path, json!({"role": "viewer"})).await.expect(200);
        with(&t, &given, "POST", "/api/v1/contacts", Some(contact)).await.expect(403);
        assert_eq!(t.send(t.request("DELETE", &path).bearer_auth(t.key())).await.status, 204);
        get(&t, &given, "/api/v1/contacts").await.expect(401);
        refresh(&t, &given["refresh_token"]).await.expect(401);
        t.settle().await;
        let devices = t.get("/api/v2/devices?everyone=true").await.expect(200);
        assert_eq!(devices["data"][0]["ended_why"], "member_left", "it would come back with its owner");
    }

    async fn a_lost_answer_is_given_again_and_a_token_used_twice_ends_it_all(t: TestApp) {
        let first = login(&t, ADMIN, "phone").await;
        let (one, other) = tokio::join!(refresh(&t, &first["refresh_token"]), refresh(&t, &first["refresh_token"]));
        let (one, other) = (one.expect(200), other.expect(200));
        assert_eq!(one["refresh_token"], other["refresh_token"], "two families");
        assert_ne!(one["refresh_token"], first["refresh_token"]);
        t.advance(Duration::from_secs(30)).await;
        assert_eq!(refresh(&t, &first["refresh_token"]).await.expect(200)["refresh_token"], one["refresh_token"]);
        let second = refresh(&t, &one["refresh_token"]).await.expect(200);
        get(&t, &second, "/api/v1/orders").await.expect(200);
        // Its successor is in use, so whoever comes with this one is somebody else.
        assert_eq!(refresh(&t, &first["refresh_token"]).await.expect(401)["code"], "refresh_token_reused");
        assert_eq!(get(&t, &second, "/api/v1/orders").await.expect(401)["code"], "device_signed_out");
        refresh(&t, &second["refresh_token"]).await.expect(401);
        let devices = get(&t, &login(&t, ADMIN, "again").await, "/api/v2/devices").await.expect(200);
        assert_eq!(devices["data"][1]["ended_why"], "token_reused");
        assert!(t.get("/admin/audit").await.text.contains("its token was used twice"));
        let page = t.get("/admin/mobile-api").await;
        assert!(page.status == 200 && page.text.contains("its token was used twice"), "{}", page.text);
    }

    async fn a_late_repeat_is_no_repeat(t: TestApp) {
        let first = login(&t, ADMIN, "phone").await;
        refresh(&t, &first["refresh_token"]).await.expect(200);
        t.advance(Duration::from_secs(31)).await;
        assert_eq!(refresh(&t, &first["refresh_token"]).await.expect(401)["code"], "refresh_token_reused");
        for made_up in ["", "or_x", "ok_live_x"] {
            assert_eq!(refresh(&t, &json!(made_up)).await.expect(401)["code"], "invalid_refresh_token");
        }
        let other = login(&t, ADMIN, "other").await;
        t.advance(Duration::from_secs(60 * 86_400)).await;
        assert_eq!(refresh(&t, &other["refresh_token"]).await.expect(401)["code"], "invalid_refresh_token");
    }

    async fn a_device_is_shut_out_by_its_owner_and_by_who_runs_the_account(t: TestApp) {
        ravi(&t, "user").await;
        let (phone, tablet, boss) = (login(&t, RAVI, "phone").await, login(&t, RAVI, "tablet").await, login(&t, ADMIN, "boss").await);
        let at = |given: &Value| format!("/api/v2/devices/{}", given["device_id"].as_str().unwrap());
        assert_eq!(with(&t, &phone, "DELETE", &at(&boss), None).await.status, 404, "another person's");
        assert_eq!(with(&t, &phone, "DELETE", &at(&tablet), None).await.status, 204);
        assert_eq!(get(&t, &tablet, "/api/v1/orders").await.expect(401)["code"], "device_signed_out");
        assert_eq!(get(&t, &phone, "/api/v2/devices?everyone=true").await.expect(403)["code"], "forbidden");
        let all = get(&t, &boss, "/api/v2/devices?everyone=true").await.expect(200);
        assert_eq!(all["data"].as_array().unwrap().len(), 3);
        assert_eq!(with(&t, &boss, "DELETE", &at(&phone), None).await.status, 204);
        get(&t, &phone, "/api/v1/orders").await.expect(401);
        let logout = json!({"refresh_token": boss["refresh_token"]});
        for _ in 0..2 {
            assert_eq!(post(&t, "/api/v2/auth/logout", logout.clone()).await.status, 204);
        }
        get(&t, &boss, "/api/v1/orders").await.expect(401);
        let (_, foreign) = t.another_tenant("Second").await;
        let gone = t.send(t.request("DELETE", &at(&boss)).bearer_auth(&foreign)).await;
        assert_eq!(gone.status, 404);
    }

    async fn a_new_password_ends_what_the_old_one_began(t: TestApp) {
        ravi(&t, "user").await;
        let (old, boss) = (login(&t, RAVI, "old").await, login(&t, ADMIN, "boss").await);
        let (cookie, csrf) = browser(&t, RAVI).await;
        t.advance(Duration::from_secs(1)).await;
        let form = [("current", RAVI.1), ("password", "nine quiet lanterns hum"), ("csrf", csrf.as_str())];
        let changed = t.send(t.request("POST", "/admin/security/password").header("cookie", &cookie).form(&form)).await;
        assert_eq!(changed.status, 303, "{}", changed.text);
        t.advance(Duration::from_secs(1)).await;
        let new = login(&t, (RAVI.0, "nine quiet lanterns hum"), "new").await;
        t.settle().await;
        get(&t, &old, "/api/v1/orders").await.expect(401);
        refresh(&t, &old["refresh_token"]).await.expect(401);
        get(&t, &new, "/api/v1/orders").await.expect(200);
        get(&t, &boss, "/api/v1/orders").await.expect(200);
        assert_eq!(post(&t, "/api/v2/auth/login", saying(RAVI.0, RAVI.1, "x")).await.expect(401)["code"], "wrong_password");
    }

    async fn a_second_factor_is_asked_for_here_too(t: TestApp) {
        let (cookie, csrf) = browser(&t, ADMIN).await;
        let send = |path: &'static str, code: String| {
            let form = [("csrf", csrf.clone()), ("code", code)];
            t.send(t.request("POST", path).header("cookie", &cookie).form(&form))
        };
        let page = send("/admin/security/factor", String::new()).await;
        let secret = page.text.split_once("<code>").unwrap().1.split("</code>").next().unwrap().to_owned();
        let shown = || {
            let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).build().unwrap();
            totp.generate(t.db().clock().now().millis() as u64 / 1_000).to_string()
        };
        assert_eq!(send("/admin/security/factor/on", shown()).await.status, 200);
        t.advance(Duration::from_secs(30)).await;
        let mut said = saying(ADMIN.0, ADMIN.1, "phone");
        assert_eq!(post(&t, "/api/v2/auth/login", said.clone()).await.expect(401)["code"], "code_required");
        said["code"] = json!("000000");
        assert_eq!(post(&t, "/api/v2/auth/login", said.clone()).await.expect(401)["code"], "wrong_code");
        said["code"] = json!(shown());
        let (one, other) = tokio::join!(post(&t, "/api/v2/auth/login", said.clone()), post(&t, "/api/v2/auth/login", said.clone()));
        assert_eq!([&one, &other].iter().filter(|reply| reply.status == 200).count(), 1, "{} {}", one.text, other.text);
        said["password"] = json!("wrong");
        assert_eq!(post(&t, "/api/v2/auth/login", said).await.expect(401)["code"], "wrong_password");
    }

    async fn whoever_has_several_accounts_says_which(t: TestApp) {
        let first = t.put(&format!("/api/v1/tenants/{}", t.tenant()), json!({"name": "First"})).await.expect(200);
        ravi(&t, "user").await;
        t.advance(Duration::from_secs(1)).await;
        // The owner of another is the same person, and the password given with it is theirs from then on.
        let (second, _) = t.another_tenant("Ravi").await;
        let tenant = |wanted: Value| {
            let t = t.clone();
            async move {
                let mut said = saying(RAVI.0, "another-long-password", "phone");
                said["tenant"] = wanted;
                post(&t, "/api/v2/auth/login", said).await
            }
        };
        assert_eq!(tenant(Value::Null).await.expect(200)["tenant"]["id"], second.to_string());
        assert_eq!(tenant(json!(t.tenant())).await.expect(200)["user"]["role"], "user");
        assert_eq!(tenant(first["slug"].clone()).await.expect(200)["tenant"]["id"], t.tenant().to_string());
        assert_eq!(tenant(json!("nowhere")).await.expect(401)["code"], "wrong_password");
        // What was signed in for one account opens nothing of another.
        let given = tenant(json!(second)).await.expect(200);
        get(&t, &given, &format!("/api/v1/tenants/{}", t.tenant())).await.expect(404);
    }

    async fn a_push_token_is_one_devices(t: TestApp) {
        let (one, other) = (login(&t, ADMIN, "one").await, login(&t, ADMIN, "other").await);
        let at = |given: &Value| format!("/api/v2/devices/{}/push", given["device_id"].as_str().unwrap());
        let token = |kind: &str, token: &str| Some(json!({"kind": kind, "token": token}));
        assert_eq!(with(&t, &one, "PUT", &at(&one), token("fcm", "a")).await.expect(200)["push"], "fcm");
        assert_eq!(with(&t, &one, "PUT", &at(&one), token("webpush", "b")).await.expect(200)["push"], "webpush");
        with(&t, &other, "PUT", &at(&other), token("fcm", "b")).await.expect(200);
        let devices = get(&t, &one, "/api/v2/devices").await.expect(200);
        let push = |given: &Value| {
            devices["data"].as_array().unwrap().iter().find(|device| device["id"] == given["device_id"]).unwrap()["push"].clone()
        };
        assert_eq!((push(&one), push(&other)), (Value::Null, json!("fcm")));
        assert!(!get(&t, &one, "/api/v2/devices").await.text.contains("\"b\""));
        assert_eq!(with(&t, &one, "PUT", &at(&one), token("fcm", "")).await.expect(422)["errors"][0]["field"], "token");
        assert_eq!(t.put(&at(&one), json!({"kind": "fcm", "token": "c"})).await.status, 404, "a key has no device");
    }

    async fn a_minute_has_so_many_requests(t: TestApp) {
        let (one, other) = (login(&t, ADMIN, "one").await, login(&t, ADMIN, "other").await);
        for _ in 0..30 {
            get(&t, &one, "/api/v2/devices").await.expect(200);
            get(&t, &other, "/api/v2/devices").await.expect(200);
        }
        let refused = get(&t, &one, "/api/v2/devices").await;
        assert!(refused.status == 429 && refused.header("retry-after").is_some(), "{}", refused.text);
        t.advance(Duration::from_secs(1)).await;
        get(&t, &other, "/api/v2/devices").await.expect(200);
    }

    async fn what_a_login_says_is_checked(t: TestApp) {
        let spoilt = |field: &str, value: Value| {
            let mut said = saying(ADMIN.0, ADMIN.1, "phone");
            *said.pointer_mut(field).unwrap() = value;
            said
        };
        for (field, value) in [("/device/name", json!("")), ("/device/platform", json!("windows")), ("/device/app_version", json!("a\nb"))] {
            let refused = post(&t, "/api/v2/auth/login", spoilt(field, value)).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field.trim_start_matches('/').replace('/', "."));
        }
        assert_eq!(post(&t, "/api/v2/auth/login", spoilt("/username", Value::Null)).await.expect(422)["errors"][0]["field"], "username");
        for _ in 0..12 {
            post(&t, "/api/v2/auth/login", saying("nobody", "guess", "x")).await;
        }
        let refused = post(&t, "/api/v2/auth/login", saying("nobody", "guess", "x")).await;
        assert!(refused.status == 429 && refused.header("retry-after").is_some(), "{}", refused.text);
        let keys = t.send(t.request("GET", "/.well-known/jwks.json")).await.expect(200);
        assert_eq!(keys, json!({"keys": []}));
    }

    async fn strangers_do_not_sign_up_where_they_may_not(t: TestApp) {
        let refused = post(&t, "/api/v2/auth/signup", json!({"email": "new@example.com", "business": "New"})).await;
        assert_eq!(refused.expect(403)["code"], "sign_up_closed");
    }
}
