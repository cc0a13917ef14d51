//! Random stories of subscribers who use more than their plans give: what is billed is what was used above the limits, to the paisa, and
//! nothing is billed twice, whatever comes late or again, is changed, rests or ends.

use crate::flow::{DAY, has, quiet};
use crate::overage::{inr, pay_all, plans};
use facts::{ContactId, Id};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha12Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Dice, Look, params, sql};
use testkit::TestApp;

const STEPS: usize = 70;
const CUSTOMERS: usize = 4;
const PLANS: [(&str, i64, i64, i64); 3] = [("small", 20, 50, 1), ("middle", 60, 199, 25), ("free", 0, 7, 3)];

/// What held for a period when something was used last: limit, price, units of a package.
type Terms = Option<(i64, i64, i64)>;

struct Story<'a> {
    t: &'a TestApp,
    dice: ChaCha12Rng,
    contacts: Vec<String>,
    terms: BTreeMap<(String, String), Terms>,
    sent: Vec<Value>,
    nth: usize,
}

#[derive(Deserialize)]
struct Sum {
    subject: uuid::Uuid,
    period_start: String,
    used: i64,
}

impl Story<'_> {
    fn contact(&mut self) -> String {
        self.contacts.choose(&mut self.dice).unwrap().clone()
    }

    fn key(&mut self) -> String {
        self.nth += 1;
        format!("k-{}", self.nth)
    }

    async fn subscribe(&mut self, contact: &str) {
        let plan = PLANS.choose(&mut self.dice).unwrap().0;
        let key = self.key();
        let body = json!({"plan": plan, "contact_id": contact, "quantity": self.dice.random_range(1..3)});
        self.t.post_keyed("/api/v1/subscriptions", &key, body).await.expect(201);
        pay_all(self.t, &key).await;
    }

    /// Keeps what holds for a customer in the present period.
    async fn note(&mut self, contact: &str) {
        let it = has(self.t, contact, "calls").await;
        let part = |value: &Value| value.as_i64().unwrap();
        let terms =
            it["overage"].is_object().then(|| (part(&it["limit"]), part(&it["overage"]["price"]["minor"]), part(&it["overage"]["per"])));
        self.terms.insert((contact.to_owned(), it["from"].as_str().unwrap().to_owned()), terms);
    }

    async fn consume(&mut self) {
        let contact = self.contact();
        let path = format!("/api/v1/contacts/{contact}/entitlements/calls/consume");
        let reply = self.t.post(&path, json!({"amount": self.dice.random_range(1..40)})).await;
        assert!([200, 402].contains(&reply.status), "{}", reply.text);
        if reply.status == 200 {
            self.note(&contact).await;
        }
    }

    /// Events of one customer, of which some were sent before, and some come late.
    async fn send(&mut self) {
        let contact = self.contact();
        let now = self.t.db().clock().now();
        let mut batch = Vec::new();
        for _ in 0..self.dice.random_range(1..6) {
            let again: Vec<Value> = self.sent.iter().filter(|it| it["contact_id"] == contact.as_str()).cloned().collect();
            if !again.is_empty() && self.dice.random_bool(0.3) {
                batch.push(again.choose(&mut self.dice).unwrap().clone());
                continue;
            }
            let back = std::time::Duration::from_secs(self.dice.random_range(0..35 * 86_400));
            let at = if self.dice.random_bool(0.5) { now } else { now.before(back) };
            let event = json!({
                "event_id": self.key(), "contact_id": contact, "feature": "calls", "quantity": self.dice.random_range(1..30), "at": at.to_string(),
            });
            batch.push(event);
        }
        let from = has(self.t, &contact, "calls").await["from"].as_str().unwrap().to_owned();
        let known = self.periods(&contact).await;
        let replies = self.t.post("/api/v1/usage-events", json!({"events": batch})).await.expect(200);
        let inserted = replies["events"].as_array().unwrap().iter().any(|reply| reply["status"] == "inserted");
        self.sent.extend(batch);
        if !inserted {
            return;
        }
        for start in self.periods(&contact).await.into_iter().filter(|(start, used)| known.get(start) != Some(used)).map(|(start, _)| start)
        {
            // What comes late changes nothing of what held.
            if start == from || !self.terms.contains_key(&(contact.clone(), start.clone())) {
                self.note(&contact).await;
                let now = self.terms[&(contact.clone(), from.clone())];
                if start != from {
                    self.terms.insert((contact.clone(), start), now);
                }
            }
        }
    }

    async fn periods(&self, contact: &str) -> BTreeMap<String, i64> {
        let id: ContactId = contact.parse().unwrap();
        self.sums().await.into_iter().filter(|sum| sum.subject == id.uuid()).map(|sum| (sum.period_start, sum.used)).collect()
    }

    async fn sums(&self) -> Vec<Sum> {
        let mut read = self.t.db().read_main(self.t.tenant());
        read.all(
            sql!(
                "SELECT subject, period_start, CAST(SUM(quantity) AS BIGINT) AS used FROM usage_events WHERE tenant_id = $1
                 GROUP BY subject, period_start"
            ),
            params![self.t.tenant()],
        )
        .await
        .unwrap()
    }

    /// Something happens to a subscription, or is refused.
    async fn act(&mut self) {
        let contact = self.contact();
        let subs = self.t.get(&format!("/api/v1/subscriptions?contact_id={contact}")).await.expect(200);
        let Some(sub) = subs["data"].as_array().unwrap().first().cloned() else { return };
        let id = &sub["id"];
        let ended = ["canceled", "expired"].contains(&sub["state"].as_str().unwrap());
        let (verb, body) = match self.dice.random_range(0..8) {
            _ if ended => return self.subscribe(&contact).await,
            0 => ("cancel", json!({"subscription_id": id, "at_period_end": self.dice.random::<bool>()})),
            1 => ("pause", json!({"subscription_id": id})),
            2 | 3 => ("resume", json!({"subscription_id": id})),
            _ => {
                let mode = *["invoice_now", "next_invoice", "next_period", "reset"].choose(&mut self.dice).unwrap();
                ("upgrade", json!({"subscription_id": id, "plan": PLANS.choose(&mut self.dice).unwrap().0, "mode": mode}))
            }
        };
        let reply = self.t.post(&format!("/api/v1/subscriptions/{verb}"), body).await;
        assert!([200, 409, 422].contains(&reply.status), "{verb}: {}", reply.text);
        self.t.settle().await;
    }

    async fn step(&mut self) {
        match self.dice.random_range(0..14) {
            0..=3 => self.consume().await,
            4..=6 => self.send().await,
            7 | 8 => self.act().await,
            9 => {
                let key = self.key();
                pay_all(self.t, &key).await;
            }
            10 | 11 => self.t.advance(DAY * self.dice.random_range(1..4)).await,
            _ => self.t.advance(DAY * self.dice.random_range(5..20)).await,
        }
    }

    /// What was used above the limits comes to: what should be billed of each customer, in packages' price.
    async fn expected(&self) -> BTreeMap<String, i64> {
        let mut all = BTreeMap::new();
        for sum in self.sums().await {
            let contact = ContactId::from_uuid(sum.subject).to_string();
            let terms = self.terms[&(contact.clone(), sum.period_start)];
            let due = terms.map_or(0, |(limit, price, per)| ((sum.used - limit).max(0) + per - 1) / per * price);
            *all.entry(contact).or_insert(0) += due;
        }
        all
    }

    /// What is billed of each customer, each with an invoice that has just that.
    async fn billed(&self) -> BTreeMap<String, i64> {
        let mut all = BTreeMap::new();
        let subs = self.t.get("/api/v1/subscriptions?limit=200").await.expect(200);
        for sub in subs["data"].as_array().unwrap() {
            let used = self.t.get(&format!("/api/v1/subscriptions/{}/usage", sub["id"].as_str().unwrap())).await.expect(200);
            for one in used["data"].as_array().unwrap() {
                assert!(one["invoice_id"].is_string(), "it still waits: {one} of {sub}");
                *all.entry(sub["contact_id"].as_str().unwrap().to_owned()).or_insert(0) += one["amount"]["minor"].as_i64().unwrap();
            }
        }
        all
    }

    /// What the lines of all invoices ask for usage.
    async fn asked(&self) -> i64 {
        self.t
            .db()
            .read_main(self.t.tenant())
            .one(
                sql!(
                    "SELECT CAST(COALESCE(SUM(net_minor), 0) AS BIGINT) FROM invoice_lines
                     WHERE tenant_id = $1 AND description LIKE '% above the plan, %'"
                ),
                params![self.t.tenant()],
            )
            .await
            .unwrap()
    }
}

