//! Posts from being written to being taken, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod faults;
mod flow;
mod office;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

const PLACES: &str = "/api/v1/social/places";
const POSTS: &str = "/api/v1/social/posts";
const HOUR: Duration = Duration::from_secs(3_600);

/// A place at the receiver of that name, which trusts its secret; its id.
async fn place(t: &TestApp, name: &str) -> String {
    let made = t.post(PLACES, json!({"name": name, "kind": "telegram", "address": t.sim().receiver_url(name)})).await.expect(201);
    t.sim().receiver().trust(name, &[made["secret"].as_str().unwrap()]);
    made["place"]["id"].as_str().unwrap().to_owned()
}

/// A moment so much later than now.
fn later(t: &TestApp, span: Duration) -> String {
    t.db().clock().now().after(span).to_string()
}

fn mangoes(t: &TestApp, places: &[&str]) -> Value {
    json!({"text": "Mangoes are in", "link": "https://shop.example/m", "at": later(t, HOUR), "places": places})
}

/// A post that goes out in an hour; its address.
async fn planned(t: &TestApp, places: &[&str]) -> String {
    let mut asked = mangoes(t, places);
    asked["plan"] = json!(true);
    let post = t.post(POSTS, asked).await.expect(201);
    assert_eq!(post["state"], "planned");
    format!("{POSTS}/{}", post["id"].as_str().unwrap())
}

async fn show(t: &TestApp, path: &str) -> Value {
    t.get(path).await.expect(200)
}

async fn act(t: &TestApp, path: &str, what: &str) -> Reply {
    t.post(&format!("{path}/{what}"), json!({})).await
}

/// What arrived at a place.
fn calls(t: &TestApp, name: &str) -> Vec<sim::Received> {
    t.sim().receiver().calls(name)
}

/// How a post stands at a place, by the place's name.
fn at<'a>(post: &'a Value, name: &str) -> &'a Value {
    post["places"].as_array().unwrap().iter().find(|place| place["name"] == name).unwrap()
}
