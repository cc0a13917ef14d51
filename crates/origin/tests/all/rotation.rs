//! Another master key takes over from the one that everything was locked with, while the whole program serves.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use axum::{Json, Router, routing::get};
use origin::config::{Config, Texts};
use origin::{house, keys, verify};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use store::Dice;
use store::secret::{self, KeyId, MARK};
use testkit::{ADMIN, Browser, Engine, Reply, TestApp};
use totp_rs::{Builder, Secret};

/// Bytes that are no locked texts: hashes, seals and what others sent.
const NOT_LOCKED: &[&str] = &[
    "brand_files.bytes",
    "inbound.body",
    "journal_heads.hash",
    "journal_heads.proof",
    "journal_seals.entries",
    "journal_seals.hash",
    "journal_seals.prev",
];

/// Locked texts of which this scenario has none: those of certificates, which `slices/identity/tests/all/certificates.rs` fills.
const ELSEWHERE: &[&str] = &["acme_accounts.locked_key", "certificates.chain", "certificates.order_key", "certificates.private_key"];

/// The settings of a program whose master keys are in a file.
fn config(folder: &Path) -> Config {
    Config::read(&Texts::of([("ORIGIN_ENV", "test"), ("ORIGIN_DATA_DIR", &folder.display().to_string())])).unwrap()
}

async fn rotate(t: &TestApp, folder: &Path) -> keys::Rotated {
    keys::rotate(&config(folder), t.db(), &mut |_, _| {}).await.unwrap()
}

fn registered() -> BTreeSet<String> {
    house::locked().iter().map(|column| column.name().to_owned()).collect()
}

