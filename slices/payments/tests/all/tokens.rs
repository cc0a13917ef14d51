//! Debits at Razorpay: announced first, made once whatever becomes of an answer, and never where they were called off.

use crate::bench::{Bench, Cancel, PRICE, order, tables};
use facts::{ContactId, Id, OrderId};
use payments::{EndMandate, IntentState, KeepBy, Mandate, MandateState, NewIntent};
use sim::{At, Fault, Method, TokenStatus};
use std::time::Duration;
use store::{Command, Look, Result, Tx, params, sql};
use testkit::TestDb;
use uuid::Uuid;

const DEBIT: &str = "POST /payments/create/recurring";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
/// The notice before a debit.
const NOTICE: Duration = Duration::from_secs(36 * 3_600 + 300);

fn asha() -> ContactId {
    ContactId::from_uuid(Uuid::from_u128(0xa))
}

fn wanted(order: OrderId, keep_by: Option<KeepBy>) -> NewIntent {
    let (name, phone) = (Some("Asha".into()), Some("+919000000001".into()));
    let (keep, contact_id) = (keep_by.is_some(), Some(asha()));
    NewIntent { payable: order.into(), amount: PRICE, contact_id, keep, keep_by, description: "Milk".into(), name, phone, email: None }
}

/// Somebody pays, and agrees to be charged from now on.
struct PayAndKeep(OrderId, KeepBy);

impl Command for PayAndKeep {
    const NAME: &'static str = "pay_and_keep_token";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        payments::open(tx, wanted(self.0, Some(self.1))).await.map(drop)
    }
}

/// Charges them.
struct Charge(OrderId);

impl Command for Charge {
    const NAME: &'static str = "charge_token";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mandate = payments::mandate(tx, asha()).await?.unwrap();
        payments::charge(tx, wanted(self.0, None), &mandate).await.map(drop)
    }
}

async fn mandate(bench: &Bench) -> Option<Mandate> {
    payments::mandate(&mut bench.db.read_main(bench.who().tenant), asha()).await.unwrap()
}

/// How all their mandates stand, oldest first.
async fn mandates(bench: &Bench) -> Vec<MandateState> {
    let mut read = bench.db.read_main(bench.who().tenant);
    let tenant = bench.who().tenant;
    read.all(sql!("SELECT state FROM mandates WHERE tenant_id = $1 ORDER BY created_at, id"), params![tenant]).await.unwrap()
}

/// A customer pays an order and agrees.
async fn pay_and_keep(bench: &mut Bench, number: u128, by: KeepBy) {
    bench.db.run(&bench.who(), PayAndKeep(order(number), by)).await.unwrap();
    bench.advance(MINUTE).await;
    let opened = bench.intent(order(number)).await.provider_order_id.unwrap();
    let method = if by == KeepBy::Upi { Method::Upi } else { Method::Card };
    bench.sim.razorpay().pay(&opened, method).unwrap();
    bench.advance(MINUTE * 6).await;
}

/// A shop with a customer who has paid order 1 and agreed.
async fn agreed(db: TestDb) -> Bench {
    let mut bench = Bench::new(db).await;
    pay_and_keep(&mut bench, 1, KeepBy::Card).await;
    assert_eq!((mandate(&bench).await.unwrap().label.as_str(), bench.stated("mandate.made").await), ("Visa ending in 1007", 1));
    bench
}

async fn charge(bench: &mut Bench, number: u128) {
    bench.db.run(&bench.who(), Charge(order(number))).await.unwrap();
    bench.settle().await;
}

