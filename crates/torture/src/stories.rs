//! What people do at the shop while it is being killed. Each story has its own person and goes on until origin has
//! acknowledged it, however often it has to ask.

use crate::api::{Answer, Api};
use crate::chance::Chance;
use crate::promises::{Direct, Order, Person, Promises, Words};
use crate::shop::{self, PRODUCTS, Purchase};
use reqwest::RequestBuilder;
use sim::{Content, Method, Mishap, Sim};
use std::time::{Duration, Instant};

/// Of a hundred stories so many are purchases in the shop, so many orders that are paid later, and in so many a customer writes; the rest are
/// direct messages.
const PURCHASES: u32 = 66;
const LATER: u32 = 12;
const WORDS: u32 = 10;

/// What a story happens in. Cloning is cheap.
#[derive(Clone)]
pub struct Scene {
    /// Origin.
    pub api: Api,
    /// The providers.
    pub sim: Sim,
    /// What origin has acknowledged.
    pub promises: Promises,
}

impl Scene {
    /// One story from its beginning to its end.
    pub async fn play(self, number: u64, mut chance: Chance) {
        let person = Person::new(number);
        let key = format!("story-{number}");
        let kind = u32::try_from(chance.below(100)).unwrap_or(0);
        if kind < PURCHASES {
            self.purchase(key, person, &mut chance).await;
        } else if kind < PURCHASES + LATER {
            self.order_for_later(&key, person, &mut chance).await;
        } else if kind < PURCHASES + LATER + WORDS {
            self.write(number, person, &mut chance);
        } else {
            self.direct_message(&key, person, &mut chance).await;
        }
    }

    async fn purchase(&self, key: String, person: Person, chance: &mut Chance) {
        let purchase = Purchase::random(chance, key, &person);
        let Some(answer) = self.acknowledged(|| purchase.request(&self.api), chance).await else { return };
        let Some((id, provider_id)) = shop::both_ids(&answer) else { return self.refuse("an order without its ids", &answer) };
        let order = Order { person, id, provider_id: Some(provider_id.clone()), minor: purchase.minor, later: false, at: Instant::now() };
        self.promises.lock().orders.push(order.clone());
        tokio::time::sleep(chance.millis(0, 300)).await;
        match chance.below(100) {
            0..55 => drop(self.pay(&provider_id, chance).await),
            55..75 => self.pay_and_come_back(&provider_id, chance).await,
            75..85 => self.fail_and_pay(&provider_id, chance).await,
            85..92 => self.fail_and_be_captured(&provider_id, chance).await,
            _ => {}
        }
    }

    /// The payment's id, once its buyer has paid at the provider and its webhooks are under way.
    async fn pay(&self, provider_id: &str, chance: &mut Chance) -> Option<String> {
        let method = if chance.percent(50) { Method::Upi } else { Method::Card };
        let payment = self.sim.razorpay().pay(provider_id, method).ok()?;
        self.confuse(&["payment.authorized", "payment.captured", "order.paid"], &payment, chance).await;
        Some(payment)
    }

    async fn pay_and_come_back(&self, provider_id: &str, chance: &mut Chance) {
        let Some(payment) = self.pay(provider_id, chance).await else { return };
        let signature = self.sim.razorpay().signature(provider_id, &payment);
        // A browser tries once or twice; the money must not depend on it.
        for _ in 0..2 {
            let request = shop::browser_return(&self.api, provider_id, &payment, &signature);
            if Api::once(request).await.is_some_and(|answer| answer.status < 400) {
                return;
            }
            tokio::time::sleep(chance.millis(50, 400)).await;
        }
    }

    async fn fail_and_pay(&self, provider_id: &str, chance: &mut Chance) {
        if let Ok(failed) = self.sim.razorpay().fail(provider_id, Method::Card) {
            self.confuse(&["payment.failed"], &failed, chance).await;
            tokio::time::sleep(chance.millis(0, 200)).await;
        }
        self.pay(provider_id, chance).await;
    }

    /// UPI says that it failed, and then that it did not.
    async fn fail_and_be_captured(&self, provider_id: &str, chance: &mut Chance) {
        let Ok(payment) = self.sim.razorpay().fail(provider_id, Method::Upi) else { return };
        tokio::time::sleep(chance.millis(0, 200)).await;
        if self.sim.razorpay().captured_after_all(&payment).is_ok() {
            self.confuse(&["payment.failed", "payment.captured"], &payment, chance).await;
        }
    }

    /// Beside the provider's own events: the same ones over and over, some under their first id, in any order.
    async fn confuse(&self, names: &[&str], payment: &str, chance: &mut Chance) {
        let razorpay = self.sim.razorpay();
        let mut events: Vec<_> = names.iter().filter_map(|name| razorpay.webhook(name, payment).ok()).collect();
        let again = events.clone();
        for _ in 0..2 + chance.below(3) {
            events.extend(chance.pick(&again).cloned());
        }
        while !events.is_empty() {
            let next = usize::try_from(chance.below(events.len() as u64)).unwrap_or(0);
            razorpay.send_webhook(&events.swap_remove(next));
            if chance.percent(30) {
                tokio::time::sleep(chance.millis(0, 30)).await;
            }
        }
    }

    async fn order_for_later(&self, key: &str, person: Person, chance: &mut Chance) {
        let product = chance.pick(&PRODUCTS).copied().unwrap_or(PRODUCTS[0]);
        let Some(answer) = self.acknowledged(|| shop::order_paid_later(&self.api, key, product, &person), chance).await else { return };
        let Some(id) = answer.body["id"].as_str() else { return self.refuse("an order without its id", &answer) };
        let order = Order { person, id: id.to_owned(), provider_id: None, minor: product.rupees * 100, later: true, at: Instant::now() };
        self.promises.lock().orders.push(order);
    }

    /// A customer writes. The provider says so until somebody has taken it, and now and then once more, or after the next.
    fn write(&self, number: u64, person: Person, chance: &mut Chance) {
        let text = format!("Is my order on its way? ({number})");
        let meta = self.sim.meta();
        if chance.percent(50) {
            meta.next_webhooks(1, if chance.percent(50) { Mishap::Twice } else { Mishap::Late });
        }
        meta.inbound(None, &person.phone, Content::Text { body: text.clone() });
        self.promises.lock().words.push(Words { person, text });
    }

    async fn direct_message(&self, key: &str, person: Person, chance: &mut Chance) {
        let Some(answer) = self.acknowledged(|| shop::direct_message(&self.api, key, &person), chance).await else { return };
        let Some(id) = answer.body["id"].as_str() else { return self.refuse("a message without its id", &answer) };
        let direct = Direct { person, id: id.to_owned(), at: Instant::now() };
        self.promises.lock().directs.push(direct);
    }

    /// The successful answer; a refusal is noted, since nothing here deserves one.
    async fn acknowledged(&self, make: impl Fn() -> RequestBuilder, chance: &mut Chance) -> Option<Answer> {
        let answer = Api::until_answered(make, chance).await;
        if answer.is_ok() {
            return Some(answer);
        }
        self.refuse("refused", &answer);
        None
    }

    fn refuse(&self, what: &str, answer: &Answer) {
        self.promises.lock().refused.push(format!("{what}: {} {}", answer.status, answer.body));
    }
}

/// How soon one person follows another.
pub fn until_the_next(chance: &mut Chance) -> Duration {
    chance.millis(20, 70)
}
