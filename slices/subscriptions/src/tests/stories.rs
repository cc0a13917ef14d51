//! Random stories of subscriptions, told to the commands, with invoices paid, voided and forgotten and days that pass: after each step
//! every pair of state and event is as the table says, nothing is billed twice, and every paisa is accounted for.

use super::{ALL, Open, plan};
use crate::commands::{
    CancelSubscription, ChangeSubscription, CreateSubscription, KeepSubscription, LookAfterSubscription, NewPerson, PauseSubscription,
    ResumeSubscription,
};
use crate::model::{Charge, ChargeKind, ChargeState, Mode, Subscription};
use crate::news::heard_of_invoice;
use crate::queries;
use crate::rules::{Event, TABLE};
use facts::invoices::PaidBy;
use facts::subscriptions::{Cadence, SubscriptionState};
use facts::{InvoiceId, Money, SubscriptionId};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha12Rng;
use std::time::Duration;
use store::{Command, Dice, Look, Result, Timer, Tx, Who, params, sql};
use testkit::TestDb;

/// How many stories are told on each database. ORIGIN_TEST_STORIES asks for more.
const STORIES: u64 = 150;
/// How many are told in one shop. Each takes months: after a hundred years a shop's invoices would begin to bear the same numbers again.
const SHOP: u64 = 100;
const PLANS: [&str; 3] = ["starter", "pro", "premium"];

/// Time and news, as the works bring them.
struct LookAfter(SubscriptionId);
impl Command for LookAfter {
    const NAME: &'static str = "test_look";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        LookAfterSubscription { subscription_id: self.0 }.ring(tx).await
    }
}

struct Heard(InvoiceId);
impl Command for Heard {
    const NAME: &'static str = "test_heard";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        heard_of_invoice(tx, self.0).await?;
        heard_of_invoice(tx, self.0).await
    }
}

struct TakeBack(InvoiceId);
impl Command for TakeBack {
    const NAME: &'static str = "test_take_back";
    type Out = bool;
    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        invoices::take_back(tx, self.0, "test").await
    }
}

/// What is asked for in all, of what counts.
async fn asked(db: &TestDb, who: &Who, charges: &[Charge]) -> i64 {
    let mut sum = 0;
    for charge in charges.iter().filter(|charge| charge.state != ChargeState::Dropped) {
        let Some(id) = charge.invoice_id else { continue };
        let total: i64 = db
            .read_main(who.tenant)
            .one(sql!("SELECT total_minor FROM invoices WHERE tenant_id = $1 AND id = $2"), params![who.tenant, id])
            .await
            .unwrap();
        sum += total;
    }
    sum
}

struct Story {
    db: TestDb,
    who: Who,
    id: SubscriptionId,
    dice: ChaCha12Rng,
    /// What credits and changes should have moved, beside what periods cost.
    moved: i64,
}

impl Story {
    async fn sub(&self) -> Subscription {
        queries::subscription(&mut self.db.read_main(self.who.tenant), self.id).await.unwrap().unwrap()
    }

    async fn charges(&self) -> Vec<Charge> {
        queries::charges(&mut self.db.read_main(self.who.tenant), self.id, 1_000).await.unwrap()
    }

    /// One thing that happens, and whether it may.
    async fn step(&mut self) -> (String, bool, bool) {
        let before = self.sub().await;
        let may = |event| TABLE.iter().any(|(from, by, _)| *from == before.state && *by == event);
        let (id, at_period_end, reason) = (self.id, self.dice.random(), String::new());
        match self.dice.random_range(0..12) {
            0 => {
                let done = self.db.run(&self.who, CancelSubscription { id, at_period_end, reason }).await;
                (format!("cancel {at_period_end}"), done.is_ok(), may(Event::Cancel))
            }
            1 => {
                let resume_on = self.dice.random::<bool>().then(|| before.period_end.saturating_add(jiff::Span::new().days(9)));
                let done = self.db.run(&self.who, PauseSubscription { id, at_period_end, resume_on, reason }).await;
                if done.is_ok() && !at_period_end {
                    self.moved -= self.rest_of(&before).await;
                }
                ("pause".to_owned(), done.is_ok(), may(Event::Pause))
            }
            2 => {
                let first = before.period_start == self.today().await;
                let done = self.db.run(&self.who, ResumeSubscription { id, on: None }).await;
                ("resume".to_owned(), done.is_ok(), may(Event::Resume) && !first)
            }
            3 | 4 => self.change(&before).await,
            5 => {
                let wished = before.cancel_on.is_some()
                    || before.pause_on.is_some()
                    || before.next_price_id.is_some()
                    || before.next_quantity.is_some()
                    || before.pending.is_some();
                ("keep".to_owned(), self.db.run(&self.who, KeepSubscription { id }).await.is_ok(), wished)
            }
            6..=8 => self.settle_one(&before).await,
            _ => {
                let days = *[1, 3, 8, 15, 31].choose(&mut self.dice).unwrap();
                self.db.clock().advance(Duration::from_secs(days * 86_400));
                self.db.run(&self.who, LookAfter(id)).await.unwrap();
                (format!("{days} days"), true, true)
            }
        }
    }

