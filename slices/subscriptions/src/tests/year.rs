//! A year of many subscribers: some pay at once, some late, some never; some rest, some want more; and for days nobody is at home.

use super::{ALL, Open, plan};
use crate::commands::{ChangeSubscription, CreateSubscription, NewPerson, PauseSubscription};
use crate::model::{Charge, ChargeKind, ChargeState, Mode, Subscription};
use crate::queries::{self, Filter};
use crate::{revenue, slice};
use facts::invoices::PaidBy;
use facts::subscriptions::{Cadence, SubscriptionState};
use facts::{Id, InvoiceId, Money, SubscriptionId, Time};
use futures::future::join_all;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use serde::Deserialize;
use std::time::Duration;
use store::{Dice, Look, Who, Works, params, sql};
use testkit::TestDb;
use uuid::Uuid;
use web::Cursor;

/// How many subscribers; ORIGIN_TEST_SUBSCRIBERS asks for more.
const SUBSCRIBERS: u64 = 60;
const DAYS: i64 = 365;
const AT_ONCE: usize = 50;

#[derive(Deserialize)]
struct Unpaid {
    id: InvoiceId,
    due: i64,
    issued_on: String,
}

async fn subscribe(db: &TestDb, who: &Who, nth: u64) -> SubscriptionId {
    let create = CreateSubscription {
        contact: None,
        person: NewPerson { name: Some(format!("Customer {nth}")), phone: None, email: Some(format!("c{nth}@example.com")) },
        plan: if nth.is_multiple_of(3) { "pro" } else { "starter" }.to_owned(),
        cadence: if nth.is_multiple_of(10) { Cadence::Year } else { Cadence::Month },
        quantity: 1,
        discount_bps: 0,
        trial_days: (nth.is_multiple_of(4)).then_some(14),
        key: None,
    };
    db.run(who, create).await.unwrap().id
}

/// Most invoices are paid on their day, some days later, and one in sixty never does.
async fn pay(db: &TestDb, who: &Who, today: &str, dice: &mut ChaCha12Rng) {
    let open: Vec<Unpaid> = db
        .read_main(who.tenant)
        .all(
            sql!(
                "SELECT id, total_minor - paid_minor AS due, issued_on FROM invoices
                 WHERE tenant_id = $1 AND state = 'issued' AND payment <> 'paid' ORDER BY issued_on, id"
            ),
            params![who.tenant],
        )
        .await
        .unwrap();
    let chosen: Vec<Unpaid> = open
        .into_iter()
        .filter(|open| {
            let never = open.id.uuid().as_u128().is_multiple_of(61);
            !never && (open.issued_on == today && dice.random_bool(0.7) || dice.random_bool(0.15))
        })
        .collect();
    for some in chosen.chunks(AT_ONCE) {
        let pay = |open: &Unpaid| invoices::NotePayment {
            id: open.id,
            amount: Money::inr(open.due),
            method: PaidBy::Upi,
            paid_on: None,
            reference: String::new(),
            key: None,
        };
        for done in join_all(some.iter().map(|open| db.run(who, pay(open)))).await {
            done.unwrap();
        }
    }
}

async fn everything(db: &TestDb, works: &mut Works) {
    for _ in 0..10_000 {
        if works.turn().await.unwrap() == 0 {
            return;
        }
    }
    panic!("{:?}: it never comes to rest", db.engine());
}

async fn all(db: &TestDb, who: &Who) -> Vec<Subscription> {
    let newest = Cursor { at: Time(i64::MAX), id: Uuid::max() };
    queries::page(&mut db.read_main(who.tenant), &Filter::default(), newest, 100_000).await.unwrap()
}

