//! What people did, read late: page by page, and after the clock has moved on.

use super::{ALL, Meet, Open, TakeAway, day, works};
use crate::commands::{MoveJourney, SaveJourney};
use crate::model::Act;
use crate::plan::Plan;
use crate::ready::Ready;
use crate::slice;
use facts::orders::{OrderPaid, OrderPlaced, PayWhen};
use facts::{ContactId, Money};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::time::Duration;
use store::{Command, Look, Result, Tx, Who, Works, params, sql};
use testkit::TestDb;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// Somebody places so many orders and pays so many, all in one commit.
struct Order {
    by: ContactId,
    placed: usize,
    paid: usize,
}

impl Command for Order {
    const NAME: &'static str = "test_order";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let (contact_id, total) = (Some(self.by), Money::inr(9_900));
        let mut placed = Vec::new();
        for _ in 0..self.placed {
            let order_id = tx.id();
            placed.push(OrderPlaced { order_id, contact_id, total, pay: PayWhen::First, delivery_date: None, referral: None });
        }
        tx.state_all(placed).await?;
        let mut paid = Vec::new();
        for _ in 0..self.paid {
            let (method, product, path) = ("upi".to_owned(), "Mangoes".to_owned(), String::new());
            paid.push(OrderPaid { order_id: tx.id(), contact_id, total, method, product, path });
        }
        tx.state_all(paid).await.map(drop)
    }
}

/// A shop that knows one person, and has begun this journey.
async fn shop(db: &TestDb, who: &Who, plan: Plan) -> ContactId {
    db.run(who, Open).await.unwrap();
    db.run(who, Meet(0..1)).await.unwrap();
    let journey = db.run(who, SaveJourney { id: None, version: None, name: "Orders".to_owned(), plan }).await.unwrap();
    db.run(who, MoveJourney { id: journey.id, act: Act::Begin }).await.unwrap();
    let mut read = db.read_main(who.tenant);
    read.one(sql!("SELECT id FROM contacts WHERE tenant_id = $1"), params![who.tenant]).await.unwrap()
}

/// A step that sends a mail with this subject.
fn mail(id: &str, subject: &str) -> Value {
    json!({"id": id, "kind": "send", "texts": [{"channel": "email", "content": {"subject": subject, "body": "Hello"}}]})
}

/// A plan that whoever places an order enters, each time that they are out of it, with no quiet hours.
fn plan(steps: Value) -> Value {
    json!({"entry": {"did": "order.placed"}, "again": "always", "quiet_from": "00:00", "quiet_to": "00:00", "steps": steps})
}

/// A plan that gathers for an hour, and says how many there were.
fn gathers() -> Value {
    plan(json!([{"id": "gather", "kind": "digest", "minutes": 60}, mail("many", "{{ times }}")]))
}

fn read(plan: Value) -> Plan {
    serde_json::from_value(plan).unwrap()
}

/// The subjects of all messages, oldest first.
async fn said(db: &TestDb, who: &Who) -> Vec<String> {
    let all = sql!("SELECT subject FROM messages WHERE tenant_id = $1 ORDER BY created_at, id");
    db.read_main(who.tenant).all(all, params![who.tenant]).await.unwrap()
}

/// The clock moves on, and then all that is due is done.
async fn later(db: &TestDb, who: &Who, span: Duration) {
    db.clock().advance(span);
    day(db, who, 0).await;
}

/// The timers ring, and nobody reads what people did.
async fn ring_alone(db: &TestDb) {
    Works::new((**db).clone(), Vec::new(), Vec::new(), slice().timers).turn().await.unwrap();
}

/// So many orders at once, so many turns of the works after them, and so many minutes.
fn bursts() -> impl Strategy<Value = Vec<(usize, usize, u64)>> {
    prop::collection::vec((1usize..150, 0usize..5, 0u64..90), 1..8)
}

