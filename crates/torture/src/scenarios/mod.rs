//! What must hold without any kill: each scenario runs once, before the kills, on the same shop.

mod at_once;
mod bad_number;
mod dropped_answer;
mod janitor_alone;
mod one_key;
mod too_many;

use crate::api::{Answer, Api};
use crate::chance::Chance;
use crate::promises::Person;
use crate::shop::{self, PRODUCTS, Purchase};
use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::{Context, Result, bail, ensure};
use futures::future::BoxFuture;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How many scenarios there are.
pub const ALL: u64 = SCENARIOS.len() as u64;
/// People of scenarios; those of stories are counted from zero.
const FIRST_PERSON: u64 = 50_000_000;

type Scenario = for<'a> fn(&'a mut Stage<'_>) -> BoxFuture<'a, Result<()>>;

const SCENARIOS: [(&str, Scenario); 6] = [
    ("100 requests with one key are one order", |stage| Box::pin(one_key::play(stage))),
    ("return, webhooks and janitor at once pay an order once", |stage| Box::pin(at_once::play(stage))),
    ("without webhooks the janitor alone settles every payment", |stage| Box::pin(janitor_alone::play(stage))),
    ("a phone that drops its answer and sends the receipt is called once", |stage| Box::pin(dropped_answer::play(stage))),
    ("1,000 answers of 429 use no attempt", |stage| Box::pin(too_many::play(stage))),
    ("a number that always fails does not delay others", |stage| Box::pin(bad_number::play(stage))),
];

/// Plays all of them.
///
/// # Errors
/// Origin's settings cannot be put back.
pub async fn run(street: &Street, verdict: &mut Verdict, progress: &ProgressBar) -> Result<()> {
    let mut stage = Stage { street, chance: Chance::of(0, "scenarios", 0), people: FIRST_PERSON };
    for (name, play) in SCENARIOS {
        progress.set_message(name);
        let played = play(&mut stage).await;
        verdict.promise(name, played.err().map(|error| format!("{error:#}")).into_iter().collect());
        street.sim.faults().clear_all();
        street.sim.razorpay().webhooks_on();
        street.usual_settings().await?;
        progress.inc(1);
    }
    Ok(())
}

/// Where a scenario plays.
struct Stage<'a> {
    street: &'a Street,
    chance: Chance,
    people: u64,
}

/// An order that waits to be paid.
struct Unpaid {
    person: Person,
    id: String,
    provider_id: String,
    minor: i64,
}

impl Stage<'_> {
    /// Somebody new.
    fn person(&mut self) -> Person {
        self.people += 1;
        Person::new(self.people)
    }

    /// Sends until it is answered, for a while at the most.
    async fn answered(&mut self, make: impl Fn() -> reqwest::RequestBuilder) -> Result<Answer> {
        let answered = Api::until_answered(make, &mut self.chance);
        tokio::time::timeout(Duration::from_secs(30), answered).await.context("origin does not answer")
    }

    /// Somebody new orders something.
    async fn order(&mut self) -> Result<Unpaid> {
        let person = self.person();
        let purchase = Purchase::of(PRODUCTS[0], false, format!("scenario-{}", self.people), &person);
        let street = self.street;
        let answer = self.answered(|| purchase.request(&street.api)).await?;
        ensure!(answer.is_ok(), "an order was refused: {} {}", answer.status, answer.body);
        let (id, provider_id) = shop::both_ids(&answer).context("an answer without the order's ids")?;
        Ok(Unpaid { person, id, provider_id, minor: purchase.minor })
    }

    /// Somebody new is written to.
    async fn message(&mut self) -> Result<Person> {
        let person = self.person();
        let (street, key) = (self.street, format!("scenario-{}", self.people));
        let answer = self.answered(|| shop::direct_message(&street.api, &key, &person)).await?;
        ensure!(answer.is_ok(), "a message was refused: {} {}", answer.status, answer.body);
        Ok(person)
    }

    /// How many calls for this phone were taken.
    fn taken(&self, person: &Person) -> usize {
        self.street.sim.phones().messages_to(&person.phone).len()
    }

    async fn set(&self, name: &str, value: Value) -> Result<()> {
        self.street.set(name, value).await
    }

    /// The janitor asks at these seconds after an order began.
    async fn janitor_asks_at(&self, seconds: &[u64]) -> Result<()> {
        self.set("payments.janitor", json!(seconds)).await
    }

    /// The state of the one message to a person, as origin tells it.
    async fn message_state(&self, person: &Person) -> Result<String> {
        let history = self.street.api.get(&format!("/api/notifications/history/{}", person.phone)).await?;
        let message = history["data"].as_array().and_then(|list| list.first()).context("origin knows of no message")?;
        Ok(message["state"].as_str().unwrap_or_default().to_owned())
    }

    async fn state(&self, order: &Unpaid) -> Result<String> {
        let there = self.street.api.get(&format!("/api/v1/orders/{}", order.id)).await?;
        Ok(there["state"].as_str().unwrap_or_default().to_owned())
    }

    /// One paid order, one payment, one transaction in the books, one message a channel.
    async fn is_paid_once(&self, order: &Unpaid) -> Result<()> {
        let there = self.street.api.get(&format!("/api/v1/orders/{}", order.id)).await?;
        ensure!(there["paid"]["minor"] == order.minor, "the order says {} paid", there["paid"]);
        let payments = self.street.api.all(&format!("/api/v1/payments?order_id={}", order.id)).await?;
        let settled = payments.iter().filter(|payment| payment["matched"] == true && payment["state"] == "captured").count();
        ensure!(settled == 1, "{settled} payments paid it");
        let entries = self.street.api.all(&format!("/api/v1/ledger/entries?order_id={}", order.id)).await?;
        let transactions: std::collections::HashSet<_> = entries.iter().filter_map(|entry| entry["transaction_id"].as_str()).collect();
        ensure!(transactions.len() == 1, "{} transactions in the books", transactions.len());
        let sum: i64 = entries.iter().filter_map(|entry| entry["amount"]["minor"].as_i64()).sum();
        ensure!(sum == 0, "its entries sum to {sum}");
        let mails = self.street.sim.mailboxes().mails_to(&order.person.email).len();
        ensure!((self.taken(&order.person), mails) == (1, 1), "{} WhatsApp messages and {mails} mails", self.taken(&order.person));
        Ok(())
    }
}

/// Looks until something is so.
async fn until<F: Future<Output = Result<bool>>>(what: &str, patience: Duration, so: impl Fn() -> F) -> Result<()> {
    let begun = Instant::now();
    loop {
        if so().await? {
            return Ok(());
        }
        if begun.elapsed() > patience {
            bail!("after {} s it is not so that {what}", patience.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
