//! Campaigns from end to end, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod daily;
mod experiment;
mod promise;
mod rules;
mod templates;
mod timing;

use serde_json::{Value, json};
use testkit::{Reply, TestApp};

/// A person with a mailbox; gives their id.
async fn person(t: &TestApp, name: &str, rest: Value) -> String {
    t.post("/api/v1/contacts", with(json!({"name": name}), rest)).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// So many people with mailboxes.
async fn people(t: &TestApp, many: usize) {
    for number in 0..many {
        person(t, &format!("Person {number}"), json!({"email": format!("p{number}@example.com")})).await;
    }
}

/// A campaign by e-mail to everybody, in the middle of whose nights nothing is quiet.
fn mail(body: &str) -> Value {
    let content = json!({"subject": "Mangoes", "body": body});
    json!({"name": "Mangoes", "contents": [{"channel": "email", "content": content}], "quiet_from": "00:00", "quiet_to": "00:00", "per_second": 500})
}

/// One value with what another says in the place of what it said.
fn with(mut one: Value, more: Value) -> Value {
    one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    one
}

/// Writes a campaign; gives where it is.
async fn written(t: &TestApp, body: Value) -> String {
    let made = t.post("/api/v1/campaigns", body).await.expect(201);
    format!("/api/v1/campaigns/{}", made["id"].as_str().unwrap())
}

async fn act(t: &TestApp, path: &str, what: &str) -> Reply {
    t.post(&format!("{path}/{what}"), json!({})).await
}

async fn show(t: &TestApp, path: &str) -> Value {
    t.get(path).await.expect(200)
}

/// How many of a word a campaign has counted.
fn counted(campaign: &Value, about: &str, word: &str) -> i64 {
    let counts = campaign["counts"].as_array().unwrap().iter();
    counts.filter(|count| count["about"] == about && count["word"] == word).map(|count| count["number"].as_i64().unwrap()).sum()
}

/// Mails that reached somebody.
fn mails(t: &TestApp, address: &str) -> usize {
    t.sim().mailboxes().mails_to(address).len()
}
