//! Subscriptions that Stripe and Razorpay run: whatever of their calls comes, how often and in whatever order, they end up as they are there.

use futures::future::join_all;
use jiff::tz::TimeZone;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde_json::{Value, json};
use sim::{SimConfig, StripePlan, StripeSubscription, StripeWebhook, Webhook};
use std::time::Duration;
use testkit::{ADMIN, Browser, Reply, TestApp};

const DAY: Duration = Duration::from_secs(86_400);

fn pro() -> StripePlan {
    let (price, name, currency) = ("price_pro".to_owned(), "Pro".to_owned(), "inr".to_owned());
    StripePlan { price, name, amount: 90_000, currency, interval: "month".into(), every: 3 }
}

async fn set_up(t: &TestApp) {
    let account = SimConfig::new(|| facts::Time(0)).stripe;
    let keys = json!({"secret_key": account.secret_key, "webhook_secret": account.webhook_secret});
    t.put("/api/v1/settings/credentials/stripe", keys).await.expect(200);
    t.sim().stripe_webhooks_to(&format!("{}/webhooks/stripe/first", t.url()));
    t.sim().webhooks_to(&format!("{}/webhooks/razorpay/first", t.url()));
}

async fn plan(t: &TestApp, code: &str, sold: Value) -> Reply {
    let price = json!({"cadence": "month", "amount": {"minor": 90_000, "currency": "INR"}, "hsn": "998431", "rate_bps": 1800});
    let mut plan = json!({"code": code, "name": code, "prices": [price]});
    plan.as_object_mut().unwrap().extend(sold.as_object().unwrap().clone());
    t.post("/api/v1/plans", plan).await
}

/// Carries out what is due, and holds every promise.
async fn quiet(t: &TestApp) {
    t.settle().await;
    t.sim().quiet().await;
    t.settle().await;
    let db = t.db();
    for wrong in [subscriptions::check(db).await, invoices::check(db).await, payments::check(db).await, ledger::check(db).await] {
        assert_eq!(wrong.unwrap(), Vec::<String>::new());
    }
}

async fn listed(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/subscriptions?limit=200").await.expect(200)["data"].as_array().unwrap().clone()
}

async fn one(t: &TestApp, theirs: &str) -> Value {
    listed(t).await.into_iter().find(|sub| sub["run"]["provider_subscription_id"] == theirs).unwrap()
}

/// What was paid for a subscription.
async fn paid(t: &TestApp, sub: &Value) -> Vec<Value> {
    let all = t.get("/api/v1/payments?limit=200").await.expect(200)["data"].as_array().unwrap().clone();
    all.into_iter().filter(|payment| payment["subscription_id"] == sub["id"]).collect()
}

async fn deliver(t: &TestApp, webhook: &StripeWebhook) -> u16 {
    let request = t.request("POST", "/webhooks/stripe/first").header("stripe-signature", &webhook.signature);
    t.send(request.body(webhook.body.clone())).await.status
}

async fn deliver_other(t: &TestApp, webhook: &Webhook) -> u16 {
    let request = t.request("POST", "/webhooks/razorpay/first").header("x-razorpay-signature", &webhook.signature);
    t.send(request.header("x-razorpay-event-id", &webhook.event_id).body(webhook.body.clone())).await.status
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap().to_zoned(TimeZone::get("Asia/Kolkata").unwrap()).date().to_string()
}

/// The mirror shows what is true at Stripe: how it stands, until when, how many, what it brings and what was paid.
async fn mirrored(t: &TestApp, truth: &StripeSubscription) {
    let sub = one(t, &truth.id).await;
    assert_eq!(sub["state"], truth.status, "{sub} {truth:?}");
    assert_eq!((&sub["period_end"], &sub["quantity"]), (&json!(day(truth.period_end)), &json!(truth.quantity)), "{sub} {truth:?}");
    let earns = matches!(truth.status, "active" | "past_due");
    // 900.00 for three months, or for a week of which a year has 52.
    let each = if truth.plan.interval == "week" { 390_000 } else { 30_000 };
    assert_eq!(sub["mrr"]["minor"], if earns { each * truth.quantity } else { 0 }, "{sub} {truth:?}");
    let ends = truth.cancel_at_period_end && truth.ended_at.is_none();
    assert_eq!((sub["cancel_on"].is_string(), sub["ended_on"].is_string()), (ends, truth.ended_at.is_some()), "{sub} {truth:?}");
    let came: Vec<_> = truth.invoices.iter().filter_map(|invoice| invoice.paid.clone()).collect();
    let mut kept: Vec<_> = paid(t, &sub).await.iter().map(|payment| payment["provider_payment_id"].as_str().unwrap().to_owned()).collect();
    kept.reverse();
    assert_eq!(kept.len(), came.len(), "{kept:?} {came:?}");
    assert!(came.iter().all(|payment| kept.contains(payment)), "{kept:?} {came:?}");
}

