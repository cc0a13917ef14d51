//! Events reach their endpoints: over HTTP against the whole program, with a receiver that verifies.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Browser, Reply, TestApp};

const ENDPOINTS: &str = "/api/v1/webhook-endpoints";

async fn call(t: &TestApp, key: &str, method: &str, path: &str, body: Value) -> Reply {
    t.send(t.request(method, path).bearer_auth(key).json(&body)).await
}

/// An endpoint at the receiver of that name, which trusts its secret; its id and the secret.
async fn endpoint(t: &TestApp, name: &str, kinds: Value) -> (String, String) {
    let made = t.post(ENDPOINTS, json!({"url": t.sim().receiver_url(name), "description": name, "kinds": kinds})).await.expect(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    t.sim().receiver().trust(name, &[&secret]);
    (made["endpoint"]["id"].as_str().unwrap().to_owned(), secret)
}

async fn place_order(t: &TestApp, key: &str) -> String {
    let customer = json!({"name": "Asha", "phone": "9876543210", "email": "asha@example.com"});
    let request = t.request("POST", "/create_order").header("idempotency-key", key);
    let placed = t.send(request.json(&json!({"amount": 99, "product": "starter", "customer": customer}))).await.expect(201);
    placed["id"].as_str().unwrap().to_owned()
}

async fn deliveries(t: &TestApp, query: &str) -> Vec<Value> {
    t.get(&format!("/api/v1/webhook-deliveries?{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

fn kinds_of(calls: &[sim::Received]) -> Vec<String> {
    let mut kinds: Vec<String> = calls.iter().map(|call| call.json()["type"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    kinds
}

testkit::both_apps! {
    async fn promise_24_each_fact_reaches_whoever_wants_it_once_and_signed(t: TestApp) {
        place_order(&t, "before").await;
        t.settle().await;
        t.advance(Duration::from_secs(60)).await;
        endpoint(&t, "all", json!(null)).await;
        let (orders, secret) = endpoint(&t, "orders", json!(["order.paid", "order.placed"])).await;
        let order = place_order(&t, "k-1").await;
        t.sim().razorpay().pay(&order, sim::Method::Upi).unwrap();
        t.settle().await;
        t.advance(Duration::from_secs(5)).await;
        let calls = t.sim().receiver().calls("orders");
        assert_eq!(kinds_of(&calls), ["order.paid", "order.placed"], "nothing from before it was made");
        assert!(calls.iter().all(|call| call.verified == 1 && call.signatures.len() == 1));
        let paid = calls.iter().find(|call| call.json()["type"] == "order.paid").unwrap();
        let body = paid.json();
        assert_eq!((&body["id"], &body["tenant_id"]), (&json!(paid.id), &json!(t.tenant())));
        assert!(paid.id.starts_with("fact_") && body["data"]["order_id"].as_str().unwrap().starts_with("ord_"), "{body}");
        assert_eq!(body["data"]["total"], json!({"minor": 9_900, "currency": "INR"}));
        // The standard's own library says the same.
        let reference = standardwebhooks::Webhook::new(&secret).unwrap();
        assert_eq!(reference.sign(&paid.id, paid.timestamp.parse().unwrap(), paid.body.as_bytes()).unwrap(), paid.signatures[0]);
        let all = t.sim().receiver().calls("all");
        let kinds = kinds_of(&all);
        for kind in ["message.moved", "order.paid", "order.placed", "payment.captured"] {
            assert!(kinds.iter().any(|known| known == kind), "{kind} in {kinds:?}");
        }
        assert!(kinds.iter().all(|kind| !kind.starts_with("webhook.") && !kind.starts_with("member.")), "{kinds:?}");
        let mut ids: Vec<_> = all.iter().map(|call| &call.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all.len(), "each once");
        let moved = all.iter().map(sim::Received::json).find(|body| body["type"] == "message.moved").unwrap();
        assert!(moved["data"]["order_id"].as_str().unwrap().starts_with("ord_") && moved["data"].get("about").is_none(), "{moved}");
        assert!(deliveries(&t, &format!("endpoint={orders}")).await.iter().all(|one| one["state"] == "delivered" && one["status"] == 200));
    }

    async fn promise_24_two_secrets_sign_for_a_day_after_a_rotation(t: TestApp) {
        let (id, first) = endpoint(&t, "a", json!(null)).await;
        let test = format!("{ENDPOINTS}/{id}/test");
        let made = t.post(&format!("{ENDPOINTS}/{id}/rotate"), json!({})).await.expect(201);
        let second = made["secret"].as_str().unwrap().to_owned();
        assert!(second.starts_with("whsec_") && second != first && made["endpoint"]["old_secret_until"].is_string(), "{made}");
        t.sim().receiver().trust("a", &[&first, &second]);
        t.post(&test, json!({})).await.expect(202);
        t.settle().await;
        let call = t.sim().receiver().calls("a").pop().unwrap();
        assert_eq!((call.signatures.len(), call.verified), (2, 2));
        let reference = standardwebhooks::Webhook::new(&second).unwrap();
        let newest = reference.sign(&call.id, call.timestamp.parse().unwrap(), call.body.as_bytes()).unwrap();
        assert_eq!(call.signatures[0], newest, "the new one first");
        t.advance(Duration::from_secs(86_400)).await;
        t.post(&test, json!({})).await.expect(202);
        t.settle().await;
        let call = t.sim().receiver().calls("a").pop().unwrap();
        assert_eq!((call.signatures.len(), call.verified), (1, 1));
        assert_eq!(t.get(&format!("{ENDPOINTS}/{id}")).await.expect(200)["old_secret_until"], json!(null));
        // Never more than two.
        let third = t.post(&format!("{ENDPOINTS}/{id}/rotate"), json!({})).await.expect(201)["secret"].as_str().unwrap().to_owned();
        let fourth = t.post(&format!("{ENDPOINTS}/{id}/rotate"), json!({})).await.expect(201)["secret"].as_str().unwrap().to_owned();
        t.sim().receiver().trust("a", &[&second, &third, &fourth]);
        t.post(&test, json!({})).await.expect(202);
        t.settle().await;
        let call = t.sim().receiver().calls("a").pop().unwrap();
        assert_eq!((call.signatures.len(), call.verified), (2, 2));
        assert!(!t.get(ENDPOINTS).await.text.contains("whsec_") && !t.get("/api/v1/audit").await.text.contains("whsec_"));
    }

    async fn another_tenants_endpoints_are_nowhere(t: TestApp) {
        let (id, _) = endpoint(&t, "mine", json!(null)).await;
        t.post(&format!("{ENDPOINTS}/{id}/test"), json!({})).await.expect(202);
        t.settle().await;
        let delivery = deliveries(&t, "").await[0]["id"].as_str().unwrap().to_owned();
        let (_, other) = t.another_tenant("Tea House").await;
        assert_eq!(call(&t, &other, "GET", ENDPOINTS, json!(null)).await.expect(200)["data"], json!([]));
        assert_eq!(call(&t, &other, "GET", "/api/v1/webhook-deliveries", json!(null)).await.expect(200)["data"], json!([]));
        for (method, path, body) in [
            ("GET", format!("{ENDPOINTS}/{id}"), json!({})),
            ("PUT", format!("{ENDPOINTS}/{id}"), json!({"enabled": false})),
            ("DELETE", format!("{ENDPOINTS}/{id}"), json!({})),
            ("POST", format!("{ENDPOINTS}/{id}/rotate"), json!({})),
            ("POST", format!("{ENDPOINTS}/{id}/test"), json!({})),
            ("POST", format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z"})),
            ("GET", format!("/api/v1/webhook-deliveries/{delivery}"), json!({})),
            ("POST", format!("/api/v1/webhook-deliveries/{delivery}/replay"), json!({})),
        ] {
            assert_eq!(call(&t, &other, method, &path, body).await.status, 404, "{method} {path}");
        }
        // What happens there goes nowhere here.
        let contact = json!({"name": "Ravi", "email": "ravi@example.com"});
        call(&t, &other, "POST", "/api/v1/contacts", contact).await.expect(201);
        t.settle().await;
        assert_eq!(t.sim().receiver().calls("mine").len(), 1, "its own test alone");
    }

    async fn test_data_has_endpoints_of_its_own(t: TestApp) {
        endpoint(&t, "live", json!(null)).await;
        let made = t.post(&format!("/api/v1/tenants/{}/api-keys", t.tenant()), json!({"name": "Trying", "mode": "test"})).await.expect(201);
        let test = made["key"].as_str().unwrap();
        call(&t, test, "POST", ENDPOINTS, json!({"url": t.sim().receiver_url("test")})).await.expect(201);
        let contact = |name: &str| json!({"name": name, "email": format!("{name}@example.com")});
        call(&t, test, "POST", "/api/v1/contacts", contact("played")).await.expect(201);
        t.post("/api/v1/contacts", contact("real")).await.expect(201);
        t.settle().await;
        for (name, tenant) in [("live", json!(t.tenant())), ("test", json!(null))] {
            let calls = t.sim().receiver().calls(name);
            assert_eq!(calls.len(), 1, "{name}: {calls:?}");
            assert_eq!(calls[0].json()["tenant_id"] == tenant, name == "live");
        }
    }

    async fn what_is_typed_is_judged(t: TestApp) {
        for (body, field) in [
            (json!({"url": "ftp://example.com"}), "url"),
            (json!({"url": "http://169.254.169.254/latest"}), "url"),
            (json!({"url": "https://10.0.0.1/hook"}), "url"),
            (json!({"url": "https://user:pass@example.com"}), "url"),
            (json!({"url": "https://example.com", "kinds": []}), "kinds"),
            (json!({"url": "https://example.com", "kinds": ["member.changed"]}), "kinds"),
            (json!({"url": "https://example.com", "description": "a\nb"}), "description"),
            (json!({"url": "https://example.com", "secret": "mine"}), "secret"),
        ] {
            let refused = t.post(ENDPOINTS, body.clone()).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{body}: {refused}");
        }
        let (id, _) = endpoint(&t, "a", json!(["order.paid"])).await;
        let path = format!("{ENDPOINTS}/{id}");
        let changed = t.put(&path, json!({"kinds": null, "description": "Books"})).await.expect(200);
        assert_eq!((&changed["kinds"], &changed["description"], &changed["state"]), (&json!(null), &json!("Books"), &json!("enabled")));
        assert_eq!(t.put(&path, json!({"enabled": false})).await.expect(200)["reason"], "asked");
        assert_eq!(t.post(&format!("{path}/test"), json!({})).await.expect(409)["code"], "endpoint_disabled");
        assert_eq!(t.put(&path, json!({"enabled": true})).await.expect(200)["description"], "Books");
        for at in 1..20 {
            endpoint(&t, &format!("more-{at}"), json!(["order.paid"])).await;
        }
        assert_eq!(t.post(ENDPOINTS, json!({"url": "https://example.com"})).await.expect(409)["code"], "too_many_endpoints");
        t.send(t.request("DELETE", &path).bearer_auth(t.key())).await.expect(204);
        assert_eq!(t.get(&path).await.status, 404);
        t.post(ENDPOINTS, json!({"url": "https://example.com"})).await.expect(201);
        assert_eq!(t.get("/api/v1/webhook-deliveries?state=lost").await.status, 422);
        assert_eq!(t.get("/api/v1/webhook-deliveries?kind=member.changed").await.status, 422);
        let file = t.get(&format!("{ENDPOINTS}?format=csv")).await;
        assert_eq!((file.status, file.text.lines().count()), (200, 21));
    }

    async fn the_pages_answer_and_do(t: TestApp) {
        let owner = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let list = "/admin/webhooks/endpoints";
        assert!(owner.get(&t, list).await.text.contains("No endpoint yet"));
        assert!(owner.get(&t, "/admin/webhooks/deliveries").await.text.contains("Nothing was sent yet"));
        assert!(owner.get(&t, "/admin/webhooks").await.text.contains(list), "the tabs lead from those received to those sent");
        let refused = owner.post(&t, list, &[("url", "nonsense"), ("which", "all")]).await;
        assert!(refused.status == 422 && refused.text.contains("value=\"nonsense\""), "{}", refused.text);
        let made = owner.post(&t, list, &[("url", &t.sim().receiver_url("page")), ("which", "some"), ("kind.order.paid", "on")]).await;
        let secret = made.between("data-copy=\"whsec_", "\"").to_owned();
        t.sim().receiver().trust("page", &[&format!("whsec_{secret}")]);
        let id = t.get(ENDPOINTS).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let page = format!("{list}/{id}");
        assert!(!owner.get(&t, &page).await.text.contains("whsec_"), "shown once");
        let sent = owner.post(&t, &format!("{page}/test"), &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        t.settle().await;
        let one = sent.header("location").unwrap().to_owned();
        let shown = owner.get(&t, &one).await;
        assert!(shown.status == 200 && shown.text.contains("Try 1: taken") && shown.text.contains("webhook-id: fact_"), "{}", shown.text);
        assert_eq!(owner.post(&t, &format!("{one}/replay"), &[]).await.status, 303);
        t.settle().await;
        assert_eq!(t.sim().receiver().calls("page").len(), 2);
        let rotated = owner.post(&t, &format!("{page}/rotate"), &[]).await;
        assert!(rotated.text.contains("whsec_") && !rotated.text.contains(&secret));
        assert!(owner.post(&t, &format!("{page}/replay"), &[("since", "yesterday")]).await.status == 422);
        let again = owner.post(&t, &format!("{page}/replay"), &[("since", "2020-01-01"), ("delivered", "on")]).await;
        assert!(again.text.contains("1 event is sent again"), "{}", again.text);
        t.settle().await;
        assert_eq!(owner.post(&t, &page, &[("url", "https://example.com/new"), ("which", "all")]).await.status, 200);
        for deed in ["disable", "enable", "remove"] {
            assert_eq!(owner.post(&t, &format!("{page}/{deed}"), &[]).await.status, 303, "{deed}");
        }
        assert_eq!(owner.get(&t, &page).await.status, 404);
        assert!(owner.get(&t, &one).await.text.contains("Its endpoint was removed"));
        let audit = owner.get(&t, "/admin/audit").await.text;
        for words in ["Webhook endpoint made at", "A test event was sent", "New secret for", "No more events go to", "Webhook endpoint removed"] {
            assert!(audit.contains(words), "{words}");
        }
    }
}
