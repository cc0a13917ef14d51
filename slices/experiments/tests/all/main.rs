//! Experiments from end to end, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod office;
mod price;
mod promise;
mod rules;

use serde_json::{Value, json};
use testkit::TestApp;

const ALL: &str = "/api/v1/experiments";

/// The nth person; gives their id.
async fn person(t: &TestApp, n: usize) -> String {
    let body = json!({"name": format!("P{n}"), "phone": format!("+9198765{n:05}")});
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// So many people, from the first.
async fn people(t: &TestApp, many: usize) -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..many {
        all.push(person(t, n).await);
    }
    all
}

/// The nth person places an order.
async fn order(t: &TestApp, n: usize) {
    let customer = json!({"name": format!("P{n}"), "phone": format!("98765{n:05}")});
    t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": customer})).await.expect(201);
}

/// What an experiment of two variants is asked for with.
fn asked(more: Value) -> Value {
    let mut asked = json!({
        "name": "Price of the box", "subject": "shop", "goal": "order.placed", "minimum": 20, "variants": [{"name": "A"}, {"name": "B"}]
    });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    asked
}

/// Writes an experiment and starts it; gives where it is.
async fn started(t: &TestApp, more: Value) -> String {
    let made = t.post(ALL, asked(more)).await.expect(201);
    let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
    t.post(&format!("{path}/start"), json!({})).await.expect(200);
    path
}

/// Lets people meet their variants; gives the name of each.
async fn meet(t: &TestApp, path: &str, people: &[String]) -> Vec<String> {
    let done = t.post(&format!("{path}/enrol"), json!({"contact_ids": people})).await.expect(200);
    done["people"].as_array().unwrap().iter().map(|one| one["variant"].as_str().unwrap().to_owned()).collect()
}

/// How many met each variant, and how many of them did it.
async fn counts(t: &TestApp, path: &str) -> Vec<(i64, i64)> {
    let shown = t.get(path).await.expect(200);
    let variants = shown["variants"].as_array().unwrap().iter();
    variants.map(|one| (one["exposed"].as_i64().unwrap(), one["converted"].as_i64().unwrap())).collect()
}

async fn nothing_is_wrong(t: &TestApp) {
    assert_eq!(experiments::check(t.db()).await.unwrap(), Vec::<String>::new());
}
