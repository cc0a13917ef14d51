//! The other provider: what is true of the first is true of it, with its own calls.

use crate::bench::{Bench, Cancel, Open, OpenDollars, PRICE, order, tables};
use facts::{Money, PaymentId};
use payments::{IntentState, LearntBy, PaymentState, Provider, RefundState, RequestRefund};
use sim::{At, Fault, SessionStatus};
use std::time::Duration;
use testkit::TestDb;

const HOUR: Duration = Duration::from_secs(3_600);
const OPEN: &str = "POST /checkout/sessions";
const REFUND: &str = "POST /refunds";

async fn bench(db: TestDb) -> Bench {
    Bench::with(db, &["stripe"]).await
}

async fn paid(bench: &mut Bench) -> PaymentId {
    let session = bench.opened(1).await;
    bench.sim.stripe().pay(&session).unwrap();
    bench.advance(Duration::from_secs(301)).await;
    payments::of(&mut bench.db.read_main(bench.who().tenant), order(1)).await.unwrap()[0].id
}

async fn give_back(bench: &Bench, payment_id: PaymentId, paise: i64) {
    let ask = RequestRefund { payment_id, amount: Some(Money::inr(paise)), reason: "Sent the wrong size".into() };
    bench.db.run(&bench.who(), ask).await.unwrap();
}

async fn refunds(bench: &Bench) -> Vec<RefundState> {
    let all = payments::refunds_of(&mut bench.db.read_main(bench.who().tenant), order(1)).await.unwrap();
    all.iter().map(|refund| refund.state).collect()
}