testkit::both_apps! {
    async fn what_stripe_runs_is_shown_counted_and_left_alone(t: TestApp) {
        set_up(&t).await;
        plan(&t, "pro", json!({"stripe_price": "price_pro"})).await.expect(201);
        assert_eq!(plan(&t, "other", json!({"stripe_price": "price_pro"})).await.expect(409)["code"], "provider_price_taken");
        let stripe = t.sim().stripe();
        for old in [false, true] {
            stripe.old_shape(old);
            let theirs = stripe.subscribe(&format!("asha{old}@example.test"), pro(), 1, 0);
            quiet(&t).await;
            let sub = one(&t, &theirs).await;
            assert_eq!((&sub["state"], sub["plan_id"].is_string(), &sub["run"]["provider"]), (&json!("active"), true, &json!("stripe")));
            mirrored(&t, &stripe.subscription(&theirs).unwrap()).await;
            stripe.cycle(&theirs, false);
            quiet(&t).await;
            assert_eq!(one(&t, &theirs).await["run"]["last_invoice"], "failed");
            stripe.retry(&theirs, true);
            quiet(&t).await;
            mirrored(&t, &stripe.subscription(&theirs).unwrap()).await;
            assert_eq!(paid(&t, &sub).await.len(), 2);
            let id = sub["id"].as_str().unwrap();
            for (act, body) in [
                ("cancel", json!({"subscription_id": id})),
                ("pause", json!({"subscription_id": id})),
                ("resume", json!({"subscription_id": id})),
                ("keep", json!({"subscription_id": id})),
                ("go-on", json!({"subscription_id": id})),
                ("upgrade", json!({"subscription_id": id, "quantity": 2})),
                ("preview", json!({"subscription_id": id, "quantity": 2})),
            ] {
                assert_eq!(t.post(&format!("/api/v1/subscriptions/{act}"), body).await.expect(409)["code"], "run_by_provider", "{act}");
            }
        }
        let report = t.get("/api/v1/reconciliation").await.expect(200);
        assert_eq!((&report["unmatched"], &report["unpaid"]), (&json!([]), &json!([])));
        t.advance(100 * DAY).await;
        quiet(&t).await;
        assert_eq!(t.get("/api/v1/invoices").await.expect(200)["data"], json!([]), "nothing is billed here");
        assert!(listed(&t).await.iter().all(|sub| sub["state"] == "active"), "nobody is late here by our clock");
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, &format!("/admin/subscriptions/{}", listed(&t).await[0]["id"].as_str().unwrap())).await;
        assert!(page.text.contains("Stripe runs it") && page.text.contains("dashboard.stripe.com/subscriptions/sub_"), "{}", page.text);
        let payment = paid(&t, &listed(&t).await[0]).await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(browser.get(&t, &format!("/admin/payments/{payment}")).await.status, 200);
    }

    async fn a_price_that_no_plan_names_gives_nothing_until_one_does(t: TestApp) {
        set_up(&t).await;
        let made = plan(&t, "pro", json!({})).await.expect(201);
        let theirs = t.sim().stripe().subscribe("asha@example.test", pro(), 2, 14);
        quiet(&t).await;
        let sub = one(&t, &theirs).await;
        assert_eq!((&sub["state"], &sub["plan_id"], &sub["run"]["plan"]), (&json!("trialing"), &Value::Null, &json!("Pro")));
        let path = format!("/api/v1/plans/{}", made["id"].as_str().unwrap());
        assert_eq!(t.put(&path, json!({"stripe_price": "price pro"})).await.expect(422)["errors"][0]["field"], "stripe_price");
        t.put(&path, json!({"stripe_price": "price_pro"})).await.expect(200);
        assert_eq!(one(&t, &theirs).await["plan_id"], made["id"]);
        t.put(&path, json!({"stripe_price": ""})).await.expect(200);
        assert_eq!(one(&t, &theirs).await["plan_id"], Value::Null);
        quiet(&t).await;
    }

    async fn what_razorpay_runs_is_shown_in_whatever_order_its_calls_come(t: TestApp) {
        set_up(&t).await;
        let razorpay = t.sim().razorpay();
        razorpay.webhooks_off();
        let theirs = razorpay.subscribe("+919000000001", "Milk", "monthly", 60_000, 2);
        let mut calls = vec![razorpay.webhook("subscription.activated", &theirs).unwrap()];
        razorpay.cycle(&theirs, false);
        calls.push(razorpay.webhook("subscription.pending", &theirs).unwrap());
        razorpay.retry(&theirs, true);
        calls.push(razorpay.webhook("subscription.charged", &theirs).unwrap());
        let answers = join_all([2, 0, 1, 1, 2, 0].map(|at| deliver_other(&t, &calls[at]))).await;
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        quiet(&t).await;
        let sub = one(&t, &theirs).await;
        let truth = razorpay.subscription(&theirs).unwrap();
        assert_eq!((&sub["state"], &sub["period_end"], &sub["mrr"]["minor"]), (&json!("active"), &json!(day(truth.current_end)), &json!(120_000)));
        assert_eq!(paid(&t, &sub).await.len(), 2);
        // What is lost is asked for: the customer cancels, and nobody calls.
        razorpay.put_status(&theirs, "cancelled");
        t.advance(62 * DAY).await;
        quiet(&t).await;
        let sub = one(&t, &theirs).await;
        assert_eq!((&sub["state"], &sub["mrr"]["minor"]), (&json!("canceled"), &json!(0)));
        let refused = t.post("/api/v1/subscriptions/cancel", json!({"subscription_id": sub["id"]})).await.expect(409);
        assert!(refused["detail"].as_str().unwrap().contains("Razorpay's dashboard"), "{refused}");
    }

    async fn whatever_happens_there_and_whatever_is_lost_the_mirror_ends_up_true(t: TestApp) {
        set_up(&t).await;
        let stripe = t.sim().stripe();
        stripe.webhooks_off();
        let mut dice = ChaCha12Rng::seed_from_u64(7);
        let mut all = Vec::new();
        for story in 0..8 {
            stripe.old_shape(story % 2 == 0);
            let trial = if dice.random_bool(0.3) { 7 } else { 0 };
            let weekly = StripePlan { interval: "week".into(), every: 1, ..pro() };
            let theirs = stripe.subscribe(&format!("buyer{}@example.test", story % 3), weekly, dice.random_range(1..4), trial);
            let mut calls = vec![stripe.webhook("customer.subscription.created", &theirs).unwrap()];
            assert_eq!(deliver(&t, &calls[0]).await, 200, "of the first nothing is known otherwise");
            for _ in 0..dice.random_range(0..8) {
                if stripe.subscription(&theirs).unwrap().ended_at.is_some() {
                    break;
                }
                match dice.random_range(0..8) {
                    0 | 1 => stripe.cycle(&theirs, true),
                    2 => stripe.cycle(&theirs, false),
                    3 => stripe.retry(&theirs, dice.random_bool(0.5)),
                    4 => stripe.put_quantity(&theirs, dice.random_range(1..9)),
                    5 => stripe.put_status(&theirs, ["paused", "unpaid", "active"].choose(&mut dice).unwrap()),
                    6 => stripe.end(&theirs, true),
                    _ => stripe.end(&theirs, dice.random_bool(0.7)),
                }
                calls.push(stripe.webhook("customer.subscription.updated", &theirs).unwrap());
                if let Some(invoice) = stripe.subscription(&theirs).unwrap().invoices.last() {
                    calls.push(stripe.webhook("invoice.paid", &invoice.id).unwrap());
                }
                // Some is heard of at once, and what comes after it may be lost.
                if dice.random_bool(0.3) {
                    assert_eq!(deliver(&t, calls.last().unwrap()).await, 200);
                    t.settle().await;
                }
            }
            // Some are lost, some come twice, none in its order.
            let lost = calls.len() / 2;
            calls.extend(calls.clone());
            calls.shuffle(&mut dice);
            calls.truncate(lost);
            let answers = join_all(calls.iter().map(|call| deliver(&t, call))).await;
            assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
            all.push(theirs);
        }
        quiet(&t).await;
        // Nine periods, and a day: until then everything has been asked about that is not heard of.
        t.advance(64 * DAY).await;
        quiet(&t).await;
        for theirs in all {
            mirrored(&t, &stripe.subscription(&theirs).unwrap()).await;
        }
        let revenue = t.get("/api/v1/subscriptions/revenue").await.expect(200).to_string();
        let now: i64 = listed(&t).await.iter().map(|sub| sub["mrr"]["minor"].as_i64().unwrap()).sum();
        assert!(revenue.contains(&format!("\"minor\":{now}")), "{now}: {revenue}");
    }
}