    async fn today(&self) -> jiff::civil::Date {
        self.db.clock().now().timestamp().to_zoned(jiff::tz::TimeZone::get("Asia/Kolkata").unwrap()).date()
    }

    async fn rest_of(&self, before: &Subscription) -> i64 {
        self.sub().await.carry_minor - before.carry_minor
    }

    async fn change(&mut self, before: &Subscription) -> (String, bool, bool) {
        let mode = *[Mode::InvoiceNow, Mode::NextInvoice, Mode::NextPeriod, Mode::Reset].choose(&mut self.dice).unwrap();
        let change = ChangeSubscription {
            id: self.id,
            plan: self.dice.random::<bool>().then(|| (*PLANS.choose(&mut self.dice).unwrap()).to_owned()),
            cadence: self.dice.random_bool(0.2).then_some(Cadence::Year),
            quantity: self.dice.random::<bool>().then(|| self.dice.random_range(1..4)),
            mode,
        };
        let preview = self.db.run(&self.who, crate::commands::PreviewChange(change.clone())).await;
        let done = self.db.run(&self.who, change).await;
        let may = matches!(before.state, SubscriptionState::Active | SubscriptionState::Trialing);
        assert_eq!(preview.is_ok(), done.is_ok(), "what is previewed can be done");
        let Ok(done) = done else { return (format!("change {mode}"), false, false) };
        assert_eq!(preview.unwrap(), done.quote, "and comes to the same");
        self.moved -= done.quote.carried.minor;
        if let Some(asked) = done.quote.invoice {
            let invoice = done.subscription.pending.as_ref().unwrap().0.invoice_id;
            let total: i64 = self
                .db
                .read_main(self.who.tenant)
                .one(sql!("SELECT total_minor FROM invoices WHERE tenant_id = $1 AND id = $2"), params![self.who.tenant, invoice])
                .await
                .unwrap();
            assert_eq!(total, asked.minor, "the invoice is what the preview said, to the paisa");
        }
        (format!("change {mode}"), true, may)
    }

    /// Pays or voids the oldest invoice that is open, and brings the news of it twice.
    async fn settle_one(&mut self, before: &Subscription) -> (String, bool, bool) {
        let open = self.charges().await.into_iter().rev().find(|charge| charge.state == ChargeState::Open);
        let Some((charge, invoice)) = open.and_then(|charge| charge.invoice_id.map(|invoice| (charge, invoice))) else {
            return ("nothing to pay".to_owned(), true, true);
        };
        let what = if self.dice.random_bool(0.85) {
            let due: i64 = self
                .db
                .read_main(self.who.tenant)
                .one(
                    sql!("SELECT total_minor - paid_minor FROM invoices WHERE tenant_id = $1 AND id = $2"),
                    params![self.who.tenant, invoice],
                )
                .await
                .unwrap();
            let pay = invoices::NotePayment {
                id: invoice,
                amount: Money::inr(due),
                method: PaidBy::Cash,
                paid_on: None,
                reference: String::new(),
                key: None,
            };
            self.db.run(&self.who, pay).await.unwrap();
            "pay"
        } else {
            assert!(self.db.run(&self.who, TakeBack(invoice)).await.unwrap());
            "void"
        };
        self.db.run(&self.who, Heard(invoice)).await.unwrap();
        if self.sub().await.state == SubscriptionState::Paused && before.state == SubscriptionState::PastDue {
            // It was to rest and had not paid: now it does, and gets back what is left.
            let left = self.rest_of(before).await;
            assert!((0..=before.since_minor).contains(&left));
            self.moved -= left;
        }
        let after = self.charges().await.into_iter().find(|now| now.id == charge.id).unwrap();
        assert_eq!(after.state, if what == "pay" { ChargeState::Paid } else { ChargeState::Dropped });
        (what.to_owned(), true, true)
    }

