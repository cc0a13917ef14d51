//! Sweeps made from the OpenAPI document: every operation, tried by those who may not and with what it cannot read.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use crate::operations::{Operation, call, document, operations};
use crate::spoilt;
use serde_json::{Value, json};
use testkit::{Reply, TestApp};

/// A text that only the first tenant has.
const MARK: &str = "Zebrawood";

/// Something of everything for the first tenant; the ids of it all, by what the paths call them.
async fn furnish(t: &TestApp) -> Vec<String> {
    let customer = json!({"name": format!("{MARK} Buyer"), "phone": "+919876543210", "email": "zebrawood@example.com"});
    let shop = t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": customer})).await;
    let order = shop.json()["id"].as_str().unwrap_or_default().to_owned();
    t.sim().razorpay().pay(&order, sim::Method::Upi).expect("the simulated payment");
    t.settle().await;
    t.post("/api/v1/contacts", json!({"name": format!("{MARK} Contact"), "email": "other@example.com"})).await;
    let text = json!({"phone": "+919876543210", "type": "new_product", "variables": {"product": MARK, "availability_date": "1 December"}});
    t.post("/api/notifications/send-message", text).await;
    t.settle().await;
    let mut ids = vec![t.tenant().to_string(), order];
    for operation in operations(document(t)).into_iter().filter(|operation| operation.method == "GET" && operation.parameters.is_empty()) {
        collect_ids(&t.get(&operation.path).await.json(), &mut ids);
    }
    ids.sort();
    ids.dedup();
    ids
}

/// Every text that looks like an id of ours.
fn collect_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::String(text) if text.split_once('_').is_some_and(|(prefix, rest)| prefix.len() <= 5 && rest.len() == 26) => {
            ids.push(text.clone())
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        Value::Object(fields) => fields.values().for_each(|field| collect_ids(field, ids)),
        _ => {}
    }
}

/// A failure that is neither the caller's nor that of whoever has not set something up.
fn is_our_mistake(reply: &Reply) -> bool {
    reply.status >= 500 && reply.json()["code"] != "ai_not_configured"
}

/// The addresses of an operation, with each of the ids in the place of its parameters.
fn addresses(operation: &Operation, ids: &[String]) -> Vec<String> {
    if operation.parameters.is_empty() {
        return vec![operation.path.clone()];
    }
    let fill =
        |id: &String| operation.parameters.iter().fold(operation.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), id));
    ids.iter().map(fill).collect()
}

/// Tries every operation on all that the first tenant has, with a key that must not open any of it.
async fn reads_and_changes_nothing(t: &TestApp, ids: &[String], key: &str) {
    let before = t.db().holdings(t.tenant()).await;
    let guarded: Vec<_> = operations(document(t)).into_iter().filter(|operation| operation.guarded).collect();
    assert!(guarded.len() > 20);
    for operation in &guarded {
        for address in addresses(operation, ids) {
            let reply = call(t, operation, &address, Some(key), "sweep").await;
            let name = format!("{} {address}", operation.method);
            assert!(!is_our_mistake(&reply), "{name}: {} {}", reply.status, reply.text);
            assert!(!reply.text.contains(MARK), "{name} told another tenant: {}", reply.text);
            assert!(operation.parameters.is_empty() || (400..500).contains(&reply.status), "{name}: {} {}", reply.status, reply.text);
        }
    }
    t.settle().await;
    assert_eq!(before, t.db().holdings(t.tenant()).await);
}

// Every file is asked for in one minute, twice.
testkit::both_apps! { with &[("RATE_EXPORT_LIMIT", "100000")];
    async fn a_foreign_key_reads_nothing_and_changes_nothing(t: TestApp) {
        let ids = furnish(&t).await;
        assert!(ids.len() > 8, "the sweep has too little to look for: {ids:?}");
        let (_, foreign) = t.another_tenant("Other Shop").await;
        reads_and_changes_nothing(&t, &ids, &foreign).await;
    }

    async fn a_test_key_of_ones_own_reads_nothing_real_and_reaches_nobody(t: TestApp) {
        let ids = furnish(&t).await;
        let made = t.post(&format!("/api/v1/tenants/{}/api-keys", t.tenant()), json!({"name": "Trying", "mode": "test"})).await;
        let key = made.expect(201)["key"].as_str().expect("a key").to_owned();
        // Its first use is written down; the next is another minute's.
        t.send(t.request("GET", "/api/v1/orders").bearer_auth(&key)).await.expect(200);
        t.settle().await;
        let real = |t: &TestApp| {
            let orders = t.sim().razorpay().orders().into_iter().filter(|order| order.guest.is_none()).count();
            (orders, t.sim().phones().calls().into_iter().filter(|call| call.guest.is_none()).count())
        };
        let before = real(&t);
        reads_and_changes_nothing(&t, &ids, &key).await;
        assert_eq!(before, real(&t));
    }

    async fn without_a_key_nothing_opens(t: TestApp) {
        let ids = furnish(&t).await;
        let before = t.db().holdings(t.tenant()).await;
        for operation in operations(document(&t)).iter().filter(|operation| operation.guarded) {
            for key in [None, Some("ok_live_made_up_by_somebody_else_entirely")] {
                let address = addresses(operation, &ids[..1]).remove(0);
                let reply = call(&t, operation, &address, key, "sweep").await;
                assert_eq!(reply.status, 401, "{} {address}: {}", operation.method, reply.text);
            }
        }
        t.settle().await;
        assert_eq!(before, t.db().holdings(t.tenant()).await);
    }

    async fn what_cannot_be_read_is_refused_and_stores_nothing(t: TestApp) {
        let ids = furnish(&t).await;
        for operation in operations(document(&t)).iter().filter(|operation| operation.takes.is_some()) {
            let address = addresses(operation, &ids[..1]).remove(0);
            let before = t.db().holdings(t.tenant()).await;
            let mut accepted = false;
            for (what, body) in spoilt::bodies(document(&t), operation) {
                let request = t.request(&operation.method, &address).bearer_auth(t.key()).header("content-type", "application/json");
                let reply = t.send(request.header("idempotency-key", format!("spoilt {what}")).body(body)).await;
                let name = format!("{} {address} with {what}", operation.method);
                assert!(!is_our_mistake(&reply), "{name}: {} {}", reply.status, reply.text);
                if reply.status >= 400 {
                    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{name}: {}", reply.text);
                    assert!(reply.json()["detail"].as_str().is_some_and(|detail| detail.len() > 5), "{name}: {}", reply.text);
                } else {
                    accepted = true;
                    assert!(!spoilt::hopeless(&what), "{name} was taken: {}", reply.text);
                }
            }
            if !accepted {
                assert_eq!(before, t.db().holdings(t.tenant()).await, "{} {address}", operation.method);
            }
        }
    }
}
