//! Certificates: from a proved domain to a visitor who trusts what they see, whatever the directory does on the way.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

mod visitor;

use serde_json::{Value, json};
use sim::{At, Fault};
use std::time::Duration;
use store::EraseTenant;
use testkit::{Reply, TestApp};
use visitor::Visitor;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const SETTINGS: &[(&str, &str)] =
    &[("ORIGIN_TLS_LISTEN", "127.0.0.1:0"), ("ORIGIN_ACME_EMAIL", "ops@example.com"), ("ORIGIN_TRUSTED_PROXIES", "0")];

struct Tenant {
    id: facts::TenantId,
    key: String,
}

impl Tenant {
    fn first(t: &TestApp) -> Self {
        Self { id: t.tenant(), key: t.key().to_owned() }
    }

    async fn another(t: &TestApp) -> Self {
        let (id, key) = t.another_tenant("Other Shop").await;
        Self { id, key }
    }

    async fn send(&self, t: &TestApp, method: &str, path: &str, body: Value) -> Reply {
        let path = format!("/api/v1/tenants/{}/domains{path}", self.id);
        let reply = t.send(t.request(method, &path).bearer_auth(&self.key).json(&body)).await;
        t.settle().await;
        reply
    }

    /// Adds a domain and proves it; its name leads here already.
    async fn prove(&self, t: &TestApp, name: &str) {
        let added = self.send(t, "POST", "", json!({"domain": name})).await.expect(201);
        t.sim().dns().set_txt(added["record"]["name"].as_str().unwrap(), &[added["record"]["value"].as_str().unwrap()]);
        self.send(t, "POST", &format!("/{name}/check"), json!({})).await.expect(202);
    }

    async fn remove(&self, t: &TestApp, name: &str) {
        assert_eq!(self.send(t, "DELETE", &format!("/{name}"), json!({})).await.status, 204);
    }