/// A provider of sign-ins that describes itself.
async fn provider() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let says = json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    });
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(move || async move { Json(says) }))
        .route("/keys", get(|| async { Json(json!({"keys": []})) }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// What was locked, and has to open afterwards.
struct Kept {
    totp: String,
    device: Value,
    link: String,
    /// A webhook's endpoint, for which two secrets sign.
    endpoint: String,
    /// A place that posts go to.
    place: String,
}

/// One secret of each kind.
async fn fill(t: &TestApp) -> Kept {
    let browser = Browser::signed_in(t, ADMIN.0, ADMIN.1).await;
    let device = login(t, json!({"username": ADMIN.0, "password": ADMIN.1})).await.expect(200);
    let push = format!("/api/v2/devices/{}/push", device["device_id"].as_str().unwrap());
    let pushed = t.request("PUT", &push).bearer_auth(text(&device, "access_token")).json(&json!({"kind": "fcm", "token": "a"}));
    t.send(pushed).await.expect(200);
    let credentials = json!({"host": "127.0.0.1", "port": t.sim().smtp_addr().port(), "from": "Own <own@shop.example>"});
    t.put("/api/v1/settings/credentials/smtp", credentials).await.expect(200);
    let shop = json!({"address": t.sim().shopify_url(), "secret": sim::SHOPIFY_TOKEN});
    t.put("/api/v1/imports/shops/shopify", shop).await.expect(200);
    let connection = json!({"issuer": provider().await, "client_id": "origin", "client_secret": "of the provider",
        "domains": ["example.com"], "role": "user", "enabled": true, "required": false});
    browser_put(t, &format!("/api/v1/tenants/{}/sso", t.tenant()), connection).await;
    let left = t.send(t.request("POST", "/admin/login/sso").form(&[("shop", "my-shop"), ("next", "/admin")])).await;
    assert_eq!(left.status, 303, "{}", left.text);
    t.post(&format!("/api/v1/tenants/{}/invitations", t.tenant()), json!({"email": "asha@example.com", "role": "user"})).await.expect(201);
    t.settle().await;
    let mail = t.sim().mailboxes().mails_to("asha@example.com").pop().unwrap().text.unwrap();
    let link = mail.split_once(t.url()).unwrap().1.split_whitespace().next().unwrap().to_owned();
    let (endpoint, place) = (endpoint(t).await, place(t).await);
    let page = browser.post(t, "/admin/security/factor", &[]).await;
    let totp = page.between("<code>", "</code>").to_owned();
    assert_eq!(browser.post(t, "/admin/security/factor/on", &[("code", &shown(t, &totp))]).await.status, 200);
    t.advance(Duration::from_secs(30)).await;
    Kept { totp, device, link, endpoint, place }
}

/// An endpoint in the day after a rotation, whose receiver knows both secrets.
async fn endpoint(t: &TestApp) -> String {
    let made =
        t.post("/api/v1/webhook-endpoints", json!({"url": t.sim().receiver_url("kept"), "kinds": ["order.refunded"]})).await.expect(201);
    let path = format!("/api/v1/webhook-endpoints/{}", text(&made["endpoint"], "id"));
    let rotated = t.post(&format!("{path}/rotate"), json!({})).await.expect(201);
    t.sim().receiver().trust("kept", &[text(&made, "secret"), text(&rotated, "secret")]);
    path
}

/// A place that posts go to in the day after a rotation, whose receiver knows both secrets.
async fn place(t: &TestApp) -> String {
    let made = t
        .post("/api/v1/social/places", json!({"name": "Page", "kind": "other", "address": t.sim().receiver_url("page")}))
        .await
        .expect(201);
    let path = format!("/api/v1/social/places/{}", text(&made["place"], "id"));
    let rotated = t.post(&format!("{path}/rotate"), json!({})).await.expect(201);
    t.sim().receiver().trust("page", &[text(&made, "secret"), text(&rotated, "secret")]);
    path
}

async fn browser_put(t: &TestApp, path: &str, body: Value) {
    t.put(path, body).await.expect(200);
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn shown(t: &TestApp, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(t.db().clock().now().millis() as u64 / 1_000).to_string()
}

async fn login(t: &TestApp, mut body: Value) -> Reply {
    body["device"] = json!({"name": "phone", "platform": "android", "app_version": "1.0"});
    t.send(t.request("POST", "/api/v2/auth/login").json(&body)).await
}

/// Everything that was locked before is still good for what it was.
async fn all_opens(t: &TestApp, kept: &Kept) {
    let access = t.request("GET", "/api/v2/devices").bearer_auth(text(&kept.device, "access_token"));
    t.send(access).await.expect(200);
    let page = t.send(t.request("POST", "/admin/login").form(&[("username", ADMIN.0), ("password", ADMIN.1)])).await;
    let half = page.between("name=\"half\" value=\"", "\"");
    let code = shown(t, &kept.totp);
    let signed_in = t.send(t.request("POST", "/admin/login/code").form(&[("half", half), ("code", &code)])).await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.text);
    t.post(&format!("{}/test", kept.endpoint), json!({})).await.expect(202);
    t.settle().await;
    assert_eq!(t.sim().receiver().calls("kept").last().map(|call| call.verified), Some(2), "both secrets sign");
    t.post(&format!("{}/test", kept.place), json!({})).await.expect(202);
    t.settle().await;
    assert_eq!(t.sim().receiver().calls("page").last().map(|call| call.verified), Some(2), "so do a place's");
    t.advance(Duration::from_secs(30)).await;
    let credentials = t.get("/api/v1/settings/credentials").await.expect(200);
    assert!(credentials.as_array().unwrap().iter().any(|known| known["provider"] == "smtp" && known["from"] == "own"), "{credentials}");
    let import = t.post("/api/v1/imports/shops/shopify/imports", json!({})).await.expect(202);
    t.settle().await;
    let import = t.get(&format!("/api/v1/imports/{}", text(&import, "id"))).await.expect(200);
    assert_eq!(import["state"], "done", "the shop lets us in: {import}");
    let page = Browser::new().get(t, &kept.link).await;
    assert_eq!(page.status, 200, "{}", page.text);
}

async fn in_folder(engine: Engine, folder: &Path) -> TestApp {
    TestApp::with(engine, &[("ORIGIN_MASTER_KEY", ""), ("ORIGIN_DATA_DIR", &folder.display().to_string())]).await
}

async fn promises(t: &TestApp, config: &Config) {
    t.settle().await;
    let vault = house::vault(config, t.db()).await.unwrap();
    let wrong: Vec<_> = verify::verify(t.db(), &vault).await.unwrap().into_values().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

async fn serves_through_it(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let t = in_folder(engine, folder.path()).await;
    let config = config(folder.path());
    let kept = fill(&t).await;
    let found = t.db().beginning_with(&MARK).await;
    let expected: BTreeSet<String> = registered().into_iter().filter(|name| !ELSEWHERE.contains(&name.as_str())).collect();
    assert_eq!(found, expected, "what is locked (left) and what slices name as locked (right)");
    if engine == Engine::Postgres {
        let bytes: BTreeSet<String> = t.db().byte_columns().await;
        let told = registered().into_iter().chain(NOT_LOCKED.iter().map(|name| (*name).to_owned())).collect();
        assert_eq!(bytes, told, "every column of bytes is a slice's locked text, or named here as something else");
    }
    let old = t.app().vault.first();
    promises(&t, &config).await;

    let (rotated, ()) = tokio::join!(rotate(&t, folder.path()), async {
        for number in 0..40 {
            let from = format!("Own <own{number}@shop.example>");
            let own = json!({"host": "127.0.0.1", "port": t.sim().smtp_addr().port(), "from": from});
            t.put("/api/v1/settings/credentials/smtp", own).await.expect(200);
        }
    });
    assert_ne!(rotated.first, old);
    assert_eq!((rotated.idle, rotated.lost.len()), (vec![old], 0));
    // The one that serves has read the new key by itself.
    all_opens(&t, &kept).await;
    assert_eq!(t.app().vault.first(), rotated.first);
    promises(&t, &config).await;

    let early = keys::forget(&config, t.db(), old).await.unwrap_err();
    assert_eq!(early.code(), "key_just_replaced");
    assert_eq!(keys::forget(&config, t.db(), rotated.first).await.unwrap_err().code(), "first_key");
    t.advance(Duration::from_secs(20 * 60)).await;
    keys::forget(&config, t.db(), old).await.unwrap();
    assert_eq!(secret::read_file(&folder.path().join("master.key")).unwrap().len(), 1);
    let again = keys::forget(&config, t.db(), old).await.unwrap_err();
    assert_eq!(again.code(), "key_not_held");
    promises(&t, &config).await;
    let standing = keys::standing(t.db(), &house::vault(&config, t.db()).await.unwrap()).await.unwrap();
    assert_eq!(standing.by_key.keys().copied().collect::<Vec<KeyId>>(), [rotated.first]);
    assert!(standing.lost.is_empty(), "{standing:?}");
    let refreshed = t.send(t.request("POST", "/api/v2/auth/refresh").json(&json!({"refresh_token": kept.device["refresh_token"]}))).await;
    refreshed.expect(200);
}

/// Killed when the new key was in the file and nothing yet was locked with it.
async fn goes_on_where_it_was_killed(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let t = in_folder(engine, folder.path()).await;
    fill(&t).await;
    let (path, config) = (folder.path().join("master.key"), config(folder.path()));
    let old = t.app().vault.first();
    let keys_before = secret::read_file(&path).unwrap();
    secret::write_file(&path, &[vec!["a new key".to_owned()], keys_before].concat()).unwrap();
    assert_eq!(keys::forget(&config, t.db(), old).await.unwrap_err().code(), "key_in_use");
    let rotated = rotate(&t, folder.path()).await;
    assert_eq!(rotated.first, store::secret::Vault::new("a new key", Dice::seeded(1)).first());
    assert_eq!(secret::read_file(&path).unwrap().len(), 2, "another new key was made");
    // Done, the next one is a rotation of its own.
    assert_ne!(rotate(&t, folder.path()).await.first, rotated.first);
    assert_eq!(secret::read_file(&path).unwrap().len(), 3);
    promises(&t, &config).await;
}

/// The environment holds both while the new one takes over.
async fn takes_over_in_the_environment(engine: Engine) {
    let (old, new) = ("an old key of the environment of 2025", "a new key of the environment of 2026");
    let t = TestApp::with(engine, &[("ORIGIN_MASTER_KEY", old)]).await;
    let told = |keys: &str| Config::read(&Texts::of([("ORIGIN_ENV", "test"), ("ORIGIN_MASTER_KEY", keys)])).unwrap();
    fill(&t).await;
    promises(&t, &told(old)).await;
    let none = keys::rotate(&told(old), t.db(), &mut |_, _| {}).await.unwrap_err();
    assert_eq!(none.code(), "no_new_key");
    let both = told(&format!("{new}, {old}"));
    let rotated = keys::rotate(&both, t.db(), &mut |_, _| {}).await.unwrap();
    assert_eq!(rotated.idle.len(), 1);
    t.advance(Duration::from_secs(20 * 60)).await;
    keys::forget(&both, t.db(), rotated.idle[0]).await.unwrap();
    promises(&t, &told(new)).await;
    let wrong = house::vault(&told(old), t.db()).await.err().unwrap();
    assert_eq!(wrong.code(), "wrong_master_key");
}

macro_rules! both {
    ($($name:ident)+) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::run(super::$name(testkit::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                super::run(super::$name(testkit::Engine::Postgres));
            }
        }
    )+};
}

both! { serves_through_it goes_on_where_it_was_killed takes_over_in_the_environment }

fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap().block_on(body);
}