testkit::both! { with &tables();
    async fn a_debit_follows_its_notice_by_thirty_six_hours(db: TestDb) {
        let mut bench = agreed(db).await;
        charge(&mut bench, 2).await;
        bench.advance(NOTICE - MINUTE).await;
        assert_eq!((bench.sim.razorpay().orders().len(), bench.sim.razorpay().debits().len()), (2, 0), "it is announced");
        bench.advance(MINUTE * 2).await;
        let debits = bench.sim.razorpay().debits();
        assert_eq!((debits.len(), debits[0].amount), (1, PRICE.minor));
        assert_eq!((bench.intent(order(2)).await.state, bench.stated("payment.captured").await), (IntentState::Paid, 2));
        bench.sound().await;
    }

    async fn one_debit_whatever_becomes_of_the_answers(db: TestDb) {
        let mut bench = Bench::new(db).await;
        for call in ["POST /customers", "POST /orders", "GET /orders/{id}/payments", "GET /customers/{id}/tokens/{token}"] {
            bench.sim.faults().next(1, At::razorpay_call(call), Fault::DropAnswer);
            bench.sim.faults().next(1, At::razorpay_call(call), Fault::reject(503));
        }
        pay_and_keep(&mut bench, 1, KeepBy::Upi).await;
        bench.advance(HOUR).await;
        assert_eq!(mandate(&bench).await.unwrap().label, "UPI success@razorpay");
        for call in ["POST /orders", DEBIT] {
            bench.sim.faults().next(1, At::razorpay_call(call), Fault::reject(503));
            bench.sim.faults().next(1, At::razorpay_call(call), Fault::too_many(Some(1)));
            bench.sim.faults().next(1, At::razorpay_call(call), Fault::DropAnswer);
        }
        bench.sim.faults().next(1, At::razorpay_call("GET /orders"), Fault::DropAnswer);
        charge(&mut bench, 2).await;
        bench.advance(NOTICE + HOUR * 2).await;
        let razorpay = bench.sim.razorpay();
        assert_eq!((razorpay.customers(), razorpay.tokens().len(), razorpay.orders().len(), razorpay.debits().len()), (1, 1, 2, 1));
        assert_eq!((bench.intent(order(2)).await.state, bench.stated("payment.captured").await), (IntentState::Paid, 2));
        assert_eq!((bench.stated("mandate.made").await, bench.stated("payment.unmatched").await), (1, 0));
        bench.sound().await;
    }

    async fn a_notice_that_comes_late_puts_off_its_debit(db: TestDb) {
        let mut bench = agreed(db).await;
        let away = bench.sim.faults().until_cleared(At::razorpay(), Fault::reject(503));
        charge(&mut bench, 2).await;
        bench.advance(HOUR * 6).await;
        bench.sim.faults().clear(away);
        bench.advance(NOTICE - HOUR).await;
        assert_eq!((bench.sim.razorpay().orders().len(), bench.sim.razorpay().debits().len()), (2, 0));
        bench.advance(HOUR * 2).await;
        assert_eq!((bench.sim.razorpay().debits().len(), bench.intent(order(2)).await.state), (1, IntentState::Paid));
        assert_eq!(bench.stated("collection.failed").await, 0);
        bench.sound().await;
    }

    async fn a_bank_that_declines_ends_the_charge_and_not_the_agreement(db: TestDb) {
        let mut bench = agreed(db).await;
        bench.sim.razorpay().decline(Some("insufficient_funds"));
        charge(&mut bench, 2).await;
        bench.advance(NOTICE + HOUR).await;
        assert_eq!((bench.intent(order(2)).await.state, bench.stated("collection.failed").await), (IntentState::Cancelled, 1));
        assert_eq!((mandates(&bench).await, bench.sim.razorpay().debits().len()), (vec![MandateState::Active], 1));
        bench.sim.razorpay().decline(None);
        charge(&mut bench, 2).await;
        bench.advance(NOTICE + HOUR).await;
        assert_eq!((bench.intent(order(2)).await.state, bench.sim.razorpay().debits().len()), (IntentState::Paid, 2), "a charge of its own");
        bench.sim.razorpay().decline(Some("token_cancelled"));
        charge(&mut bench, 3).await;
        bench.advance(NOTICE + HOUR).await;
        assert_eq!((mandates(&bench).await, bench.stated("mandate.ended").await), (vec![MandateState::Ended], 1));
        bench.sound().await;
    }

    async fn what_is_called_off_after_its_notice_is_never_debited(db: TestDb) {
        let mut bench = agreed(db).await;
        charge(&mut bench, 2).await;
        bench.advance(HOUR * 20).await;
        bench.db.run(&bench.who(), Cancel(order(2))).await.unwrap();
        bench.advance(HOUR * 240).await;
        assert_eq!((bench.sim.razorpay().debits().len(), bench.sim.razorpay().calls(DEBIT).len()), (0, 0));
        // What was taken back by then is not debited either, and said to have failed.
        charge(&mut bench, 3).await;
        let kept = mandate(&bench).await.unwrap();
        bench.db.run(&bench.who(), EndMandate { id: kept.id, reason: "Asked for it".into() }).await.unwrap();
        bench.advance(NOTICE + HOUR).await;
        assert_eq!((bench.sim.razorpay().debits().len(), bench.stated("collection.failed").await), (0, 1));
        bench.sound().await;
    }

    async fn what_is_called_off_between_two_tries_is_asked_about_and_not_debited(db: TestDb) {
        let mut bench = agreed(db).await;
        // Nothing came of the first try at 2; of the one at 3 the answer was lost.
        charge(&mut bench, 2).await;
        bench.advance(NOTICE - MINUTE).await;
        bench.sim.faults().next(1, At::razorpay_call(DEBIT), Fault::reject(503));
        bench.advance(MINUTE * 2).await;
        bench.db.run(&bench.who(), Cancel(order(2))).await.unwrap();
        bench.advance(HOUR).await;
        charge(&mut bench, 3).await;
        bench.advance(NOTICE - MINUTE).await;
        bench.sim.faults().next(1, At::razorpay_call(DEBIT), Fault::DropAnswer);
        bench.advance(MINUTE * 2).await;
        bench.db.run(&bench.who(), Cancel(order(3))).await.unwrap();
        bench.advance(HOUR).await;
        assert_eq!((bench.sim.razorpay().debits().len(), bench.stated("payment.unmatched").await), (1, 1), "a person gives it back");
        bench.sound().await;
    }

    async fn a_bank_confirms_in_its_own_time_or_never(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.sim.razorpay().banks_take_their_time();
        pay_and_keep(&mut bench, 1, KeepBy::Upi).await;
        assert_eq!((mandates(&bench).await, bench.stated("mandate.made").await), (vec![MandateState::Waiting], 0));
        let token = bench.sim.razorpay().tokens()[0].id.clone();
        bench.sim.razorpay().set_token(&token, TokenStatus::Confirmed);
        bench.advance(HOUR).await;
        assert_eq!((mandates(&bench).await, bench.stated("mandate.made").await), (vec![MandateState::Active], 1), "the janitor asked");
        pay_and_keep(&mut bench, 2, KeepBy::Upi).await;
        let token = bench.sim.razorpay().tokens()[1].id.clone();
        bench.sim.razorpay().set_token(&token, TokenStatus::Rejected);
        bench.advance(HOUR).await;
        assert_eq!(mandates(&bench).await, [MandateState::Active, MandateState::Ended], "the earlier one stays");
        pay_and_keep(&mut bench, 3, KeepBy::Card).await;
        bench.advance(HOUR * 24 * 9).await;
        assert_eq!(mandates(&bench).await, [MandateState::Active, MandateState::Ended, MandateState::Ended], "the bank never said");
        assert_eq!(bench.stated("mandate.ended").await, 0);
        bench.sound().await;
    }

    async fn a_notice_that_does_not_arrive_ends_the_charge_softly(db: TestDb) {
        let mut bench = agreed(db).await;
        bench.sim.razorpay().notices_fail(true);
        charge(&mut bench, 2).await;
        bench.advance(NOTICE + HOUR).await;
        assert_eq!((bench.sim.razorpay().debits().len(), bench.stated("collection.failed").await), (0, 1), "even where no event tells of it");
        assert_eq!((bench.intent(order(2)).await.state, mandates(&bench).await), (IntentState::Cancelled, vec![MandateState::Active]));
        bench.sound().await;
    }
}