    /// What must hold after every step.
    async fn holds(&self, what: &str) {
        let (sub, charges) = (self.sub().await, self.charges().await);
        let periods: Vec<&Charge> = charges.iter().filter(|charge| charge.kind == ChargeKind::Period).collect();
        assert!(sub.period_end >= sub.period_start, "{what}");
        assert!((0..=10_000_000).contains(&sub.since_minor), "{what}");
        assert_eq!(sub.ended_on.is_some(), matches!(sub.state, SubscriptionState::Canceled | SubscriptionState::Expired), "{what}");
        assert!(sub.pending.is_none() || sub.has_access(), "{what}: {sub:?}");
        for (at, charge) in periods.iter().enumerate() {
            assert!(periods[..at].iter().all(|other| other.period_start != charge.period_start), "{what}: billed twice");
        }
        // What is asked for is what periods and changes cost, less what was credited: nothing is lost, and nothing is asked for twice.
        let dropped =
            |kind: ChargeKind| charges.iter().filter(|charge| charge.kind == kind && charge.state == ChargeState::Dropped).count();
        if dropped(ChargeKind::Period) == 0 {
            let cost: i64 = periods.iter().map(|charge| charge.billed_minor).sum();
            let mut changes = 0;
            for charge in charges.iter().filter(|charge| charge.kind == ChargeKind::Change && charge.state != ChargeState::Dropped) {
                changes += asked(&self.db, &self.who, std::slice::from_ref(charge)).await;
            }
            assert_eq!(asked(&self.db, &self.who, &charges).await, cost + changes + self.moved + sub.carry_minor, "{what}: {sub:?}");
        }
    }
}

async fn tell(db: &TestDb, who: &Who, seed: u64) {
    let mut dice = Dice::seeded(seed).fork();
    let create = CreateSubscription {
        contact: None,
        person: NewPerson { name: Some(format!("Asha {seed}")), phone: None, email: Some(format!("a{seed}@example.com")) },
        plan: (*PLANS.choose(&mut dice).unwrap()).to_owned(),
        cadence: if dice.random_bool(0.2) { Cadence::Year } else { Cadence::Month },
        quantity: dice.random_range(1..4),
        discount_bps: *[0, 0, 1_000, 3_333].choose(&mut dice).unwrap(),
        trial_days: dice.random_bool(0.3).then(|| dice.random_range(0..20)),
        key: None,
    };
    let sub = db.run(who, create).await.unwrap();
    let mut story = Story { db: db.clone(), who: who.clone(), id: sub.id, dice, moved: 0 };
    story.holds("begun").await;
    for nth in 0..story.dice.random_range(4..16) {
        let before = story.sub().await;
        let (what, did, may) = story.step().await;
        assert!(!did || may, "story {seed}, step {nth}: {what} was done to {before:?}");
        if !what.starts_with("change") {
            assert_eq!(did, may, "story {seed}, step {nth}: {what} of {before:?}");
        }
        if !did {
            assert_eq!(story.sub().await, before, "story {seed}, step {nth}: {what} was refused and changed something");
        }
        story.holds(&format!("story {seed}, step {nth}: {what}")).await;
    }
}

/// A shop with three plans.
async fn open(db: &TestDb, who: &Who) {
    db.run(who, Open).await.unwrap();
    for (code, month, year) in [("starter", 9_900, 99_000), ("pro", 49_900, 499_000), ("premium", 99_900, 999_000)] {
        db.run(who, plan(code, month, year, 0)).await.unwrap();
    }
}