    /// How the certificate of a domain stands.
    async fn stands(&self, t: &TestApp, name: &str) -> Value {
        let all = self.send(t, "GET", "", json!({})).await.expect(200);
        let found = all["data"].as_array().unwrap().iter().find(|domain| domain["domain"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {all}"))["certificate"].clone()
    }
}

/// Lets a name lead to the program's plain door, where a directory looks.
fn lead_here(t: &TestApp, name: &str) {
    t.sim().dns().lead(name, t.url().trim_start_matches("http://").parse().unwrap());
}

fn issued_to(t: &TestApp, name: &str) -> usize {
    t.sim().acme().issued().iter().filter(|issued| issued.domain == name).count()
}

testkit::both_apps! { with SETTINGS;
    async fn a_proved_domain_is_served_by_https_under_its_own_name(t: TestApp) {
        let (first, other) = (Tenant::first(&t), Tenant::another(&t).await);
        let visitor = Visitor::new(&t);
        lead_here(&t, "asha.example");
        other.prove(&t, "asha.example").await;
        assert!(visitor.get("asha.example", "asha.example", "/").await.is_err(), "nothing is there yet");
        let page = t.send(t.request("GET", "/").header("host", "asha.example")).await;
        assert!(page.text.contains("Other Shop"), "until then the domain opens without TLS: {}", page.text);

        t.advance(MINUTE).await;
        let stands = other.stands(&t, "asha.example").await;
        assert_eq!((&stands["state"], &stands["reason"]), (&json!("issued"), &json!(null)), "{stands}");
        assert!(stands["not_after"].as_str().unwrap() > stands["next_at"].as_str().unwrap());
        let page = visitor.get("asha.example", "asha.example", "/").await.unwrap();
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("Other Shop"), "{page}");
        assert!(visitor.get_h2("asha.example", "/").await.contains("Other Shop"));
        // The peer's address is known: it may see the numbers from this machine alone.
        assert!(visitor.get("asha.example", "asha.example", "/metrics").await.unwrap().starts_with("HTTP/1.1 200"));
        for host in ["127.0.0.1", "origin.example", "asha.example.evil.example"] {
            assert!(visitor.get("asha.example", host, "/admin/login").await.unwrap().starts_with("HTTP/1.1 421"), "{host}");
        }
        for name in ["other.example", "x.asha.example", "example", "127.0.0.1.example"] {
            let refused = visitor.get(name, name, "/").await.unwrap_err();
            assert!(refused.contains("UnrecognisedName"), "{name}: {refused}");
        }

        let port = t.tls().port();
        let plain = t.send(t.request("GET", "/buy?a=b").header("host", "Asha.Example:80")).await;
        assert_eq!((plain.status, plain.header("location")), (308, Some(format!("https://asha.example:{port}/buy?a=b").as_str())));
        assert_eq!(t.send(t.request("GET", "/.well-known/acme-challenge/unknown").header("host", "asha.example")).await.status, 404);
        assert_eq!(t.send(t.request("GET", "/health/live")).await.status, 200, "hosts without a certificate are served as ever");
        assert_eq!(t.send(t.request("GET", "/health/live").header("host", "asha.example")).await.status, 200, "balancers ask here");

        let acme = t.sim().acme();
        assert_eq!((acme.accounts(), acme.orders(), acme.issued().len()), (1, 1, 1));
        assert_eq!(first.send(&t, "GET", "", json!({})).await.expect(200)["data"], json!([]));
        let kinds = t.send(t.request("GET", "/api/v1/audit?limit=100").bearer_auth(&other.key)).await.expect(200);
        assert!(kinds["data"].as_array().unwrap().iter().any(|fact| fact["kind"] == "domain.certificate_moved"), "{kinds}");

        other.remove(&t, "asha.example").await;
        assert!(visitor.get("asha.example", "asha.example", "/").await.is_err());
        t.advance(DAY * 90).await;
        assert_eq!(acme.orders(), 1, "nobody asks for a domain that was removed");
    }

    async fn whatever_is_lost_on_the_way_there_is_one_certificate(t: TestApp) {
        let shop = Tenant::first(&t);
        let calls = [
            "GET /directory", "GET /new-nonce", "POST /new-order", "POST /authorization/{number}", "POST /challenge/{number}",
            "POST /order/{number}", "POST /finalize/{number}", "POST /certificate/{number}",
        ];
        let faults = [Fault::DropAnswer, Fault::reject(500), Fault::too_many(Some(40)), Fault::reject(502)];
        // An account is made once, so its calls go wrong once.
        for call in ["POST /new-account", "POST /account/{number}"] {
            for fault in &faults {
                t.sim().faults().next(1, At::acme_call(call), fault.clone());
            }
        }
        let mut domains = 0;
        for fault in faults {
            for call in calls {
                domains += 1;
                let name = format!("shop{domains}.example");
                lead_here(&t, &name);
                t.sim().faults().next(1, At::acme_call(call), fault.clone());
                shop.prove(&t, &name).await;
                // The account's calls all go wrong before the first.
                t.advance(if domains == 1 { DAY } else { HOUR }).await;
                let stands = shop.stands(&t, &name).await;
                assert_eq!((stands["state"].as_str(), issued_to(&t, &name)), (Some("issued"), 1), "{call} {fault:?}: {stands}");
                assert!(t.sim().faults().rules().is_empty(), "{call} was made and went wrong");
                shop.remove(&t, &name).await;
            }
        }
        let acme = t.sim().acme();
        assert_eq!((acme.accounts(), acme.orders()), (1, domains), "an order that was begun is gone on with");
        assert!(acme.visits().iter().all(|visit| visit.found));
    }

    async fn used_nonces_and_slow_orders_cost_time_alone(t: TestApp) {
        let shop = Tenant::first(&t);
        t.sim().acme().refuse_nonces(2);
        t.sim().acme().take(MINUTE * 10);
        lead_here(&t, "asha.example");
        shop.prove(&t, "asha.example").await;
        t.advance(MINUTE * 5).await;
        assert_eq!(shop.stands(&t, "asha.example").await["state"], "ordered");
        t.sim().acme().refuse_nonces(1);
        t.advance(MINUTE * 15).await;
        assert_eq!(shop.stands(&t, "asha.example").await["state"], "issued");
        assert_eq!((t.sim().acme().orders(), issued_to(&t, "asha.example")), (1, 1));
    }

    async fn certificates_are_renewed_by_themselves(t: TestApp) {
        let shop = Tenant::first(&t);
        let visitor = Visitor::new(&t);
        lead_here(&t, "asha.example");
        shop.prove(&t, "asha.example").await;
        t.advance(DAY * 57).await;
        assert_eq!(issued_to(&t, "asha.example"), 1);
        let before = visitor.leaf("asha.example").await.unwrap();
        t.advance(DAY * 6).await;
        assert_eq!(issued_to(&t, "asha.example"), 2, "about sixty of ninety days after the first");
        let after = visitor.leaf("asha.example").await.unwrap();
        assert_ne!(before, after);
        // The directory is gone when the next is due: the old one is served until it ends, and the page says so.
        let away = t.sim().faults().until_cleared(At::acme(), Fault::reject(503));
        t.advance(DAY * 70).await;
        let stands = shop.stands(&t, "asha.example").await;
        assert_eq!((issued_to(&t, "asha.example"), &stands["reason"]), (2, &json!("directory_away")), "{stands}");
        assert_eq!(visitor.leaf("asha.example").await.unwrap(), after);
        t.sim().faults().clear(away);
        t.advance(DAY * 2).await;
        assert_eq!((issued_to(&t, "asha.example"), &shop.stands(&t, "asha.example").await["state"]), (3, &json!("issued")));
        assert_eq!(t.sim().acme().accounts(), 1);
    }

    async fn what_went_wrong_is_said_and_the_directory_not_pestered(t: TestApp) {
        let (shop, other) = (Tenant::first(&t), Tenant::another(&t).await);
        shop.prove(&t, "asha.example").await;
        lead_here(&t, "ravi.example");
        other.prove(&t, "ravi.example").await;
        t.advance(MINUTE).await;
        let stands = shop.stands(&t, "asha.example").await;
        assert_eq!((&stands["state"], &stands["reason"], &stands["not_after"]), (&json!("failed"), &json!("not_reached"), &json!(null)));
        assert!(stands["note"].as_str().unwrap().contains("NXDOMAIN"), "{stands}");
        assert_eq!(other.stands(&t, "ravi.example").await["state"], "issued", "another's is another's");
        let (username, password) = testkit::ADMIN;
        let page = testkit::Browser::signed_in(&t, username, password).await.get(&t, "/admin/domains").await;
        assert!(page.text.contains("cannot be reached yet") && page.text.contains("NXDOMAIN"), "{}", page.text);

        // Whoever asks again and again, or begins anew, is held to what a directory takes.
        for _ in 0..30 {
            shop.send(&t, "POST", "/asha.example/check", json!({})).await.expect(202);
            t.advance(MINUTE * 2).await;
        }
        for _ in 0..6 {
            shop.remove(&t, "asha.example").await;
            shop.prove(&t, "asha.example").await;
            t.advance(MINUTE * 5).await;
        }
        t.advance(DAY).await;
        let visits = t.sim().acme().visits();
        let vain: Vec<_> = visits.iter().filter(|visit| visit.domain == "asha.example").map(|visit| visit.at).collect();
        for at in &vain {
            assert!(vain.iter().filter(|other| **other >= *at && other.since(*at) < HOUR).count() <= 5, "{vain:?}");
        }
        assert!(vain.len() > 5);
        assert_eq!(t.sim().acme().turned_away(), 0);

        // The name leads to somebody else, who has another answer.
        t.sim().dns().lead("asha.example", t.sim().http_url().trim_start_matches("http://").parse().unwrap());
        t.advance(DAY).await;
        assert_eq!(shop.stands(&t, "asha.example").await["reason"], "wrong_answer");
        lead_here(&t, "asha.example");
        shop.send(&t, "POST", "/asha.example/check", json!({})).await.expect(202);
        t.advance(MINUTE * 16).await;
        assert_eq!(shop.stands(&t, "asha.example").await["state"], "issued");
    }

    async fn a_domain_that_is_lost_loses_its_certificate(t: TestApp) {
        let (shop, other) = (Tenant::first(&t), Tenant::another(&t).await);
        let visitor = Visitor::new(&t);
        for (tenant, name) in [(&shop, "asha.example"), (&other, "ravi.example")] {
            lead_here(&t, name);
            tenant.prove(&t, name).await;
        }
        t.advance(MINUTE).await;
        assert!(visitor.leaf("asha.example").await.is_ok() && visitor.leaf("ravi.example").await.is_ok());
        t.sim().dns().set_txt("_origin.asha.example", &[]);
        t.advance(DAY * 9).await;
        assert_eq!(shop.stands(&t, "asha.example").await, json!(null));
        assert!(visitor.leaf("asha.example").await.is_err() && visitor.leaf("ravi.example").await.is_ok());
        t.db().run(&store::Who::system(other.id, "test"), EraseTenant(other.id)).await.unwrap();
        t.advance(DAY).await;
        assert!(visitor.leaf("ravi.example").await.is_err());
        t.advance(DAY * 90).await;
        assert_eq!(t.sim().acme().orders(), 2);
    }
}

testkit::both_apps! { with &[("ORIGIN_TLS_LISTEN", "127.0.0.1:0"), ("ORIGIN_TLS_HOSTS", "origin.example, www.origin.example")];
    async fn the_platforms_own_hosts_have_certificates(t: TestApp) {
        let visitor = Visitor::new(&t);
        for name in ["origin.example", "www.origin.example"] {
            lead_here(&t, name);
        }
        t.advance(MINUTE).await;
        for name in ["origin.example", "www.origin.example"] {
            let page = visitor.get(name, name, "/admin/login").await.unwrap();
            assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        }
        t.advance(DAY * 65).await;
        assert_eq!((issued_to(&t, "origin.example"), issued_to(&t, "www.origin.example")), (2, 2));
    }
}

testkit::both_apps! {
    async fn without_a_door_for_tls_nobody_is_asked(t: TestApp) {
        let shop = Tenant::first(&t);
        lead_here(&t, "asha.example");
        shop.prove(&t, "asha.example").await;
        t.advance(DAY * 2).await;
        assert_eq!(shop.stands(&t, "asha.example").await, json!(null));
        let acme = t.sim().acme();
        assert_eq!((acme.accounts(), acme.orders(), acme.visits().len()), (0, 0, 0));
    }
}