async fn tell(t: &TestApp, seed: u64) {
    let resets = if seed.is_multiple_of(2) { "period" } else { "month" };
    let all: Vec<(&str, i64, Value)> =
        PLANS.iter().map(|(code, limit, price, per)| (*code, *limit, json!({"price": inr(*price), "per": per}))).collect();
    plans(t, resets, &all).await;
    let mut story = Story { t, dice: Dice::seeded(seed).fork(), contacts: Vec::new(), terms: BTreeMap::new(), sent: Vec::new(), nth: 0 };
    for nth in 0..CUSTOMERS {
        let contact = t.post("/api/v1/contacts", json!({"name": format!("Customer {nth}"), "email": format!("c{nth}@example.com")})).await;
        story.contacts.push(contact.expect(201)["id"].as_str().unwrap().to_owned());
        let contact = story.contacts[nth].clone();
        story.subscribe(&contact).await;
    }
    for _ in 0..STEPS {
        story.step().await;
    }
    // All periods close, and whoever does not pay is let go.
    t.advance(DAY * 75).await;
    let (expected, billed) = (story.expected().await, story.billed().await);
    for contact in &story.contacts {
        let of = |all: &BTreeMap<String, i64>| all.get(contact).copied().unwrap_or(0);
        assert_eq!(of(&billed), of(&expected), "story {seed}: {contact}");
    }
    let sum: i64 = billed.values().sum();
    assert_eq!((story.asked().await, sum > 0), (sum, true), "story {seed}");
    quiet(t).await;
}

mod told {
    use super::*;

    testkit::both_apps! {
        async fn what_is_billed_is_what_was_used_above_the_limits(t: TestApp) {
            tell(&t, 0).await;
        }

        async fn also_where_counting_goes_by_the_month(t: TestApp) {
            tell(&t, 1).await;
        }
    }
}
