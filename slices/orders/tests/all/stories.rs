//! Orders and their money in random stories: whatever buyers, banks, merchants and the network do, in whatever order, the states are
//! legal, the sums are right after each step, and in the end we know what the provider knows.

use facts::Time;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use serde_json::{Value, json};
use sim::{At, Fault, Method, Webhook};
use std::collections::BTreeSet;
use std::time::Duration;
use store::Dice;
use testkit::TestApp;

/// How many orders have their story told on each database, ORIGIN_TEST_STORIES asks for more; and how many in one shop.
const STORIES: u64 = 30;
const OF_ONE_SHOP: u64 = 50;
/// Steps of a story, on average.
const STEPS: u64 = 8;
/// How many orders step on between two looks at all of it: one where there are few, many where thousands are told.
const TOGETHER: usize = 25;
const HOUR: Duration = Duration::from_secs(3_600);
/// How long whatever nobody tells us is found: the provider is asked for a week.
const FOUND_WITHIN: Duration = Duration::from_secs(6 * 86_400);
const REFUND: &str = "POST /payments/{id}/refund";
const ASK: &str = "GET /orders/{id}/payments";

/// What may become of what; much may happen between two looks at an order.
const MAY_BECOME: [(&str, &str); 7] = [
    ("created", "paid"),
    ("created", "partially_refunded"),
    ("created", "refunded"),
    ("created", "cancelled"),
    ("paid", "partially_refunded"),
    ("paid", "refunded"),
    ("partially_refunded", "refunded"),
];

/// One order, as the test knows it.
struct Told {
    key: String,
    body: Value,
    order: String,
    theirs: String,
    state: String,
    placed: Time,
    /// What was said of it and may be said again at any time.
    webhooks: Vec<Webhook>,
}

async fn place(t: &TestApp, nth: u64, dice: &mut ChaCha12Rng) -> Told {
    let phone = format!("98765{nth:05}");
    let mut body =
        json!({"amount": 99, "product": "starter", "customer": {"name": "Asha", "phone": phone, "email": format!("a{nth}@example.com")}});
    if dice.random_bool(0.3) {
        body["coupon_code"] = json!("SAVE20");
    }
    let key = format!("story-{nth}");
    let placed = create(t, &key, &body).await;
    let text = |name: &str| placed[name].as_str().unwrap().to_owned();
    Told {
        order: text("order_id"),
        theirs: text("id"),
        key,
        body,
        state: "created".into(),
        placed: t.db().clock().now(),
        webhooks: Vec::new(),
    }
}

async fn create(t: &TestApp, key: &str, body: &Value) -> Value {
    t.send(t.request("POST", "/create_order").header("idempotency-key", key).json(body)).await.expect(201)
}

async fn state(t: &TestApp, told: &Told) -> String {
    let shown = t.get(&format!("/api/v1/orders/{}", told.order)).await.expect(200);
    shown["state"].as_str().unwrap().to_owned()
}

/// The payments of an order, as they are known here.
async fn payments(t: &TestApp, told: &Told) -> Vec<Value> {
    t.get(&format!("/api/v1/payments?order_id={}", told.order)).await.expect(200)["data"].as_array().cloned().unwrap()
}

/// What the provider knows of an order: each payment's id and amount that it has captured, and what of it went back.
fn truth(t: &TestApp, told: &Told) -> Vec<(String, i64, i64)> {
    let all = t.sim().razorpay().payments();
    let captured = all.into_iter().filter(|payment| payment.order_id == told.theirs && payment.captured());
    captured.map(|payment| (payment.id, payment.amount, payment.amount_refunded)).collect()
}

/// Whether what happens to an order now may be told by nobody.
fn may_be_lost(t: &TestApp, told: &Told) -> bool {
    t.db().clock().now() < told.placed.after(FOUND_WITHIN)
}

/// A buyer pays, or the bank refuses; sometimes nobody tells us, or tells us often.
async fn pay(t: &TestApp, told: &mut Told, dice: &mut ChaCha12Rng) {
    let razorpay = t.sim().razorpay();
    if dice.random_bool(0.4) && may_be_lost(t, told) {
        razorpay.webhooks_off();
    }
    let method = if dice.random() { Method::Upi } else { Method::Card };
    let paid = if dice.random_bool(0.6) { razorpay.pay(&told.theirs, method) } else { razorpay.fail(&told.theirs, method) };
    if let Ok(id) = paid {
        let names = ["payment.authorized", "payment.captured", "payment.failed", "order.paid"];
        told.webhooks.extend(names.iter().filter_map(|name| razorpay.webhook(name, &id).ok()).filter(|said| of_its_time(said, &id, t)));
    }
    razorpay.webhooks_on();
}

