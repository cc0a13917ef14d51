//! Charging customers who are not present: once, whatever becomes of the answer, and never by what they have taken back.

use crate::bench::{Bench, Cancel, PRICE, order, tables};
use facts::{ContactId, Id, OrderId};
use payments::{EndMandate, IntentState, MandateState, NewIntent};
use sim::{At, Fault};
use std::time::Duration;
use store::{Command, Result, Tx};
use testkit::TestDb;
use uuid::Uuid;

const CHARGE: &str = "POST /payment_intents";
const MINUTE: Duration = Duration::from_secs(60);

fn asha() -> ContactId {
    ContactId::from_uuid(Uuid::from_u128(0xa))
}

fn wanted(order: OrderId, keep: bool) -> NewIntent {
    let (name, phone) = (Some("Asha".into()), Some("+919000000001".into()));
    NewIntent {
        payable: order.into(),
        amount: PRICE,
        contact_id: Some(asha()),
        keep,
        keep_by: None,
        description: "Milk".into(),
        name,
        phone,
        email: None,
    }
}

/// Somebody pays, and agrees to be charged from now on.
struct PayAndKeep(OrderId);

impl Command for PayAndKeep {
    const NAME: &'static str = "pay_and_keep";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        payments::open(tx, wanted(self.0, true)).await.map(drop)
    }
}

/// Charges them.
struct Charge(OrderId);

impl Command for Charge {
    const NAME: &'static str = "charge";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mandate = payments::mandate(tx, asha()).await?.unwrap();
        payments::charge(tx, wanted(self.0, false), &mandate).await.map(drop)
    }
}

/// A shop with a customer who has paid order 1 and agreed.
async fn agreed(db: TestDb) -> Bench {
    let mut bench = Bench::with(db, &["stripe"]).await;
    bench.db.run(&bench.who(), PayAndKeep(order(1))).await.unwrap();
    bench.advance(MINUTE).await;
    let session = bench.sim.stripe().sessions()[0].id.clone();
    bench.sim.stripe().pay(&session).unwrap();
    bench.advance(MINUTE * 6).await;
    let kept = payments::mandate(&mut bench.db.read_main(bench.who().tenant), asha()).await.unwrap().unwrap();
    assert_eq!((kept.label.as_str(), kept.state, bench.stated("mandate.made").await), ("Visa ending in 4242", MandateState::Active, 1));
    bench
}

async fn charge(bench: &mut Bench, number: u128) {
    bench.db.run(&bench.who(), Charge(order(number))).await.unwrap();
    bench.advance(MINUTE * 30).await;
}

testkit::both! { with &tables();
    async fn one_charge_whatever_becomes_of_the_answer(db: TestDb) {
        let mut bench = agreed(db).await;
        bench.sim.faults().next(2, At::stripe_call(CHARGE), Fault::DropAnswer);
        bench.sim.faults().next(1, At::stripe_call(CHARGE), Fault::reject(503));
        bench.sim.faults().next(1, At::stripe_call(CHARGE), Fault::too_many(Some(1)));
        charge(&mut bench, 2).await;
        let charges = bench.sim.stripe().charges();
        assert_eq!((charges.len(), charges[0].amount), (1, PRICE.minor));
        assert_eq!((bench.intent(order(2)).await.state, bench.stated("payment.captured").await), (IntentState::Paid, 2));
        bench.sound().await;
    }

    async fn a_bank_that_declines_ends_the_charge_and_not_the_agreement(db: TestDb) {
        let mut bench = agreed(db).await;
        bench.sim.stripe().decline(Some("insufficient_funds"));
        charge(&mut bench, 2).await;
        assert_eq!((bench.intent(order(2)).await.state, bench.stated("collection.failed").await), (IntentState::Cancelled, 1));
        assert!(bench.sim.stripe().charges()[0].cancelled, "nobody can pay it any more");
        bench.sim.stripe().decline(None);
        charge(&mut bench, 2).await;
        assert_eq!((bench.intent(order(2)).await.state, bench.sim.stripe().charges().len()), (IntentState::Paid, 2));
        assert_eq!((bench.stated("mandate.ended").await, bench.stated("payment.unmatched").await), (0, 0));
        bench.sound().await;
    }

    async fn a_lost_card_ends_the_agreement(db: TestDb) {
        let mut bench = agreed(db).await;
        bench.sim.stripe().decline(Some("lost_card"));
        charge(&mut bench, 2).await;
        assert_eq!((bench.stated("collection.failed").await, bench.stated("mandate.ended").await), (1, 1));
        assert!(payments::mandate(&mut bench.db.read_main(bench.who().tenant), asha()).await.unwrap().is_none());
        bench.sound().await;
    }

    async fn what_was_taken_back_is_not_charged(db: TestDb) {
        let mut bench = agreed(db).await;
        let kept = payments::mandate(&mut bench.db.read_main(bench.who().tenant), asha()).await.unwrap().unwrap();
        bench.db.run(&bench.who(), Charge(order(2))).await.unwrap();
        for _ in 0..2 {
            bench.db.run(&bench.who(), EndMandate { id: kept.id, reason: "Asked for it".into() }).await.unwrap();
        }
        bench.advance(MINUTE).await;
        assert_eq!((bench.sim.stripe().charges().len(), bench.stated("collection.failed").await), (0, 1));
        assert_eq!((bench.intent(order(2)).await.state, bench.stated("mandate.ended").await), (IntentState::Cancelled, 1));
        bench.sound().await;
    }

    async fn what_is_called_off_between_two_tries_is_not_charged_then(db: TestDb) {
        let mut bench = agreed(db).await;
        // Nobody heard the first try, and nothing came of it.
        bench.sim.faults().next(1, At::stripe_call(CHARGE), Fault::reject(503));
        bench.db.run(&bench.who(), Charge(order(2))).await.unwrap();
        bench.settle().await;
        bench.db.run(&bench.who(), Cancel(order(2))).await.unwrap();
        // Of this one the answer was lost: it was charged, and that has to be heard of.
        bench.sim.faults().next(1, At::stripe_call(CHARGE), Fault::DropAnswer);
        bench.db.run(&bench.who(), Charge(order(3))).await.unwrap();
        bench.settle().await;
        bench.db.run(&bench.who(), Cancel(order(3))).await.unwrap();
        bench.advance(MINUTE * 30).await;
        assert_eq!((bench.sim.stripe().charges().len(), bench.stated("payment.unmatched").await), (1, 1), "a person gives it back");
        assert_eq!((bench.intent(order(2)).await.state, bench.intent(order(3)).await.state), (IntentState::Cancelled, IntentState::Cancelled));
        bench.sound().await;
    }

    async fn two_ways_are_never_open_at_once(db: TestDb) {
        let mut bench = agreed(db).await;
        bench.db.run(&bench.who(), PayAndKeep(order(2))).await.unwrap();
        let refused = bench.db.run(&bench.who(), Charge(order(2))).await.unwrap_err();
        assert_eq!(refused.code(), "collecting");
        bench.advance(MINUTE).await;
        assert_eq!((bench.sim.stripe().charges().len(), bench.sim.stripe().sessions().len()), (0, 2));
        let first = &bench.sim.stripe().sessions()[0];
        assert_eq!(bench.sim.stripe().sessions()[1].customer, first.customer, "they stay who they are");
    }
}
