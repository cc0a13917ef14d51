//! Passkeys, over HTTP, with an authenticator that is not ours (1Password's).
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Reply, TestApp};
use webauthn_rs::prelude::Url;

/// Somebody who says yes to everything.
struct Willing;

#[async_trait::async_trait]
impl UserValidationMethod for Willing {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(&self, _: UiHint<'a, Passkey>, presence: bool, verification: bool) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// A device that holds one passkey at the most.
#[derive(Default, Clone)]
struct Device(Option<Passkey>);

/// A question for the device, and where its answer goes.
struct Asked {
    token: String,
    question: Value,
}

fn origin(t: &TestApp) -> String {
    t.url().replace("127.0.0.1", "localhost")
}

impl Device {
    fn authenticator(&self) -> Authenticator<Option<Passkey>, Willing, RustCryptoBackend> {
        let mut authenticator = Authenticator::new(Aaguid::new_empty(), self.0.clone(), Willing, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(true);
        authenticator
    }

    async fn makes(&mut self, origin: &str, question: &Value) -> Value {
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let wanted = serde_json::from_value(json!({"publicKey": question})).unwrap();
        let made = client.register(&origin.parse::<Url>().unwrap(), wanted, DefaultClientData).await.unwrap();
        self.0 = client.authenticator().store().clone();
        serde_json::to_value(made).unwrap()
    }

    async fn signs(&mut self, origin: &str, question: &Value) -> Value {
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let wanted = serde_json::from_value(json!({"publicKey": question})).unwrap();
        let signed = client.authenticate(&origin.parse::<Url>().unwrap(), wanted, DefaultClientData).await.unwrap();
        self.0 = client.authenticator().store().clone();
        serde_json::to_value(signed).unwrap()
    }
}

struct Browser {
    cookie: String,
    csrf: String,
}

fn cookie(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text);
    reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

impl Browser {
    async fn signed_in(t: &TestApp) -> Self {
        let reply = t.send(t.request("POST", "/admin/login").form(&[("username", ADMIN.0), ("password", ADMIN.1)])).await;
        let cookie = cookie(&reply);
        let page = t.send(t.request("GET", "/admin/security").header("cookie", &cookie)).await;
        let csrf = page.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Self { cookie, csrf }
    }

    async fn page(&self, t: &TestApp) -> String {
        t.send(t.request("GET", "/admin/security").header("cookie", &self.cookie)).await.text
    }

    async fn post(&self, t: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form: Vec<_> = fields.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        t.send(t.request("POST", path).header("cookie", &self.cookie).form(&form)).await
    }

    async fn ask(&self, t: &TestApp) -> Asked {
        let told = self.post(t, "/admin/security/passkeys/start", &[("name", "Phone"), ("own_password", ADMIN.1)]).await.expect(200);
        Asked { token: told["token"].as_str().unwrap().to_owned(), question: told["question"].clone() }
    }

    async fn add(&self, t: &TestApp, asked: &Asked, answer: &Value) -> Reply {
        let answer = answer.to_string();
        self.post(t, "/admin/security/passkeys", &[("name", "Phone"), ("token", &asked.token), ("answer", &answer)]).await
    }
}

/// A browser with a passkey of its own, and the device that holds it.
async fn with_passkey(t: &TestApp) -> (Browser, Device) {
    let (browser, mut device) = (Browser::signed_in(t).await, Device::default());
    let asked = browser.ask(t).await;
    let answer = device.makes(&origin(t), &asked.question).await;
    let added = browser.add(t, &asked, &answer).await;
    assert_eq!(added.status, 303, "{}", added.text);
    (browser, device)
}

async fn ask(t: &TestApp) -> Asked {
    let told = t.send(t.request("POST", "/admin/login/passkey/start")).await.expect(200);
    Asked { token: told["token"].as_str().unwrap().to_owned(), question: told["question"].clone() }
}

async fn open(t: &TestApp, token: &str, answer: &Value) -> Reply {
    let form = [("token", token), ("answer", &answer.to_string()), ("next", "/admin/roles")];
    t.send(t.request("POST", "/admin/login/passkey").form(&form)).await
}

testkit::both_apps! {
    async fn a_passkey_opens_without_a_name_once_for_each_question(t: TestApp) {
        let (browser, mut device) = with_passkey(&t).await;
        assert!(browser.page(&t).await.contains("Phone"));
        let asked = ask(&t).await;
        let answer = device.signs(&origin(&t), &asked.question).await;
        let (one, other) = tokio::join!(open(&t, &asked.token, &answer), open(&t, &asked.token, &answer));
        let opened = [&one, &other].into_iter().find(|reply| reply.status == 303).expect("one of them opens");
        assert_eq!([one.status, other.status].iter().filter(|status| **status == 401).count(), 1);
        assert_eq!(opened.header("location"), Some("/admin/roles"));
        let page = t.send(t.request("GET", "/admin/roles").header("cookie", cookie(opened))).await;
        assert!(page.text.contains("owner"), "{}", page.text);
        assert!(!browser.page(&t).await.contains("never"), "its use is not shown");
        // An answer to one question does not answer another.
        let another = ask(&t).await;
        assert_eq!(open(&t, &another.token, &answer).await.status, 401);
        let late = ask(&t).await;
        let answer = device.signs(&origin(&t), &late.question).await;
        t.advance(Duration::from_secs(301)).await;
        assert_eq!(open(&t, &late.token, &answer).await.status, 401, "five minutes are over");
    }

    async fn what_does_not_fit_is_refused(t: TestApp) {
        let (browser, mut device) = with_passkey(&t).await;
        let asked = ask(&t).await;
        let elsewhere = device.signs("http://localhost:1", &asked.question).await;
        assert_eq!(open(&t, &asked.token, &elsewhere).await.status, 401, "signed for another address");
        let mut asked = ask(&t).await;
        asked.question["userVerification"] = json!("discouraged");
        let unasked = device.signs(&origin(&t), &asked.question).await;
        assert_eq!(open(&t, &asked.token, &unasked).await.status, 401, "its owner was not asked");
        for spoil in ["signature", "authenticatorData", "clientDataJSON", "userHandle"] {
            let asked = ask(&t).await;
            let mut answer = device.signs(&origin(&t), &asked.question).await;
            let text = answer["response"][spoil].as_str().unwrap();
            let (first, rest) = text.split_at(1);
            answer["response"][spoil] = json!(format!("{}{rest}", if first == "A" { "B" } else { "A" }));
            assert_eq!(open(&t, &asked.token, &answer).await.status, 401, "{spoil}");
        }
        let mut copy = device.clone();
        let asked = ask(&t).await;
        let answer = device.signs(&origin(&t), &asked.question).await;
        assert_eq!(open(&t, &asked.token, &answer).await.status, 303);
        let asked = ask(&t).await;
        let answer = copy.signs(&origin(&t), &asked.question).await;
        assert_eq!(open(&t, &asked.token, &answer).await.status, 401, "a copy whose counter is behind");
        for rubbish in [json!(null), json!({}), json!("x"), json!({"id": 1})] {
            assert_eq!(open(&t, &ask(&t).await.token, &rubbish).await.status, 401, "{rubbish}");
        }
        // A passkey of nobody's.
        let mut stranger = Device::default();
        let made = browser.ask(&t).await;
        stranger.makes(&origin(&t), &made.question).await;
        let asked = ask(&t).await;
        let answer = stranger.signs(&origin(&t), &asked.question).await;
        assert_eq!(open(&t, &asked.token, &answer).await.status, 401);
        let cross = t.request("POST", "/admin/login/passkey/start").header("origin", "https://evil.example");
        assert_eq!(t.send(cross).await.status, 403);
    }

    async fn it_stands_in_for_the_code_and_its_owner_removes_it(t: TestApp) {
        let (browser, mut device) = with_passkey(&t).await;
        let page = browser.page(&t).await;
        let remove = page.split("/admin/security/passkeys/").find_map(|rest| rest.split_once("/remove")).unwrap().0.to_owned();
        let again = browser.ask(&t).await;
        let known = again.question["excludeCredentials"].as_array().unwrap().len();
        assert_eq!(known, 1, "a device must not make a second one");
        assert_eq!(browser.post(&t, "/admin/security/passkeys/000000000000/remove", &[]).await.status, 404);
        assert_eq!(browser.post(&t, &format!("/admin/security/passkeys/{remove}/remove"), &[]).await.status, 303);
        let asked = ask(&t).await;
        let answer = device.signs(&origin(&t), &asked.question).await;
        assert_eq!(open(&t, &asked.token, &answer).await.status, 401, "a removed one opens");
    }

    async fn adding_one_takes_the_password_and_the_session_that_asked(t: TestApp) {
        let browser = Browser::signed_in(&t).await;
        let wrong = browser.post(&t, "/admin/security/passkeys/start", &[("name", "Phone"), ("own_password", "wrong")]).await.expect(422);
        assert_eq!(wrong["message"], "This is not your password.");
        let nameless = browser.post(&t, "/admin/security/passkeys/start", &[("name", " "), ("own_password", ADMIN.1)]).await;
        assert_eq!(nameless.status, 422);
        let mut device = Device::default();
        // A question for signing in makes no passkey, and the other way round.
        let (to_sign, to_make) = (ask(&t).await, browser.ask(&t).await);
        let made = device.makes(&origin(&t), &to_make.question).await;
        assert_eq!(browser.add(&t, &to_sign, &made).await.status, 401);
        assert_eq!(open(&t, &to_make.token, &made).await.status, 401);
        assert_eq!(browser.add(&t, &to_make, &made).await.status, 303);
        assert_eq!(browser.add(&t, &to_make, &made).await.status, 401, "used twice");
        let trail = t.get("/api/v1/audit").await.expect(200).to_string();
        assert!(trail.contains("member.passkey_changed"), "{trail}");
    }
}
