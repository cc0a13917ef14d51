//! A shop's own domain: proved by a record, kept by it, and what it opens.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

const DAY: Duration = Duration::from_secs(86_400);
const NAME: &str = "asha.example";

struct Tenant {
    all: String,
    key: String,
}

impl Tenant {
    fn first(t: &TestApp) -> Self {
        Self { all: format!("/api/v1/tenants/{}/domains", t.tenant()), key: t.key().to_owned() }
    }

    async fn another(t: &TestApp) -> Self {
        let (id, key) = t.another_tenant("Other Shop").await;
        Self { all: format!("/api/v1/tenants/{id}/domains"), key }
    }

    async fn send(&self, t: &TestApp, method: &str, path: &str, body: Value) -> Reply {
        let reply = t.send(t.request(method, &format!("{}{path}", self.all)).bearer_auth(&self.key).json(&body)).await;
        t.settle().await;
        reply
    }

    /// Adds the domain; the text that proves it.
    async fn add(&self, t: &TestApp) -> String {
        let added = self.send(t, "POST", "", json!({"domain": NAME})).await.expect(201);
        assert_eq!(added["record"]["name"], "_origin.asha.example");
        added["record"]["value"].as_str().unwrap().to_owned()
    }

    async fn check(&self, t: &TestApp) -> (String, Option<String>) {
        self.send(t, "POST", &format!("/{NAME}/check"), json!({})).await.expect(202);
        self.stands(t).await
    }

    async fn stands(&self, t: &TestApp) -> (String, Option<String>) {
        let all = self.send(t, "GET", "", json!({})).await.expect(200);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        (text(&all["data"][0]["state"]).unwrap_or_default(), text(&all["data"][0]["reason"]))
    }
}

fn state(state: &str, reason: Option<&str>) -> (String, Option<String>) {
    (state.to_owned(), reason.map(str::to_owned))
}

/// What a browser gets that comes by the domain.
async fn come_by(t: &TestApp, path: &str) -> Reply {
    t.app().cache.forget(&format!("host/{NAME}")).await;
    t.send(t.request("GET", path).header("host", NAME)).await
}

