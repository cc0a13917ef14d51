//! A person's own security, over HTTP: a second factor, recovery codes, sessions, the password.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::time::Duration;
use testkit::{ADMIN, Reply, TestApp};
use totp_rs::{Builder, Secret};

const STEP: Duration = Duration::from_secs(30);

async fn password(t: &TestApp, password: &str) -> Reply {
    t.send(t.request("POST", "/admin/login").form(&[("username", ADMIN.0), ("password", password)])).await
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a Reply, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", page.text));
    rest.split(after).next().unwrap()
}

fn cookie(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text);
    reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// A signed-in browser.
struct Browser {
    cookie: String,
    csrf: String,
}

impl Browser {
    async fn new(t: &TestApp, cookie: String) -> Self {
        let page = t.send(t.request("GET", "/admin/security").header("cookie", &cookie)).await;
        assert_eq!(page.status, 200, "{}", page.text);
        Self { csrf: between(&page, "name=\"csrf\" value=\"", "\"").to_owned(), cookie }
    }

    async fn post(&self, t: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form: Vec<_> = fields.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        t.send(t.request("POST", path).header("cookie", &self.cookie).form(&form)).await
    }
}

/// What an app that holds the secret shows now.
fn shown(t: &TestApp, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(t.db().clock().now().millis() as u64 / 1_000).to_string()
}