testkit::both! { with &ALL;
    async fn whoever_was_to_rest_and_pays_late_rests_from_then_on(db: TestDb) {
        let who = db.who();
        open(&db, &who).await;
        let person = NewPerson { name: Some("Asha".to_owned()), phone: None, email: Some("asha@example.com".to_owned()) };
        let create = CreateSubscription {
            contact: None,
            person,
            plan: "pro".to_owned(),
            cadence: Cadence::Month,
            quantity: 1,
            discount_bps: 0,
            trial_days: Some(10),
            key: None,
        };
        let id = db.run(&who, create).await.unwrap().id;
        let mut story = Story { db: db.clone(), who: who.clone(), id, dice: Dice::seeded(1).fork(), moved: 0 };
        let days = async |days: u64| {
            db.clock().advance(Duration::from_secs(days * 86_400));
            db.run(&who, LookAfter(id)).await.unwrap();
        };
        days(10).await;
        db.run(&who, PauseSubscription { id, at_period_end: true, resume_on: None, reason: String::new() }).await.unwrap();
        days(20).await;
        let late = story.sub().await;
        assert_eq!(late.state, SubscriptionState::PastDue);
        // Its period ends, and it is billed for a further one, of which some days are over as it is paid.
        days(12).await;
        let before = story.sub().await;
        assert_eq!((before.state, before.period_start), (SubscriptionState::PastDue, late.period_end));
        while story.sub().await.state == SubscriptionState::PastDue {
            let before = story.sub().await;
            story.settle_one(&before).await;
        }
        let after = story.sub().await;
        assert_eq!((after.state, after.pause_on), (SubscriptionState::Paused, None));
        let days = |from: jiff::civil::Date, to| i64::from(from.until(to).unwrap().get_days());
        let (whole, left) = (days(before.period_start, before.period_end), days(story.today().await, before.period_end));
        assert!(left > 0 && left < whole);
        assert_eq!(after.carry_minor, (2 * 49_900 * left + whole) / (2 * whole), "the days that are left, and none that they had");
        story.holds("paid late").await;
    }

    async fn what_is_wished_for_the_periods_end_waits_for_the_end_of_a_new_one(db: TestDb) {
        let who = db.who();
        open(&db, &who).await;
        let day = |on: jiff::civil::Date, days: i64| on.saturating_add(jiff::Span::new().days(days));
        for (nth, wish) in ["cancel", "pause", "short rest"].into_iter().enumerate() {
            let person = NewPerson { name: Some(wish.to_owned()), phone: None, email: Some(format!("p{nth}@example.com")) };
            let (plan, cadence, key) = ("pro".to_owned(), Cadence::Month, None);
            let create = CreateSubscription { contact: None, person, plan, cadence, quantity: 1, discount_bps: 0, trial_days: None, key };
            let id = db.run(&who, create).await.unwrap().id;
            let mut story = Story { db: db.clone(), who: who.clone(), id, dice: Dice::seeded(0).fork(), moved: 0 };
            while story.sub().await.state != SubscriptionState::Active {
                let before = story.sub().await;
                story.settle_one(&before).await;
            }
            db.clock().advance(Duration::from_secs(10 * 86_400));
            let before = story.sub().await;
            let reset = ChangeSubscription { id, plan: None, cadence: None, quantity: Some(2), mode: Mode::Reset };
            db.run(&who, reset).await.unwrap();
            let resume_on = (wish == "short rest").then(|| day(before.period_end, 3));
            let reason = String::new();
            match wish {
                "cancel" => drop(db.run(&who, CancelSubscription { id, at_period_end: true, reason }).await.unwrap()),
                _ => drop(db.run(&who, PauseSubscription { id, at_period_end: true, resume_on, reason }).await.unwrap()),
            }
            while story.sub().await.pending.is_some() {
                let before = story.sub().await;
                story.settle_one(&before).await;
            }
            let after = story.sub().await;
            assert!(after.period_end > before.period_end, "{wish}");
            let end = Some(after.period_end);
            let wished = (after.cancel_on, after.pause_on, after.resume_on);
            assert_eq!(wished, [(end, None, None), (None, end, None), (None, None, None)][nth], "{wish}");
            db.clock().advance(Duration::from_secs(40 * 86_400));
            db.run(&who, LookAfter(id)).await.unwrap();
            let ended = story.sub().await;
            assert_eq!((ended.carry_minor, ended.ended_on), (0, end.filter(|_| wish == "cancel")), "{wish}: they had all that they paid for");
        }
    }

    async fn whatever_happens_nothing_is_billed_twice_and_nothing_is_lost(db: TestDb) {
        let stories = std::env::var("ORIGIN_TEST_STORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(STORIES);
        let mut who = db.who();
        for seed in 0..stories {
            if seed % SHOP == 0 {
                who = db.who_of(u128::from(seed / SHOP) + 1);
                open(&db, &who).await;
            }
            tell(&db, &who, seed).await;
        }
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
        assert_eq!(invoices::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
