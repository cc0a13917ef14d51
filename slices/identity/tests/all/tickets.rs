//! Links in mails, over HTTP: invitations, forgotten passwords, another address, a tenant of one's own.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::json;
use std::time::Duration;
use store::{Look, params, sql};
use testkit::{ADMIN, Browser, Engine, Reply, TestApp};

const GOOD: &str = "seven ochre lanterns";
const BETTER: &str = "quiet marble orchard";

/// The path of the link in the newest mail to somebody.
async fn link(t: &TestApp, to: &str) -> String {
    t.settle().await;
    let mail = t.sim().mailboxes().mails_to(to).pop().unwrap_or_else(|| panic!("no mail to {to}"));
    let text = mail.text.unwrap();
    let (_, rest) = text.split_once(t.url()).unwrap_or_else(|| panic!("no link in {text}"));
    let link = rest.split_whitespace().next().unwrap().to_owned();
    assert!(mail.html.unwrap().contains(&link));
    link
}

fn token(link: &str) -> &str {
    link.split_once("?token=").unwrap().1
}

fn path(link: &str) -> &str {
    link.split('?').next().unwrap()
}

/// Follows a link as somebody new.
async fn follow(t: &TestApp, link: &str, name: &str, password: &str) -> Reply {
    let page = Browser::new().get(t, link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    Browser::new().post(t, path(link), &[("token", token(link)), ("name", name), ("password", password)]).await
}

async fn invited(t: &TestApp, email: &str, role: &str) -> String {
    let made = t.post(&format!("/api/v1/tenants/{}/invitations", t.tenant()), json!({"email": email, "role": role})).await.expect(201);
    assert_eq!((made["email"].as_str(), made["role"].as_str()), (Some(email), Some(role)));
    assert!(!made.to_string().contains("token"), "{made}");
    link(t, email).await
}

testkit::both_apps! {
    async fn links_that_are_long_over_are_forgotten(t: TestApp) {
        let count = |t: &TestApp| {
            let mut look = t.db().read_main(t.tenant());
            async move { look.one::<i64>(sql!("SELECT COUNT(*) FROM tickets WHERE tenant_id = $1"), params![look.tenant()]).await.unwrap() }
        };
        for number in 0..3 {
            invited(&t, &format!("m{number}@example.com"), "viewer").await;
        }
        t.advance(Duration::from_secs(36 * 86_400)).await;
        invited(&t, "late@example.com", "viewer").await;
        assert_eq!(count(&t).await, 4, "over for 29 days");
        t.advance(Duration::from_secs(2 * 86_400)).await;
        invited(&t, "later@example.com", "viewer").await;
        assert_eq!(count(&t).await, 2);
    }

    async fn who_is_invited_joins_once(t: TestApp) {
        let link = invited(&t, "asha@example.com", "manager").await;
        let weak = follow(&t, &link, "Asha", "password123").await;
        assert_eq!(weak.status, 422, "{}", weak.text);
        let stolen = follow(&t, &link, "Asha", sim::STOLEN[0]).await;
        assert!(stolen.status == 422 && stolen.text.contains("stolen passwords"), "{}", stolen.text);
        let asha = Browser::from(&t, &follow(&t, &link, "Asha", GOOD).await).await;
        let page = asha.get(&t, "/admin/members").await;
        assert!(page.status == 200 && page.text.contains("asha@example.com") && page.text.contains("manager"), "{}", page.text);
        let again = Browser::new().get(&t, &link).await;
        assert_eq!(again.status, 404, "{}", again.text);
        // Nothing that is kept holds the link: neither the message, nor the journal.
        let history = t.get("/api/v1/notifications/history").await;
        assert!(history.text.contains("account_invitation") && !history.text.contains(token(&link)), "{}", history.text);
        let trail = t.get("/api/v1/audit").await;
        assert!(trail.status == 200 && !trail.text.contains(token(&link)), "{}", trail.text);
    }

    async fn an_invitation_ends_when_it_is_taken_back_sent_again_or_too_old(t: TestApp) {
        let all = format!("/api/v1/tenants/{}/invitations", t.tenant());
        let first = invited(&t, "asha@example.com", "user").await;
        let second = invited(&t, "asha@example.com", "user").await;
        assert_eq!(Browser::new().get(&t, &first).await.status, 404);
        assert_eq!(Browser::new().get(&t, &second).await.status, 200);
        let open = t.get(&all).await.expect(200);
        assert_eq!(open["data"].as_array().unwrap().len(), 1, "{open}");
        let id = open["data"][0]["id"].as_str().unwrap().to_owned();
        let gone = t.send(t.request("DELETE", &format!("{all}/{id}")).bearer_auth(t.key())).await;
        assert_eq!(gone.status, 204, "{}", gone.text);
        assert_eq!(follow_refused(&t, &second).await, 404);
        let third = invited(&t, "asha@example.com", "user").await;
        t.advance(Duration::from_secs(7 * 86_400 + 1)).await;
        assert_eq!(follow_refused(&t, &third).await, 404);
    }

    async fn nobody_takes_over_an_account_by_a_link(t: TestApp) {
        // Somebody makes an account under an address that is not theirs, and knows its password.
        let users = format!("/api/v1/tenants/{}/users", t.tenant());
        let made = t.post(&users, json!({"email": "asha@example.com", "role": "user", "password": BETTER})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let (other, key) = t.another_tenant("Other Shop").await;
        let invite = t.request("POST", &format!("/api/v1/tenants/{other}/invitations")).bearer_auth(&key);
        assert_eq!(t.send(invite.json(&json!({"email": "asha@example.com", "role": "user"}))).await.status, 201);
        let direct = t.request("POST", &format!("/api/v1/tenants/{other}/users")).bearer_auth(&key);
        let direct = t.send(direct.json(&json!({"email": "asha@example.com", "role": "user", "password": GOOD}))).await;
        assert_eq!((direct.status, direct.json()["code"].as_str()), (409, Some("has_account")), "{}", direct.text);
        // The owner of the address follows the link: the account is theirs, and the old password opens it no more.
        let before = Browser::signed_in(&t, "asha@example.com", BETTER).await;
        let link = link(&t, "asha@example.com").await;
        Browser::from(&t, &follow(&t, &link, "Asha", GOOD).await).await;
        assert_eq!(before.get(&t, "/admin").await.status, 303);
        let old = Browser::new().post(&t, "/admin/login", &[("username", "asha@example.com"), ("password", BETTER)]).await;
        assert_eq!(old.status, 401, "{}", old.text);
        // Now that it is proved, a further link opens nothing without the password.
        let (third, key) = t.another_tenant("Third Shop").await;
        let invite = t.request("POST", &format!("/api/v1/tenants/{third}/invitations")).bearer_auth(&key);
        t.send(invite.json(&json!({"email": "asha@example.com", "role": "user"}))).await.expect(201);
        let link = self::link(&t, "asha@example.com").await;
        let refused = follow(&t, &link, "Mallory", BETTER).await;
        assert!(refused.status == 409 && refused.text.contains("Sign in"), "{}", refused.text);
        let asha = Browser::signed_in(&t, "asha@example.com", GOOD).await;
        let joined = asha.post(&t, "/join", &[("token", token(&link))]).await;
        assert_eq!(joined.status, 303, "{}", joined.text);
        let stranger = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        t.send(t.request("POST", &format!("/api/v1/tenants/{third}/invitations")).bearer_auth(&key)
            .json(&json!({"email": "ravi@example.com", "role": "owner"}))).await.expect(201);
        let foreign = self::link(&t, "ravi@example.com").await;
        assert_eq!(stranger.post(&t, "/join", &[("token", token(&foreign))]).await.status, 403);
    }

    async fn a_forgotten_password_is_replaced_by_its_mail_alone(t: TestApp) {
        let joined = invited(&t, "asha@example.com", "user").await;
        let browser = Browser::from(&t, &follow(&t, &joined, "Asha", GOOD).await).await;
        for address in ["nobody@example.com", "ASHA@example.com "] {
            let asked = Browser::new().post(&t, "/admin/forgot", &[("email", address)]).await;
            assert!(asked.status == 200 && asked.text.contains("If somebody"), "{}", asked.text);
        }
        assert!(t.sim().mailboxes().mails_to("nobody@example.com").is_empty());
        let link = link(&t, "asha@example.com").await;
        let old = follow(&t, &link, "", GOOD).await;
        assert!(old.status == 422 && old.text.contains("not had before"), "{}", old.text);
        assert_eq!(follow(&t, &link, "", BETTER).await.status, 303);
        assert_eq!(browser.get(&t, "/admin").await.status, 303, "every session ends");
        assert_eq!(follow_refused(&t, &link).await, 404);
        Browser::signed_in(&t, "asha@example.com", BETTER).await;
        t.settle().await;
        let told = t.sim().mailboxes().mails_to("asha@example.com").pop().unwrap();
        assert_eq!(told.subject, "Your password was changed");
    }

    async fn an_address_changes_when_the_new_one_is_proved(t: TestApp) {
        let joined = invited(&t, "asha@example.com", "user").await;
        let asha = Browser::from(&t, &follow(&t, &joined, "Asha", GOOD).await).await;
        let wrong = asha.post(&t, "/admin/security/email", &[("email", "asha@new.example"), ("current", BETTER)]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        let sent = asha.post(&t, "/admin/security/email", &[("email", "asha@new.example"), ("current", GOOD)]).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        let link = link(&t, "asha@new.example").await;
        let done = Browser::new().post(&t, path(&link), &[("token", token(&link))]).await;
        assert_eq!(done.status, 200, "{}", done.text);
        Browser::signed_in(&t, "asha@new.example", GOOD).await;
        t.settle().await;
        let told = t.sim().mailboxes().mails_to("asha@example.com").pop().unwrap();
        assert!(told.subject == "Your address was changed" && told.text.unwrap().contains("asha@new.example"));
    }

    async fn sign_up_is_closed_unless_it_is_opened(t: TestApp) {
        assert_eq!(Browser::new().get(&t, "/signup").await.status, 403);
        assert_eq!(Browser::new().post(&t, "/signup", &[("business", "X"), ("email", "x@example.com")]).await.status, 403);
    }
}

async fn follow_refused(t: &TestApp, link: &str) -> u16 {
    Browser::new().post(t, path(link), &[("token", token(link)), ("name", "Asha"), ("password", GOOD)]).await.status
}

fn open_to_strangers(engine: Engine) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let t = TestApp::with(engine, &[("ORIGIN_SIGN_UP", "true")]).await;
        let asked = Browser::new().post(&t, "/signup", &[("business", "Asha's Kitchen"), ("email", "asha@example.com")]).await;
        assert_eq!(asked.status, 200, "{}", asked.text);
        let link = link(&t, "asha@example.com").await;
        let asha = Browser::from(&t, &follow(&t, &link, "Asha", GOOD).await).await;
        let page = asha.get(&t, "/admin/members").await;
        assert!(page.text.contains("Asha's Kitchen") || page.text.contains("Asha&#39;s Kitchen"), "{}", page.text);
        assert_eq!(follow_refused(&t, &link).await, 404);
        let shop = Browser::new().get(&t, "/s/asha-s-kitchen").await;
        assert_eq!(shop.status, 200, "{}", shop.text);
        // Once more, by somebody who has an account: the same person owns both.
        let asked = Browser::new().post(&t, "/signup", &[("business", "Second"), ("email", "asha@example.com")]).await;
        assert_eq!(asked.status, 200, "{}", asked.text);
        let second = self::link(&t, "asha@example.com").await;
        assert_eq!(follow_refused(&t, &second).await, 409);
        assert_eq!(asha.post(&t, path(&second), &[("token", token(&second))]).await.status, 303);
    });
}

#[test]
fn whoever_signs_up_opens_a_shop_by_the_link_on_sqlite() {
    open_to_strangers(Engine::Sqlite);
}

#[test]
fn whoever_signs_up_opens_a_shop_by_the_link_on_postgres() {
    open_to_strangers(Engine::Postgres);
}