/// Whether the provider would say so: nothing is captured that failed.
fn of_its_time(said: &Webhook, id: &str, t: &TestApp) -> bool {
    let captured = t.sim().razorpay().payments().iter().any(|payment| payment.id == id && payment.captured());
    match said.event.as_str() {
        "payment.failed" => !captured,
        "payment.authorized" => true,
        _ => captured,
    }
}

/// A payment that had failed succeeds after all, as UPI now and then does.
async fn succeed_after_all(t: &TestApp, told: &Told, dice: &mut ChaCha12Rng) {
    let razorpay = t.sim().razorpay();
    if dice.random() && may_be_lost(t, told) {
        razorpay.webhooks_off();
    }
    for payment in razorpay.payments().iter().filter(|payment| payment.order_id == told.theirs && !payment.captured()) {
        let _captured = razorpay.captured_after_all(&payment.id);
    }
    razorpay.webhooks_on();
}

/// The buyer's browser comes back from the provider's page.
async fn come_back(t: &TestApp, told: &Told) {
    let Some((payment, ..)) = truth(t, told).pop().filter(|_| told.state != "cancelled") else { return };
    let signature = t.sim().razorpay().signature(&told.theirs, &payment);
    let fields = [("razorpay_payment_id", &payment), ("razorpay_order_id", &told.theirs), ("razorpay_signature", &signature)];
    let reply = t.send(t.request("POST", "/payments/razorpay/return").form(&fields)).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
}

/// The merchant gives money back: any sum is asked for, and taken only where there is as much.
async fn give_back(t: &TestApp, told: &Told, dice: &mut ChaCha12Rng) {
    for payment in payments(t, told).await {
        let minor = |name: &str| payment[name]["minor"].as_i64().unwrap_or(0);
        let captured = matches!(payment["state"].as_str(), Some("captured" | "refunded"));
        let left = if captured { minor("amount") - minor("refunded") } else { 0 };
        let wanted = if dice.random_bool(0.3) { left } else { dice.random_range(-5..=left + 2_000) };
        if dice.random_bool(0.3) {
            t.sim().faults().next(1, At::razorpay_call(REFUND), Fault::DropAnswer);
        }
        let path = format!("/api/v1/payments/{}/refunds", payment["id"].as_str().unwrap());
        let reply = t.post(&path, json!({"amount": {"minor": wanted, "currency": "INR"}})).await;
        assert_eq!(reply.status == 201, (1..=left).contains(&wanted), "{wanted} of {left}: {}", reply.text);
    }
}

/// The steps in which time passes come last.
const WITHOUT_TIME: u32 = 11;
const ALL: u32 = 14;

async fn step(t: &TestApp, told: &mut Told, dice: &mut ChaCha12Rng, among: u32) -> &'static str {
    match dice.random_range(0..among) {
        0..=2 => {
            pay(t, told, dice).await;
            "pay"
        }
        3 => {
            succeed_after_all(t, told, dice).await;
            "succeed after all"
        }
        4..=5 => {
            if let Some(said) = told.webhooks.get(dice.random_range(0..=told.webhooks.len())) {
                t.sim().razorpay().send_webhook(said);
            }
            "hear it again"
        }
        6 => {
            come_back(t, told).await;
            "come back"
        }
        7 => {
            let state = state(t, told).await;
            let reply = t.put(&format!("/api/v1/orders/{}", told.order), json!({"cancel": true})).await;
            assert_eq!(reply.status == 200, state == "created", "{state}: {}", reply.text);
            "cancel"
        }
        8..=9 => {
            give_back(t, told, dice).await;
            "give back"
        }
        10 => {
            let again = create(t, &told.key, &told.body).await;
            assert_eq!(again["order_id"].as_str(), Some(told.order.as_str()));
            "place it again"
        }
        11 => {
            t.sim().faults().next(1, At::razorpay_call(ASK), if dice.random() { Fault::DropAnswer } else { Fault::reject(502) });
            t.advance(HOUR / 4).await;
            "an hour's quarter with a fault"
        }
        _ => {
            t.advance(HOUR * dice.random_range(1..30)).await;
            "hours"
        }
    }
}

/// What holds of everything, after each step.
async fn all_sound(t: &TestApp, what: &str) {
    let nothing = Vec::<String>::new();
    assert_eq!(orders::check(t.db()).await.unwrap(), nothing, "{what}");
    assert_eq!(payments::check(t.db()).await.unwrap(), nothing, "{what}");
    assert_eq!(ledger::check(t.db()).await.unwrap(), nothing, "{what}");
}