testkit::both! { with &ALL;
    async fn promise_14_a_thousand_events_of_one_millisecond_are_one_message(db: TestDb) {
        let who = db.who();
        let by = shop(&db, &who, read(gathers())).await;
        db.run(&who, Order { by, placed: 1_000, paid: 0 }).await.unwrap();
        // It is later than the hour before the first of them is read.
        later(&db, &who, 90 * MINUTE).await;
        later(&db, &who, MINUTE).await;
        assert_eq!(said(&db, &who).await, ["1000"]);
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_14_whenever_it_is_read_each_event_is_in_one_message(db: TestDb) {
        let mut dice = TestRunner::deterministic();
        for _ in 0..4 {
            let db = TestDb::with(db.engine(), &ALL).await;
            let who = db.who();
            let by = shop(&db, &who, read(gathers())).await;
            let all = bursts().new_tree(&mut dice).unwrap().current();
            let mut now = works(&db);
            for (placed, turns, minutes) in &all {
                db.run(&who, Order { by, placed: *placed, paid: 0 }).await.unwrap();
                for _ in 0..*turns {
                    db.run(&who, TakeAway { left: true }).await.unwrap();
                    now.turn().await.unwrap();
                }
                db.clock().advance(MINUTE * u32::try_from(*minutes).unwrap());
            }
            for _ in 0..4 {
                later(&db, &who, 61 * MINUTE).await;
            }
            let told: usize = said(&db, &who).await.iter().map(|times| times.parse::<usize>().unwrap()).sum();
            assert_eq!(told, all.iter().map(|(placed, ..)| placed).sum::<usize>(), "{all:?}");
        }
    }

    async fn promise_14_what_waits_for_the_morning_goes_on_gathering(db: TestDb) {
        let who = db.who();
        let mut night = gathers();
        (night["quiet_from"], night["quiet_to"]) = (json!("21:00"), json!("09:00"));
        let by = shop(&db, &who, read(night)).await;
        // It is 10:00 in India, and then 20:30.
        later(&db, &who, 630 * MINUTE).await;
        db.run(&who, Order { by, placed: 1, paid: 0 }).await.unwrap();
        later(&db, &who, 120 * MINUTE).await;
        db.run(&who, Order { by, placed: 3, paid: 0 }).await.unwrap();
        later(&db, &who, 300 * MINUTE).await;
        assert_eq!(said(&db, &who).await, Vec::<String>::new(), "it is night");
        later(&db, &who, 360 * MINUTE).await;
        assert_eq!(said(&db, &who).await, ["4"]);
    }

    async fn promise_13_what_was_done_while_nobody_read_counts(db: TestDb) {
        let who = db.who();
        let paid = json!({"id": "paid", "kind": "wait_for", "did": "order.paid", "minutes": 60, "then": "leave"});
        let by = shop(&db, &who, read(plan(json!([mail("hello", "hello"), paid, mail("remind", "remind")])))).await;
        db.run(&who, Order { by, placed: 1, paid: 1 }).await.unwrap();
        later(&db, &who, MINUTE).await;
        later(&db, &who, 120 * MINUTE).await;
        assert_eq!(said(&db, &who).await, ["hello"], "they had paid before they were waited for");
        db.run(&who, Order { by, placed: 1, paid: 0 }).await.unwrap();
        later(&db, &who, MINUTE).await;
        later(&db, &who, 120 * MINUTE).await;
        assert_eq!(said(&db, &who).await, ["hello", "hello", "remind"], "what was done before does not count");
    }

    async fn promise_13_a_goal_reached_before_it_was_read_ends_it(db: TestDb) {
        let who = db.who();
        let mut unpaid = plan(json!([{"id": "hour", "kind": "wait", "minutes": 60}, mail("remind", "remind")]));
        unpaid["goal"] = json!("order.paid");
        let by = shop(&db, &who, read(unpaid)).await;
        db.run(&who, Order { by, placed: 1, paid: 1 }).await.unwrap();
        later(&db, &who, MINUTE).await;
        later(&db, &who, 120 * MINUTE).await;
        assert_eq!(said(&db, &who).await, Vec::<String>::new());
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_13_no_wait_runs_out_while_what_it_is_for_is_unread(db: TestDb) {
        let who = db.who();
        let paid = json!({"id": "paid", "kind": "wait_for", "did": "order.paid", "minutes": 60, "then": "leave"});
        let by = shop(&db, &who, read(plan(json!([paid, mail("remind", "remind")])))).await;
        db.run(&who, Order { by, placed: 1, paid: 0 }).await.unwrap();
        later(&db, &who, 59 * MINUTE).await;
        db.run(&who, Order { by, placed: 0, paid: 1 }).await.unwrap();
        db.clock().advance(2 * MINUTE);
        ring_alone(&db).await;
        assert_eq!(said(&db, &who).await, Vec::<String>::new(), "they have paid, and nobody knows it yet");
        later(&db, &who, MINUTE).await;
        assert_eq!(said(&db, &who).await, Vec::<String>::new());
        let how: Option<String> = db.read_main(who.tenant).one(sql!("SELECT how FROM journey_runs WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(how.as_deref(), Some("done"));
    }

    async fn whoever_orders_again_is_missed_from_then_on(db: TestDb) {
        let who = db.who();
        let by = shop(&db, &who, Ready::named("come-back").unwrap().plan().unwrap()).await;
        let steps = async || -> Vec<String> {
            let all = sql!("SELECT step FROM journey_messages WHERE tenant_id = $1 ORDER BY message_id");
            db.read_main(who.tenant).all(all, params![who.tenant]).await.unwrap()
        };
        for _ in 0..2 {
            db.run(&who, Order { by, placed: 1, paid: 0 }).await.unwrap();
            db.clock().advance(MINUTE);
            db.run(&who, Order { by, placed: 0, paid: 1 }).await.unwrap();
            // Both are read together.
            later(&db, &who, 10 * DAY).await;
        }
        later(&db, &who, 34 * DAY).await;
        assert_eq!(steps().await, Vec::<String>::new(), "44 days after their second order");
        later(&db, &who, 2 * DAY).await;
        assert_eq!(steps().await, ["we_miss_you"]);
        later(&db, &who, 8 * DAY).await;
        assert_eq!(steps().await, ["we_miss_you", "last_word"], "each once");
        later(&db, &who, 60 * DAY).await;
        assert_eq!(steps().await.len(), 2);
    }
}
