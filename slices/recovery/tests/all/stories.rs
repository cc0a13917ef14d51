//! Random histories of orders, tries at paying, late payments, wishes and the clock, against what must always hold.

use crate::{HOUR, STEPS, leave, stated, turn_on};
use facts::Time;
use facts::recovery::RecoveryReminderDue;
use jiff::tz::TimeZone;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use serde_json::json;
use sim::{At, Fault, Method};
use std::time::Duration;
use store::Dice;
use testkit::TestApp;

/// Buyers of one story, and the half hours that it lasts before everything comes to rest.
const BUYERS: usize = 14;
const TURNS: usize = 90;

/// A buyer, as somebody who stands beside them would note it.
#[derive(Debug)]
struct Buyer {
    order: String,
    theirs: String,
    /// When the provider first held their money.
    paid_at: Option<Time>,
    /// When they last did something, or wished for no reminders.
    active_at: Time,
    out_at: Option<Time>,
}

async fn begin(t: &TestApp, number: usize) -> Buyer {
    let (order, theirs) = leave(t, &format!("b{number}"), &format!("+9198765{:05}", 10_000 + number)).await;
    Buyer { order, theirs, paid_at: None, active_at: t.db().clock().now(), out_at: None }
}

async fn act(t: &TestApp, buyer: &mut Buyer, dice: &mut ChaCha12Rng) {
    let now = t.db().clock().now();
    match dice.random_range(0..40) {
        // Paid, and the provider's word may get lost.
        0 | 1 if buyer.paid_at.is_none() && t.sim().razorpay().pay(&buyer.theirs, Method::Upi).is_ok() => buyer.paid_at = Some(now),
        2 | 3 if buyer.paid_at.is_none() && t.sim().razorpay().fail(&buyer.theirs, Method::Card).is_ok() => buyer.active_at = now,
        4 if buyer.paid_at.is_none() && buyer.out_at.is_none() => {
            let said = stated::<RecoveryReminderDue>(t).await;
            let own = said.iter().find(|(_, body)| body["order_id"] == buyer.order.as_str());
            if let Some(path) = own.and_then(|(_, body)| body["path"].as_str().map(str::to_owned)) {
                t.send(t.request("POST", &format!("{path}/stop")).form(&[("x", "y")])).await;
                buyer.out_at = Some(now);
            }
        }
        _ => {}
    }
}

async fn tell(t: TestApp, seed: u64) {
    let mut dice = Dice::seeded(seed).fork();
    turn_on(&t, &STEPS).await;
    let mut buyers: Vec<Buyer> = Vec::new();
    let mut away = None;
    for turn in 0..TURNS {
        if buyers.len() < BUYERS && dice.random_range(0..3) == 0 {
            buyers.push(begin(&t, buyers.len()).await);
        }
        match dice.random_range(0..12) {
            0 => t.sim().razorpay().webhooks_off(),
            1 => t.sim().razorpay().webhooks_on(),
            2 if away.is_none() && turn < TURNS - 10 => away = Some(t.sim().faults().until_cleared(At::razorpay(), Fault::reject(503))),
            _ => {
                if let Some(fault) = away.take() {
                    t.sim().faults().clear(fault);
                }
            }
        }
        for buyer in &mut buyers {
            act(&t, buyer, &mut dice).await;
        }
        t.advance(Duration::from_secs(dice.random_range(5..90) * 60)).await;
        // Nobody orders while the provider is away: an order waits for it, and these wait for the order.
        if let Some(fault) = away.take() {
            t.advance(HOUR * 2).await;
            t.sim().faults().clear(fault);
        }
    }
    t.advance(HOUR * 24 * 6).await;
    judge(&t, seed, &buyers).await;
}

async fn judge(t: &TestApp, seed: u64, buyers: &[Buyer]) {
    let zone = TimeZone::get("Asia/Kolkata").unwrap();
    let said = stated::<RecoveryReminderDue>(t).await;
    for (at, body) in &said {
        let hour = at.timestamp().to_zoned(zone.clone()).hour();
        assert!((9..21).contains(&hour), "story {seed}: {body} at {at}");
    }
    for buyer in buyers {
        let own: Vec<(Time, i64)> = said
            .iter()
            .filter(|(_, body)| body["order_id"] == buyer.order.as_str())
            .map(|(at, body)| (*at, body["step"].as_i64().unwrap()))
            .collect();
        let steps: Vec<i64> = own.iter().map(|(_, step)| *step).collect();
        assert_eq!(steps, (1..=i64::try_from(own.len()).unwrap()).collect::<Vec<_>>(), "story {seed}: each once, in order: {buyer:?}");
        for (at, _) in &own {
            assert!(buyer.paid_at.is_none_or(|paid| *at < paid), "story {seed}: reminded at {at} of what was paid: {buyer:?}");
            assert!(buyer.out_at.is_none_or(|out| *at <= out), "story {seed}: reminded at {at} against a wish: {buyer:?}");
        }
        if buyer.paid_at.is_none() && buyer.out_at.is_none() {
            assert_eq!(own.len(), 3, "story {seed}: all that were due were sent: {buyer:?}");
        }
    }
    assert!(recovery::check(t.db()).await.unwrap().is_empty());
    let paid = buyers.iter().filter(|buyer| buyer.paid_at.is_some()).count();
    let shown = t.get("/api/v1/orders?state=paid&limit=200").await.expect(200);
    assert_eq!(shown["data"].as_array().unwrap().len(), paid, "story {seed}: {}", json!(shown["data"].as_array().unwrap().len()));
}

testkit::both_apps! {
    async fn whatever_happens_one(t: TestApp) {
        tell(t, 1).await;
    }

    async fn whatever_happens_two(t: TestApp) {
        tell(t, 2).await;
    }
}