/// What holds of an order after each of its steps.
async fn sound(t: &TestApp, told: &mut Told, what: &str) {
    let state = state(t, told).await;
    let legal = state == told.state || MAY_BECOME.contains(&(told.state.as_str(), state.as_str()));
    assert!(legal, "{what}: {} became {state}", told.state);
    told.state = state;
    for (_, amount, back) in truth(t, told) {
        assert!(back <= amount, "{what}: {back} of {amount} went back");
    }
}

/// In the end we know what the provider knows, and whoever paid was told so once.
async fn known(t: &TestApp, told: &Told) {
    let captured = |payment: &&Value| matches!(payment["state"].as_str(), Some("captured" | "refunded"));
    let here: BTreeSet<(String, i64, i64)> = payments(t, told)
        .await
        .iter()
        .filter(captured)
        .map(|payment| {
            let id = payment["provider_payment_id"].as_str().unwrap().to_owned();
            (id, payment["amount"]["minor"].as_i64().unwrap(), payment["refunded"]["minor"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(here, truth(t, told).into_iter().collect(), "{}", told.order);
    let paid = !matches!(told.state.as_str(), "created" | "cancelled");
    assert!(paid || told.state == "cancelled" || here.is_empty(), "{} is {} with {here:?}", told.order, told.state);
    let number = format!("91{}", told.body["customer"]["phone"].as_str().unwrap());
    let said = t.sim().phones().messages_to(&number).into_iter().filter(|call| format!("{call:?}").contains("received"));
    assert_eq!(said.count(), usize::from(paid), "{} is {}", told.order, told.state);
}

/// So many orders in one shop, their steps in each other's way: so many at a time, each of an order of its own.
async fn tell(t: &TestApp, orders: u64, seed: u64, together: usize) {
    let mut dice = Dice::seeded(seed).fork();
    let mut all = Vec::new();
    for nth in 0..orders {
        all.push(place(t, nth, &mut dice).await);
    }
    let turns = (orders * STEPS).div_ceil(together as u64);
    for at in 0..turns {
        let mut said = Vec::new();
        for (place, nth) in rand::seq::index::sample(&mut dice, all.len(), together.min(all.len())).into_iter().enumerate() {
            // Time is everybody's: it passes for one of them.
            let among = if place == 0 { ALL } else { WITHOUT_TIME };
            let what = step(t, &mut all[nth], &mut dice, among).await;
            said.push((nth, format!("shop {seed}, step {at}, order {nth}: {what}")));
        }
        t.settle().await;
        all_sound(t, &said.iter().map(|(_, what)| what.as_str()).collect::<Vec<_>>().join("; ")).await;
        for (nth, what) in said {
            sound(t, &mut all[nth], &what).await;
        }
    }
    // Whoever was not told by anybody asks for a week.
    t.sim().faults().clear_all();
    t.advance(HOUR * 24 * 8).await;
    all_sound(t, &format!("shop {seed} in the end")).await;
    for told in &mut all {
        sound(t, told, &format!("shop {seed} in the end")).await;
        known(t, told).await;
    }
    assert_eq!(catalogue::check(t.db()).await.unwrap(), Vec::<String>::new());
}

testkit::both_apps! {
    async fn two_payments_too_many_at_one_moment_are_two(t: TestApp) {
        let told = place(&t, 0, &mut Dice::seeded(0).fork()).await;
        let razorpay = t.sim().razorpay();
        let late: Vec<String> = (0..2).map(|_| razorpay.fail(&told.theirs, Method::Upi).unwrap()).collect();
        razorpay.pay(&told.theirs, Method::Card).unwrap();
        t.settle().await;
        for payment in &late {
            razorpay.captured_after_all(payment).unwrap();
        }
        t.settle().await;
        assert_eq!(payments(&t, &told).await.iter().filter(|payment| payment["state"] == "captured").count(), 3);
        assert_eq!(payments::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn whatever_happens_to_orders_and_payments_adds_up(t: TestApp) {
        let stories = std::env::var("ORIGIN_TEST_STORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(STORIES);
        let together = if stories > OF_ONE_SHOP { TOGETHER } else { 1 };
        tell(&t, stories.min(OF_ONE_SHOP), 0, together).await;
        for shop in 1..stories.div_ceil(OF_ONE_SHOP) {
            tell(&TestApp::new(t.db().engine()).await, (stories - shop * OF_ONE_SHOP).min(OF_ONE_SHOP), shop, together).await;
        }
    }
}