/// The periods of a subscription meet, but where it rested or began anew; none is there twice.
fn billed_once(sub: &Subscription, charges: &[Charge]) {
    let mut periods: Vec<&Charge> = charges.iter().filter(|charge| charge.kind == ChargeKind::Period).collect();
    periods.sort_by_key(|charge| charge.period_start);
    for pair in periods.windows(2) {
        assert!(pair[0].period_start < pair[1].period_start, "{}: billed twice for {}", sub.id, pair[1].period_start);
        assert!(pair[0].period_end <= pair[1].period_start || pair[1].period_start > pair[0].period_start, "{}", sub.id);
    }
    if matches!(sub.state, SubscriptionState::Active | SubscriptionState::PastDue) {
        assert!(charges.iter().any(|charge| charge.period_end == sub.period_end), "{}: its period is not billed", sub.id);
    }
    let open = charges.iter().filter(|charge| charge.state == ChargeState::Open && charge.kind == ChargeKind::Period).count();
    assert!(open <= 3, "{}: {open} periods are open", sub.id);
}

testkit::both! { with &ALL;
    async fn a_year_of_subscribers_ends_balanced(db: TestDb) {
        let who = db.who();
        db.run(&who, Open).await.unwrap();
        db.run(&who, plan("starter", 9_900, 99_000, 0)).await.unwrap();
        db.run(&who, plan("pro", 49_900, 499_000, 0)).await.unwrap();
        let house = slice();
        let mut works = Works::new((*db).clone(), house.reactions, Vec::new(), house.timers);
        let mut dice = Dice::seeded(11).fork();
        let count = std::env::var("ORIGIN_TEST_SUBSCRIBERS").ok().and_then(|count| count.parse().ok()).unwrap_or(SUBSCRIBERS);
        let mut ids = Vec::new();
        for first in (0..count).step_by(AT_ONCE) {
            let until = count.min(first + u64::try_from(AT_ONCE).unwrap());
            ids.extend(join_all((first..until).map(|nth| subscribe(&db, &who, nth))).await);
        }
        let zone = jiff::tz::TimeZone::get("Asia/Kolkata").unwrap();
        // A first invoice has 23 hours.
        let begun = db.clock().now().timestamp().to_zoned(zone.clone()).date().to_string();
        for _ in 0..3 {
            pay(&db, &who, &begun, &mut dice).await;
        }
        for day in 0..DAYS {
            db.clock().advance(Duration::from_secs(86_400));
            // Nobody is at home for five days every two months.
            if day % 60 < 5 && day > 5 {
                continue;
            }
            everything(&db, &mut works).await;
            let today = db.clock().now().timestamp().to_zoned(zone.clone()).date();
            pay(&db, &who, &today.to_string(), &mut dice).await;
            for _ in 0..count.div_ceil(60) {
                let id = ids[dice.random_range(0..ids.len())];
                if dice.random_bool(0.3) {
                    let resume_on = Some(today.saturating_add(jiff::Span::new().days(dice.random_range(2..30))));
                    let _refused = db.run(&who, PauseSubscription { id, at_period_end: false, resume_on, reason: String::new() }).await;
                } else if dice.random_bool(0.3) {
                    let plan = Some(if dice.random() { "pro" } else { "starter" }.to_owned());
                    let mode = if dice.random() { Mode::InvoiceNow } else { Mode::NextInvoice };
                    let _refused = db.run(&who, ChangeSubscription { id, plan, cadence: None, quantity: None, mode }).await;
                }
            }
        }
        everything(&db, &mut works).await;
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
        assert_eq!(invoices::check(&db).await.unwrap(), Vec::<String>::new());
        let mut states = std::collections::BTreeMap::new();
        let mut periods = 0;
        for sub in all(&db, &who).await {
            let charges = queries::charges(&mut db.read_main(who.tenant), sub.id, 1_000).await.unwrap();
            billed_once(&sub, &charges);
            assert_eq!(sub.parked, None, "{}", sub.id);
            periods += charges.len();
            *states.entry(sub.state.to_string()).or_insert(0) += 1;
        }
        assert!(periods as u64 > count * 5, "{periods} periods and changes were billed: {states:?}");
        assert!(states["active"] > 0 && states["canceled"] > 0, "{states:?}");
        let today = db.clock().now().timestamp().to_zoned(zone).date();
        for revenue in revenue::revenue(&mut db.read_main(who.tenant), today).await.unwrap() {
            let sum: i64 = revenue.months.iter().map(|month| month.moved.net()).sum();
            assert_eq!(revenue.months[0].start_minor + sum, revenue.mrr_minor);
        }
    }
}
