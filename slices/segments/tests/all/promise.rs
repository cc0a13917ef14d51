//! Promise 18: whatever happens in whatever order, who is in a segment is who would be in it if it were built anew.

use super::{SEGMENTS, members, person, segment};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

/// People at the most, and what happens to them.
const PEOPLE: usize = 7;
const STEPS: usize = 45;

fn filters(list: &str) -> Vec<Value> {
    vec![
        json!({"attribute": "city", "is": "Pune"}),
        json!({"all": [{"tag": "vip"}, {"not": {"list": list}}]}),
        json!({"did": "order.placed", "at_least": 2, "days": 2}),
        json!({"all": [{"did": "order.placed", "days": 1}, {"may": "service", "channel": "email"}]}),
        json!({"may": "marketing", "channel": "email"}),
        json!({"may": "marketing", "channel": "whatsapp"}),
        json!({"any": [{"attribute": "age", "more_than": 30}, {"list": list}]}),
        json!({"not": {"did": "order.placed"}}),
        json!({"did": "event:due", "at_least": 2, "days": 3}),
    ]
}

struct World {
    t: TestApp,
    dice: ChaCha12Rng,
    people: Vec<String>,
    list: String,
    keys: usize,
}

impl World {
    fn pick<const N: usize>(&mut self, of: [&'static str; N]) -> &'static str {
        of[self.dice.random_range(0..N)]
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("key-{}", self.keys)
    }

    async fn put(&self, method: &str, path: &str, body: Value) {
        let reply = self.t.send(self.t.request(method, path).bearer_auth(self.t.key()).json(&body)).await;
        assert!(reply.status < 500, "{path}: {}", reply.text);
    }

    /// Something happens to somebody.
    async fn step(&mut self) {
        let n = self.dice.random_range(0..PEOPLE);
        let who = self.people[n].clone();
        let key = self.key();
        match self.dice.random_range(0..13) {
            0 | 1 => {
                let (city, age) = (self.pick(["Pune", "Delhi", ""]), self.dice.random_range(20..40));
                self.people[n] = person(&self.t, n, json!({"city": city, "age": age})).await;
            }
            2 => self.put("PUT", &format!("/api/v1/contacts/{who}/tags/vip"), json!({})).await,
            3 => self.put("DELETE", &format!("/api/v1/contacts/{who}/tags/vip"), json!({})).await,
            4 => self.put("POST", &format!("{}/contacts", self.list), json!({"contact_ids": [who]})).await,
            5 => self.put("DELETE", &format!("{}/contacts/{who}", self.list), json!({})).await,
            6 | 7 => {
                let phone = format!("98765{n:05}");
                self.put("POST", "/create_order", json!({"amount": 99, "product": "starter", "customer": {"name": "P", "phone": phone}}))
                    .await;
            }
            8 => {
                let channel = self.pick(["email", "whatsapp"]);
                let choice = self.pick(["everything", "no_marketing", "nothing"]);
                let body = json!({"channel": channel, "choice": choice, "evidence": "on the phone"});
                self.put("PUT", &format!("/api/v1/contacts/{who}/consent"), body).await;
            }
            9 => {
                let body = json!({"channel": "email", "address": format!("p{n}@example.com"), "scope": "all", "reason": "bounced"});
                self.t.post_keyed("/api/v1/suppressions", &key, body).await;
            }
            10 => {
                let name = self.pick(["due", "due.again"]);
                self.put("POST", "/api/v1/events", json!({"name": name, "contact_id": who})).await;
            }
            11 => self.t.advance(Duration::from_secs(86_400)).await,
            _ => {
                let erase = self.t.request("DELETE", &format!("/api/v1/contacts/{who}?reason=asked")).bearer_auth(self.t.key());
                self.t.send(erase).await;
            }
        }
        if self.dice.random_bool(0.2) {
            self.t.settle().await;
        }
    }
}

async fn history(t: TestApp, seed: u8) {
    let dice = ChaCha12Rng::from_seed([seed; 32]);
    let list = t.post("/api/v1/lists", json!({"name": "One"})).await.expect(201)["id"].as_str().unwrap().to_owned();
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(person(&t, n, json!({"city": "Pune"})).await);
    }
    let mut world = World { t: t.clone(), dice, people, list: format!("/api/v1/lists/{list}"), keys: 0 };
    let mut kept = Vec::new();
    for (at, filter) in filters(&list).iter().enumerate() {
        // They are made in the middle of what happens, and are built beside it.
        world.step().await;
        kept.push(segment(&t, &format!("kept {at}"), filter).await);
    }
    for _ in 0..STEPS {
        world.step().await;
    }
    t.settle().await;
    for (at, filter) in filters(&list).iter().enumerate() {
        let anew = segment(&t, &format!("anew {at}"), filter).await;
        t.settle().await;
        assert_eq!(members(&t, &kept[at]).await, members(&t, &anew).await, "seed {seed}: {filter}");
        let counted = t.post(&format!("{SEGMENTS}/count"), json!({"filter": filter})).await.expect(200);
        assert_eq!(counted["contacts"].as_u64(), Some(members(&t, &anew).await.len() as u64), "seed {seed}: {filter}");
    }
    assert_eq!(::segments::check(t.db()).await.unwrap(), Vec::<String>::new());
}

testkit::both_apps! {
    async fn promise_18_kept_is_as_built(t: TestApp) { history(t, 1).await; }
    async fn promise_18_kept_is_as_built_again(t: TestApp) { history(t, 2).await; }
}
