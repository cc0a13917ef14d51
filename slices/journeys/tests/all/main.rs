//! Journeys from end to end, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod caps;
mod events;
mod promise;
mod rules;
mod update;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

const DAY: Duration = Duration::from_secs(86_400);

/// The nth person, with a mailbox and a phone; gives their id.
async fn person(t: &TestApp, n: usize) -> String {
    let body = json!({"name": format!("P{n}"), "email": format!("p{n}@example.com"), "phone": format!("+9198765{n:05}")});
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// The nth person places an order; gives it.
async fn order(t: &TestApp, n: usize) -> Value {
    let customer = json!({"name": format!("P{n}"), "phone": format!("98765{n:05}")});
    let order = t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": customer})).await.expect(201);
    t.settle().await;
    order
}

/// A step that sends a mail.
fn mail(id: &str, body: &str) -> Value {
    json!({"id": id, "kind": "send", "texts": [{"channel": "email", "content": {"subject": id, "body": body}}]})
}

/// A plan in which nothing is quiet.
fn plan(steps: Value) -> Value {
    json!({"quiet_from": "00:00", "quiet_to": "00:00", "steps": steps})
}

/// One value with what another says in the place of what it said.
fn with(mut one: Value, more: Value) -> Value {
    one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    one
}

/// Writes a journey and begins it; gives where it is.
async fn begun(t: &TestApp, plan: Value) -> String {
    let made = t.post("/api/v1/journeys", json!({"name": "Welcome", "plan": plan})).await.expect(201);
    let path = format!("/api/v1/journeys/{}", made["id"].as_str().unwrap());
    act(t, &path, "begin").await.expect(200);
    path
}

async fn act(t: &TestApp, path: &str, what: &str) -> Reply {
    t.post(&format!("{path}/{what}"), json!({})).await
}

/// Leads people in; gives how many entered.
async fn enrol(t: &TestApp, path: &str, people: &[String]) -> usize {
    let done = t.post(&format!("{path}/people"), json!({"contact_ids": people})).await.expect(200);
    done["entered"].as_array().unwrap().len()
}

/// How many of a word a journey has counted at a step; of the journey as a whole where it is nothing.
async fn counted(t: &TestApp, path: &str, step: Option<&str>, word: &str) -> i64 {
    let journey = t.get(path).await.expect(200);
    let counts = journey["counts"].as_array().unwrap().iter();
    counts.filter(|count| count["step"] == json!(step) && count["word"] == word).map(|count| count["count"].as_i64().unwrap()).sum()
}

/// The subjects of the mails that reached the nth person from a journey, in their order.
fn mails(t: &TestApp, n: usize) -> Vec<String> {
    t.sim().mailboxes().mails_to(&format!("p{n}@example.com")).into_iter().map(|mail| mail.subject).collect()
}

async fn nothing_is_wrong(t: &TestApp) {
    assert_eq!(journeys::check(t.db()).await.unwrap(), Vec::<String>::new());
}