testkit::both_apps! {
    async fn a_record_proves_a_domain_and_opens_the_shop(t: TestApp) {
        let other = Tenant::another(&t).await;
        let text = other.add(&t).await;
        assert_eq!(other.stands(&t).await, state("pending", Some("no_record")));
        assert!(come_by(&t, "/").await.text.contains("My shop"), "until then the name is nobody's");

        t.sim().dns().set_txt("_origin.asha.example", &["v=spf1 -all", &text[..text.len() - 1]]);
        assert_eq!(other.check(&t).await, state("pending", Some("wrong_record")));
        t.sim().dns().break_down("_origin.asha.example");
        assert_eq!(other.check(&t).await, state("pending", Some("no_answer")));
        t.sim().dns().silence("_origin.asha.example");
        assert_eq!(other.check(&t).await, state("pending", Some("no_answer")));
        // By itself, without anybody asking.
        t.sim().dns().set_txt("_ORIGIN.asha.example.", &["v=spf1 -all", &text]);
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!(other.stands(&t).await, state("verified", None));

        let home = come_by(&t, "/").await;
        assert!(home.text.contains("Other Shop") && home.text.contains("href=\"/\"") && !home.text.contains("/s/"), "{}", home.text);
        for path in ["/admin", "/admin/login", "/admin/domains", "/s/other-shop/", "/s/my-shop/"] {
            let reply = come_by(&t, path).await;
            assert_eq!((reply.status, &reply.json()["code"]), (404, &json!("route_not_found")), "{path}: {}", reply.text);
        }
        for host in ["ASHA.example", "asha.example.:8080"] {
            assert!(t.send(t.request("GET", "/").header("host", host)).await.text.contains("Other Shop"), "{host}");
        }
        assert!(t.send(t.request("GET", "/").header("host", "x.asha.example")).await.text.contains("My shop"));
        assert_eq!(t.send(t.request("GET", "/admin/login")).await.status, 200);

        assert_eq!(other.send(&t, "DELETE", &format!("/{NAME}"), json!({})).await.status, 204);
        assert!(come_by(&t, "/").await.text.contains("My shop"));
        assert_eq!(other.send(&t, "DELETE", &format!("/{NAME}"), json!({})).await.status, 404);
    }

    async fn a_record_that_goes_takes_the_domain_away_after_a_week(t: TestApp) {
        let first = Tenant::first(&t);
        let text = first.add(&t).await;
        t.sim().dns().set_txt("_origin.asha.example", &[&text]);
        assert_eq!(first.check(&t).await, state("verified", None));
        t.advance(DAY * 30).await;
        assert_eq!(first.stands(&t).await, state("verified", None));
        t.sim().dns().set_txt("_origin.asha.example", &[]);
        t.advance(DAY * 6).await;
        assert_eq!(first.stands(&t).await, state("verified", Some("no_record")));
        t.advance(DAY * 2).await;
        assert_eq!(first.stands(&t).await, state("failed", Some("no_record")));
        // It is looked for again only when somebody asks, and then for another week.
        t.sim().dns().set_txt("_origin.asha.example", &[&text]);
        t.advance(DAY * 3).await;
        assert_eq!(first.stands(&t).await.0, "failed");
        assert_eq!(first.check(&t).await, state("verified", None));
    }

    async fn a_record_that_never_comes_fails_after_a_week(t: TestApp) {
        let first = Tenant::first(&t);
        let text = first.add(&t).await;
        t.advance(DAY * 6).await;
        assert_eq!(first.stands(&t).await, state("pending", Some("no_record")));
        t.advance(DAY * 2).await;
        assert_eq!(first.stands(&t).await, state("failed", Some("no_record")));
        t.advance(DAY).await;
        assert_eq!(first.check(&t).await, state("pending", Some("no_record")));
        t.sim().dns().set_txt("_origin.asha.example", &[&text]);
        t.advance(DAY).await;
        assert_eq!(first.stands(&t).await, state("verified", None));
        let audit = t.get("/api/v1/audit?limit=100").await.expect(200);
        let facts = audit["data"].as_array().unwrap().iter().filter(|fact| fact["kind"] == "domain.moved");
        let states: Vec<&str> = facts.map(|fact| fact["body"]["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["verified", "failed", "added"]);
    }

    async fn one_domain_has_one_shop(t: TestApp) {
        let (first, other) = (Tenant::first(&t), Tenant::another(&t).await);
        let (mine, theirs) = (first.add(&t).await, other.add(&t).await);
        assert_ne!(mine, theirs);
        t.sim().dns().set_txt("_origin.asha.example", &[&mine, &theirs]);
        assert_eq!(first.check(&t).await, state("verified", None));
        assert_eq!(other.check(&t).await, state("pending", Some("taken")));
        assert!(come_by(&t, "/").await.text.contains("My shop"));
        assert_eq!(first.send(&t, "DELETE", &format!("/{NAME}"), json!({})).await.status, 204);
        assert_eq!(other.check(&t).await, state("verified", None));
        assert!(come_by(&t, "/").await.text.contains("Other Shop"));
    }

    async fn links_lead_to_the_domain(t: TestApp) {
        let first = Tenant::first(&t);
        let text = first.add(&t).await;
        t.sim().dns().set_txt("_origin.asha.example", &[&text]);
        first.check(&t).await;
        let own = t.url().replace("127.0.0.1", NAME);
        let customer = json!({"name": "Asha", "phone": "+919876543210", "email": "buyer@example.com"});
        let order = t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": customer})).await;
        assert!(order.status < 300, "{}", order.text);
        t.settle().await;
        let id = order.json()["order_id"].as_str().unwrap().to_owned();
        let paying = come_by(&t, &format!("/pay/{id}")).await;
        for (field, address) in [("callback_url", format!("{own}/payments/razorpay/return")), ("cancel_url", format!("{own}/order/{id}"))] {
            assert!(paying.text.contains(&format!("name=\"{field}\" value=\"{address}\"")), "{field}: {}", paying.text);
        }
        t.sim().razorpay().pay(order.json()["id"].as_str().unwrap(), sim::Method::Upi).unwrap();
        t.settle().await;
        let mails = t.sim().mailboxes().mails_to("buyer@example.com");
        assert!(mails.iter().any(|mail| mail.text.as_ref().unwrap().contains(&format!("{own}/order/{id}"))), "{mails:?}");
        assert_eq!(come_by(&t, &format!("/order/{id}")).await.status, 200);
    }

    async fn what_cannot_be_a_domain_is_refused(t: TestApp) {
        let first = Tenant::first(&t);
        for text in ["", "localhost", "127.0.0.1", "co.uk", "https://asha.example", "asha.example/x", "*.asha.example", "a\r\nb.example"] {
            let reply = first.send(&t, "POST", "", json!({"domain": text})).await.expect(422);
            assert_eq!(reply["errors"][0]["field"], "domain", "{text}");
        }
        let added = first.send(&t, "POST", "", json!({"domain": "MÜNCHEN.example."})).await.expect(201);
        assert_eq!((&added["domain"], &added["display"]), (&json!("xn--mnchen-3ya.example"), &json!("münchen.example")));
        assert_eq!(first.send(&t, "POST", "", json!({"domain": "münchen.example"})).await.expect(409)["code"], "domain_exists");
        for number in 1..10 {
            first.send(&t, "POST", "", json!({"domain": format!("shop{number}.example")})).await.expect(201);
        }
        assert_eq!(first.send(&t, "POST", "", json!({"domain": "eleven.example"})).await.expect(409)["code"], "plan_limit");
        let other = Tenant::another(&t).await;
        let theirs = Tenant { all: first.all.clone(), key: other.key };
        assert_eq!(theirs.send(&t, "GET", "", json!({})).await.status, 404);
    }
}
