//! Segments, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod office;
mod promise;
mod stories;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::TestApp;

const SEGMENTS: &str = "/api/v1/segments";

/// Makes a segment, and gives its address.
async fn segment(t: &TestApp, name: &str, filter: &Value) -> String {
    let made = t.post_keyed(SEGMENTS, name, json!({"name": name, "filter": filter})).await.expect(201);
    format!("{SEGMENTS}/{}", made["id"].as_str().unwrap())
}

async fn person(t: &TestApp, n: usize, attributes: Value) -> String {
    let body = json!({
        "name": format!("Person {n}"), "phone": format!("98765{n:05}"), "email": format!("p{n}@example.com"), "attributes": attributes
    });
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// Who is in a segment that is whole.
async fn members(t: &TestApp, path: &str) -> BTreeSet<String> {
    let found = t.get(&format!("{path}/contacts?limit=200")).await.expect(200);
    let ids: BTreeSet<String> = found["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    let shown = t.get(path).await.expect(200);
    assert_eq!((&shown["state"], shown["contacts"].as_u64()), (&json!("ready"), Some(ids.len() as u64)), "{shown}");
    ids
}

/// What was stated of segments, of one kind.
async fn stated(t: &TestApp, kind: &str) -> Vec<Value> {
    let all = store::journal::after(t.db(), store::journal::Place::default(), 10_000).await.unwrap();
    all.into_iter().filter(|fact| fact.kind == kind).map(|fact| fact.body.0).collect()
}