testkit::both! { with &tables();
    async fn one_session_whatever_becomes_of_the_answer(db: TestDb) {
        let mut bench = bench(db).await;
        bench.sim.faults().next(2, At::stripe_call(OPEN), Fault::DropAnswer);
        bench.sim.faults().next(1, At::stripe_call(OPEN), Fault::reject(409));
        bench.sim.faults().next(1, At::stripe_call(OPEN), Fault::reject(503));
        bench.sim.faults().next(1, At::stripe_call(OPEN), Fault::too_many(Some(1)));
        bench.db.run(&bench.who(), Open(order(1))).await.unwrap();
        bench.advance(Duration::from_secs(60)).await;
        let (intent, sessions) = (bench.intent(order(1)).await, bench.sim.stripe().sessions());
        assert_eq!((intent.state, intent.provider, sessions.len()), (IntentState::Open, Some(Provider::Stripe), 1));
        assert_eq!((intent.provider_order_id.as_ref(), sessions[0].amount), (Some(&sessions[0].id), PRICE.minor));
        assert_eq!(sessions[0].client_reference_id, Some(intent.id.to_string()));
        assert!(intent.checkout_url.unwrap().ends_with(&sessions[0].id));
        assert_eq!(sessions[0].success_url, format!("http://shop.test/api/billing/success?intent={}", intent.id));
        assert_eq!(bench.sim.stripe().calls(OPEN).len(), 6);
    }

    async fn a_key_that_is_not_taken_waits_for_a_person(db: TestDb) {
        let mut bench = bench(db).await;
        bench.sim.faults().next(1, At::stripe(), Fault::reject(401));
        bench.db.run(&bench.who(), Open(order(1))).await.unwrap();
        bench.advance(Duration::from_secs(60)).await;
        assert_eq!((bench.intent(order(1)).await.state, bench.sim.stripe().calls(OPEN).len()), (IntentState::Opening, 1));
    }

    async fn the_janitor_finds_what_was_paid(db: TestDb) {
        let mut bench = bench(db).await;
        paid(&mut bench).await;
        let payments = payments::of(&mut bench.db.read_main(bench.who().tenant), order(1)).await.unwrap();
        assert_eq!((bench.intent(order(1)).await.state, payments.len()), (IntentState::Paid, 1));
        let payment = &payments[0];
        assert_eq!((payment.state, payment.matched, payment.learnt_by), (PaymentState::Captured, true, LearntBy::Janitor));
        assert_eq!((payment.fee_minor, payment.method.as_str()), (Some(317), "card"));
        bench.advance(HOUR * 24 * 30).await;
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.unmatched").await), (1, 0));
        bench.sound().await;
    }

    async fn money_that_comes_days_later(db: TestDb) {
        let mut bench = bench(db).await;
        for number in 1..=2 {
            let session = bench.opened(number).await;
            bench.sim.stripe().pay_later(&session).unwrap();
        }
        bench.advance(HOUR * 2).await;
        assert_eq!((bench.intent(order(1)).await.state, bench.stated("payment.captured").await), (IntentState::Open, 0));
        let sessions = bench.sim.stripe().sessions();
        bench.sim.stripe().later(&sessions[0].id, true).unwrap();
        bench.sim.stripe().later(&sessions[1].id, false).unwrap();
        bench.advance(HOUR * 48).await;
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.failed").await), (1, 1));
        assert_eq!((bench.intent(order(1)).await.state, bench.intent(order(2)).await.state), (IntentState::Paid, IntentState::Open));
        bench.sound().await;
    }

    async fn what_is_cancelled_cannot_be_paid_any_more(db: TestDb) {
        let mut bench = bench(db).await;
        let session = bench.opened(1).await;
        bench.sim.faults().next(1, At::stripe_call("POST /checkout/sessions/{id}/expire"), Fault::DropAnswer);
        bench.db.run(&bench.who(), Cancel(order(1))).await.unwrap();
        bench.advance(Duration::from_secs(10)).await;
        assert_eq!(bench.sim.stripe().sessions()[0].status, SessionStatus::Expired);
        assert!(bench.sim.stripe().pay(&session).is_err());
        // Somebody was quicker: their money is kept for a person.
        let session = bench.opened(2).await;
        bench.sim.stripe().pay(&session).unwrap();
        bench.db.run(&bench.who(), Cancel(order(2))).await.unwrap();
        bench.advance(HOUR).await;
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.unmatched").await), (0, 1));
        bench.sound().await;
    }

    async fn a_session_that_is_over_is_asked_about_no_more(db: TestDb) {
        let mut bench = bench(db).await;
        let session = bench.opened(1).await;
        bench.sim.stripe().expire(&session).unwrap();
        bench.advance(HOUR * 24 * 10).await;
        let intent = bench.intent(order(1)).await;
        assert_eq!((intent.state, intent.asks), (IntentState::Expired, 1));
    }

    async fn money_goes_back_once_whatever_becomes_of_the_answer(db: TestDb) {
        let mut bench = bench(db).await;
        let payment = paid(&mut bench).await;
        bench.sim.faults().next(1, At::stripe_call(REFUND), Fault::DropAnswer);
        give_back(&bench, payment, 4_000).await;
        bench.advance(Duration::from_secs(30)).await;
        assert_eq!((refunds(&bench).await, bench.sim.stripe().refunds().len()), (vec![RefundState::Settled], 1));
        assert_eq!(bench.sim.stripe().calls(REFUND).len(), 1, "the second try found out");
        bench.sim.faults().next(1, At::stripe_call(REFUND), Fault::reject(400));
        give_back(&bench, payment, 5_900).await;
        bench.advance(Duration::from_secs(30)).await;
        assert_eq!(bench.stated("refund.failed").await, 1);
        give_back(&bench, payment, 5_900).await;
        bench.advance(Duration::from_secs(30)).await;
        assert_eq!((bench.stated("refund.settled").await, bench.sim.stripe().refunds().len()), (2, 2));
        let after = payments::payment(&mut bench.db.read_main(bench.who().tenant), payment).await.unwrap().unwrap();
        assert_eq!((after.state, after.refunded()), (PaymentState::Refunded, PRICE));
        bench.sound().await;
    }

    async fn with_both_rupees_go_to_one_and_dollars_to_the_other(db: TestDb) {
        let mut bench = Bench::with(db, &["razorpay", "stripe"]).await;
        bench.db.run(&bench.who(), Open(order(1))).await.unwrap();
        bench.db.run(&bench.who(), OpenDollars(order(2))).await.unwrap();
        bench.settle().await;
        let takers = (bench.intent(order(1)).await.provider, bench.intent(order(2)).await.provider);
        assert_eq!(takers, (Some(Provider::Razorpay), Some(Provider::Stripe)));
        let session = &bench.sim.stripe().sessions()[0];
        assert_eq!((session.currency.as_str(), bench.sim.razorpay().orders().len()), ("usd", 1));
        bench.sim.stripe().pay(&session.id).unwrap();
        bench.advance(HOUR).await;
        assert_eq!(bench.intent(order(2)).await.state, IntentState::Paid);
        bench.sound().await;
    }
}
