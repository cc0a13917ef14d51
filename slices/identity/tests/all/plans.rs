//! A plan lets in as many as it says, whoever comes at the same time.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::TenantId;
use serde_json::{Value, json};
use store::{Command, Look, Result, Tx, params, sql};
use testkit::{ADMIN, Reply, TestApp};

const OPERATOR: &str = "a-token-for-tests-long-enough";

fn of(t: &TestApp, rest: &str) -> String {
    format!("/api/v1/tenants/{}{rest}", t.tenant())
}

async fn plan(t: &TestApp, plan: &str) {
    t.send(t.request("PUT", &of(t, "/plan")).bearer_auth(OPERATOR).json(&json!({"plan": plan}))).await.expect(200);
}

fn full(reply: &Reply, most: i64) {
    assert_eq!((reply.status, reply.json()["code"].as_str()), (409, Some("plan_limit")), "{}", reply.text);
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(&format!("room for {most} ")) && detail.contains("larger plan"), "{detail}");
}

fn member(number: usize) -> Value {
    json!({"email": format!("m{number}@example.com"), "name": "Ravi", "role": "viewer", "password": "five violet kettles sing"})
}

/// Fills up a table with rows that only count.
struct Fill {
    devices: i64,
    keys: i64,
}

impl Command for Fill {
    const NAME: &'static str = "fill";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        for _ in 0..self.devices {
            let (id, user, now) = (tx.uuid(), tx.uuid(), tx.now());
            let sql = sql!(
                "INSERT INTO mobile_devices (tenant_id, id, user_id, name, platform, app_version, created_at, last_seen_at)
                 VALUES ($1, $2, $3, 'Phone', 'ios', '1', $4, $4)"
            );
            tx.put(sql, params![tx.tenant(), id, user, now]).await?;
        }
        for number in 0..self.keys {
            let (id, now) = (tx.uuid(), tx.now());
            let sql = sql!(
                "INSERT INTO api_keys (tenant_id, id, name, hash, prefix, role, per_hour, created_at)
                 VALUES ($1, $2, 'till', $3, 'x', 'viewer', 10, $4)"
            );
            tx.put(sql, params![tx.tenant(), id, format!("hash {number}"), now]).await?;
        }
        Ok(())
    }
}

async fn count(t: &TestApp, tenant: TenantId) -> i64 {
    t.db().read_main(tenant).one(sql!("SELECT COUNT(*) FROM members WHERE tenant_id = $1"), params![tenant]).await.unwrap()
}

testkit::both_apps! {
    async fn members_who_come_at_once_find_no_more_places_than_there_are(t: TestApp) {
        for number in 0..7 {
            t.post(&of(&t, "/users"), member(number)).await.expect(201);
        }
        let path = of(&t, "/users");
        let all = futures::future::join_all((10..16).map(|number| t.post(&path, member(number)))).await;
        let (made, refused): (Vec<&Reply>, Vec<&Reply>) = all.iter().partition(|reply| reply.status == 201);
        assert_eq!((made.len(), count(&t, t.tenant()).await), (2, 10));
        refused.into_iter().for_each(|reply| full(reply, 10));
        full(&t.post(&of(&t, "/invitations"), json!({"email": "late@example.com", "role": "viewer"})).await, 10);
        plan(&t, "pro").await;
        t.post(&path, member(20)).await.expect(201);
        plan(&t, "free").await;
        assert_eq!(count(&t, t.tenant()).await, 11, "a smaller plan takes nobody away");
        full(&t.post(&path, member(21)).await, 10);
        let id = t.get(&path).await.expect(200)["data"].as_array().unwrap().iter().find(|one| one["email"] == "m20@example.com").unwrap()["id"].clone();
        t.send(t.request("DELETE", &format!("{path}/{}", id.as_str().unwrap())).bearer_auth(t.key())).await.expect(204);
        full(&t.post(&path, member(21)).await, 10);
    }

    async fn an_invitation_holds_a_place_and_the_link_finds_it_taken(t: TestApp) {
        for number in 0..8 {
            t.post(&of(&t, "/users"), member(number)).await.expect(201);
        }
        t.post(&of(&t, "/invitations"), json!({"email": "nina@example.com", "role": "viewer"})).await.expect(201);
        t.post(&of(&t, "/invitations"), json!({"email": "nina@example.com", "role": "user"})).await.expect(201);
        full(&t.post(&of(&t, "/invitations"), json!({"email": "omar@example.com", "role": "viewer"})).await, 10);
        t.settle().await;
        let mail = t.sim().mailboxes().mails_to("nina@example.com").pop().unwrap().text.unwrap();
        let token = mail.split("?token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        t.post(&of(&t, "/users"), member(9)).await.expect(201);
        let form = [("token", token.as_str()), ("name", "Nina"), ("password", "five violet kettles sing")];
        let late = t.send(t.request("POST", "/join").header("accept", "text/html").form(&form)).await;
        assert!(late.status >= 400 && late.text.contains("room for 10 members"), "{} {}", late.status, late.text);
        assert_eq!(count(&t, t.tenant()).await, 10);
    }

    async fn keys_and_devices_and_what_replaces_them(t: TestApp) {
        let keys = of(&t, "/api-keys");
        t.db().run(&t.who(), Fill { devices: 49, keys: 48 }).await.unwrap();
        let last = t.post(&keys, json!({"name": "last", "role": "viewer"})).await.expect(201);
        full(&t.post(&keys, json!({"name": "one more", "role": "viewer"})).await, 50);
        let id = last["api_key"]["id"].as_str().or(last["id"].as_str()).unwrap().to_owned();
        t.post(&format!("{keys}/{id}/rotate"), json!({"overlap_hours": 1})).await.expect(201);
        full(&t.post(&keys, json!({"name": "one more", "role": "viewer"})).await, 50);
        t.advance(std::time::Duration::from_secs(3_601)).await;
        full(&t.post(&keys, json!({"name": "one more", "role": "viewer"})).await, 50);
        let phone = |name: &str| json!({"username": ADMIN.0, "password": ADMIN.1, "device": {"name": name, "platform": "android", "app_version": "1.0"}});
        let login = |name: &'static str| { let t = &t; let body = phone(name); async move { t.send(t.request("POST", "/api/v2/auth/login").json(&body)).await } };
        login("first").await.expect(200);
        full(&login("second").await, 50);
        plan(&t, "scale").await;
        login("second").await.expect(200);
    }
}