/// Turns a second factor on; the secret, and the recovery codes.
async fn turned_on(t: &TestApp, browser: &Browser) -> (String, Vec<String>) {
    let page = browser.post(t, "/admin/security/factor", &[]).await;
    let secret = between(&page, "<code>", "</code>").to_owned();
    assert!(page.text.contains("svg class=\"qr\""), "{}", page.text);
    let wrong = browser.post(t, "/admin/security/factor/on", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let page = browser.post(t, "/admin/security/factor/on", &[("code", &shown(t, &secret))]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let codes: Vec<String> = between(&page, "<code>", "</code>").lines().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{codes:?}");
    (secret, codes)
}

async fn code(t: &TestApp, half: &str, code: &str) -> Reply {
    t.send(t.request("POST", "/admin/login/code").form(&[("half", half), ("code", code)])).await
}

/// Gives the password; the token of the wait for a code.
async fn half(t: &TestApp) -> String {
    let page = password(t, ADMIN.1).await;
    assert_eq!((page.status, page.header("set-cookie")), (200, None), "{}", page.text);
    between(&page, "name=\"half\" value=\"", "\"").to_owned()
}

testkit::both_apps! {
    async fn a_code_opens_once_and_only_with_the_password(t: TestApp) {
        let first = Browser::new(&t, cookie(&password(&t, ADMIN.1).await)).await;
        let (secret, _) = turned_on(&t, &first).await;
        let waiting = half(&t).await;
        let used = code(&t, &waiting, &shown(&t, &secret)).await;
        assert_eq!(used.status, 401, "the code that turned it on opened again");
        t.advance(STEP).await;
        let right = shown(&t, &secret);
        assert_eq!(code(&t, "made-up", &right).await.status, 401);
        let (one, other) = tokio::join!(code(&t, &waiting, &right), code(&t, &waiting, &right));
        let opened = [&one, &other].into_iter().filter(|reply| reply.status == 303).count();
        assert_eq!(opened, 1, "{} {}", one.text, other.text);
        assert_eq!(code(&t, &waiting, &right).await.status, 401);
        let off = first.post(&t, "/admin/security/factor/off", &[("code", &right)]).await;
        assert_eq!(off.status, 422, "a used code turned it off: {}", off.text);
        t.advance(STEP).await;
        assert_eq!(first.post(&t, "/admin/security/factor/off", &[("code", &shown(&t, &secret))]).await.status, 303);
        cookie(&password(&t, ADMIN.1).await);
    }

    async fn tries_run_out_and_a_recovery_code_opens_once(t: TestApp) {
        let first = Browser::new(&t, cookie(&password(&t, ADMIN.1).await)).await;
        let (secret, codes) = turned_on(&t, &first).await;
        t.advance(STEP).await;
        let waiting = half(&t).await;
        for _ in 0..5 {
            let wrong = code(&t, &waiting, "000000").await;
            assert_eq!(wrong.status, 401);
            assert!(wrong.text.contains("name=\"half\""), "{}", wrong.text);
        }
        let over = code(&t, &waiting, &shown(&t, &secret)).await;
        assert!(over.status == 401 && over.text.contains("Start again"), "{}", over.text);
        let waiting = half(&t).await;
        cookie(&code(&t, &waiting, &codes[0].to_uppercase()).await);
        let waiting = half(&t).await;
        assert_eq!(code(&t, &waiting, &codes[0]).await.status, 401);
        cookie(&code(&t, &waiting, &codes[1]).await);
        t.advance(Duration::from_secs(240)).await;
        let waiting = half(&t).await;
        t.advance(Duration::from_secs(301)).await;
        assert_eq!(code(&t, &waiting, &codes[2]).await.status, 401, "a wait lasts five minutes");
    }

    async fn sessions_are_listed_and_end_and_a_new_password_ends_the_others(t: TestApp) {
        let first = Browser::new(&t, cookie(&password(&t, ADMIN.1).await)).await;
        let request = t.request("POST", "/admin/login").header("user-agent", "Till <3").form(&[("username", ADMIN.0), ("password", ADMIN.1)]);
        let other = Browser::new(&t, cookie(&t.send(request).await)).await;
        let page = t.send(t.request("GET", "/admin/security").header("cookie", &first.cookie)).await;
        assert!(page.text.contains("Till &lt;3") && page.text.contains("127.0.0.1"), "{}", page.text);
        let name = between(&page, "/admin/security/sessions/", "/end").to_owned();
        assert_eq!(other.post(&t, "/admin/security/sessions/000000000000/end", &[]).await.status, 404);
        assert_eq!(first.post(&t, &format!("/admin/security/sessions/{name}/end"), &[]).await.status, 303);
        let ended = t.send(t.request("GET", "/admin/security").header("cookie", &other.cookie)).await;
        assert_eq!(ended.status, 303, "the ended session goes on");

        let third = Browser::new(&t, cookie(&password(&t, ADMIN.1).await)).await;
        let change = |current: &'static str, new: &'static str| {
            let first = &first;
            let t = &t;
            async move { first.post(t, "/admin/security/password", &[("current", current), ("password", new)]).await }
        };
        assert_eq!(change("wrong-password", "five violet kettles sing").await.status, 422);
        assert_eq!(change(ADMIN.1, "password1234").await.status, 422);
        assert_eq!(change(ADMIN.1, ADMIN.1).await.status, 422);
        assert_eq!(change(ADMIN.1, "five violet kettles sing").await.status, 303);
        assert_eq!(t.send(t.request("GET", "/admin/security").header("cookie", &first.cookie)).await.status, 200);
        assert_eq!(t.send(t.request("GET", "/admin/security").header("cookie", &third.cookie)).await.status, 303);
        assert_eq!(password(&t, ADMIN.1).await.status, 401);
        cookie(&password(&t, "five violet kettles sing").await);
    }

    async fn tries_from_elsewhere_lock_nobody_out(t: TestApp) {
        let guess = |from: &'static str, password: &'static str| {
            let request = t.request("POST", "/admin/login").header("x-forwarded-for", from);
            t.send(request.form(&[("username", ADMIN.0), ("password", password)]))
        };
        for _ in 0..10 {
            assert_eq!(guess("203.0.113.9", "a wrong guess").await.status, 401);
        }
        let refused = guess("203.0.113.9", ADMIN.1).await;
        assert!(refused.status == 429 && refused.header("retry-after").is_some(), "{}", refused.text);
        cookie(&guess("198.51.100.7", ADMIN.1).await);
        t.advance(Duration::from_secs(91)).await;
        cookie(&guess("203.0.113.9", ADMIN.1).await);
    }

    async fn whoever_runs_the_machine_lets_somebody_in_who_lost_it_all(t: TestApp) {
        let first = Browser::new(&t, cookie(&password(&t, ADMIN.1).await)).await;
        let missing = identity::forget_second_factor(t.db(), ADMIN.0).await.unwrap_err();
        assert_eq!(missing.code(), "not_found");
        turned_on(&t, &first).await;
        half(&t).await;
        identity::forget_second_factor(t.db(), ADMIN.0).await.unwrap();
        cookie(&password(&t, ADMIN.1).await);
        turned_on(&t, &first).await;
    }

    async fn a_key_has_no_security_page(t: TestApp) {
        assert_eq!(t.get("/admin/security").await.status, 403);
    }
}
