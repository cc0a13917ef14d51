//! Money that fits nothing, matched by hand: once, whatever happens at the same time.

use crate::bench::{Bench, Cancel, order, tables};
use facts::PaymentId;
use payments::{Intent, IntentState, MatchPayment, Payment, PaymentState, RequestRefund};
use sim::Method;
use std::time::Duration;
use testkit::TestDb;

const ASKED: Duration = Duration::from_secs(301);

/// Money that came for an order after it was given up.
async fn orphan(bench: &mut Bench, number: u128) -> PaymentId {
    let made = bench.opened(number).await;
    bench.db.run(&bench.who(), Cancel(order(number))).await.unwrap();
    bench.sim.razorpay().pay(&made, Method::Card).unwrap();
    bench.advance(ASKED).await;
    let payment = of(bench, number).await.remove(0);
    assert_eq!((payment.state, payment.matched), (PaymentState::Captured, false));
    payment.id
}

async fn of(bench: &Bench, number: u128) -> Vec<Payment> {
    payments::of(&mut bench.db.read_main(bench.who().tenant), order(number)).await.unwrap()
}

async fn meant(bench: &Bench, payment_id: PaymentId, number: u128) -> store::Result<PaymentId> {
    bench.db.run(&bench.who(), MatchPayment { payment_id, to: order(number).into() }).await
}

async fn refused(bench: &Bench, payment_id: PaymentId, number: u128) -> String {
    meant(bench, payment_id, number).await.unwrap_err().code().to_owned()
}

async fn intent(bench: &Bench, number: u128) -> Intent {
    bench.intent(order(number)).await
}

testkit::both! { with &tables();
    async fn it_pays_what_it_was_meant_for_and_can_go_back(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let payment = orphan(&mut bench, 1).await;
        bench.opened(2).await;
        meant(&bench, payment, 2).await.unwrap();
        let paid = of(&bench, 2).await.remove(0);
        assert_eq!((paid.id, paid.matched, paid.reason, of(&bench, 1).await.len()), (payment, true, None, 0));
        assert_eq!((intent(&bench, 1).await.state, intent(&bench, 2).await.state), (IntentState::Cancelled, IntentState::Paid));
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.unmatched").await), (1, 1));
        assert_eq!(refused(&bench, payment, 2).await, "payment_matched");
        bench.advance(Duration::from_secs(86_400)).await;
        assert_eq!(bench.stated("payment.captured").await, 1, "the provider says again what is known");
        bench.db.run(&bench.who(), RequestRefund { payment_id: payment, amount: None, reason: String::new() }).await.unwrap();
        bench.advance(ASKED).await;
        assert_eq!((bench.stated("refund.settled").await, of(&bench, 2).await[0].state), (1, PaymentState::Refunded));
        bench.sound().await;
    }

    async fn what_does_not_fit_is_refused(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let payment = orphan(&mut bench, 1).await;
        assert_eq!(refused(&bench, payment, 9).await, "nothing_to_pay");
        assert_eq!(refused(&bench, payment, 1).await, "payment_misfit", "its own order is cancelled");
        bench.db.run(&bench.who(), crate::bench::OpenDollars(order(2))).await.unwrap();
        assert_eq!(refused(&bench, payment, 2).await, "payment_misfit");
        let made = bench.opened(3).await;
        bench.sim.razorpay().pay(&made, Method::Upi).unwrap();
        bench.advance(ASKED).await;
        assert_eq!(refused(&bench, payment, 3).await, "already_paid");
        let own = of(&bench, 3).await[0].id;
        bench.opened(4).await;
        assert_eq!(refused(&bench, own, 4).await, "payment_matched");
        bench.db.run(&bench.who(), RequestRefund { payment_id: payment, amount: None, reason: String::new() }).await.unwrap();
        assert_eq!(refused(&bench, payment, 4).await, "payment_given_back");
        bench.advance(ASKED).await;
        assert_eq!(refused(&bench, payment, 4).await, "payment_given_back");
        bench.sound().await;
    }

    async fn its_own_payment_at_the_same_time_is_kept_for_a_person(db: TestDb) {
        let mut bench = Bench::new(db).await;
        for number in 0..6 {
            let (lost, wanted) = (10 + number, 20 + number);
            let payment = orphan(&mut bench, lost).await;
            let made = bench.opened(wanted).await;
            bench.sim.razorpay().pay(&made, Method::Upi).unwrap();
            bench.db.clock().advance(ASKED);
            let (db, who) = ((*bench.db).clone(), bench.who());
            let match_it = async { db.run(&who, MatchPayment { payment_id: payment, to: order(wanted).into() }).await };
            let (matched, ()) = futures::join!(match_it, bench.settle());
            bench.advance(Duration::from_secs(86_400)).await;
            let all = [of(&bench, lost).await, of(&bench, wanted).await].concat();
            let paid: Vec<&Payment> = all.iter().filter(|payment| payment.matched).collect();
            assert_eq!((all.len(), paid.len(), paid[0].payable()), (2, 1, order(wanted).into()));
            assert_eq!(paid[0].id == payment, matched.is_ok(), "whoever came second was told");
            assert!(matched.is_ok() || matched.unwrap_err().code() == "already_paid");
        }
        assert_eq!((bench.stated("payment.captured").await, intent(&bench, 20).await.state), (6, IntentState::Paid));
        bench.sound().await;
    }

    async fn of_many_matches_at_once_each_thing_is_paid_by_one(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let mut lost = Vec::new();
        for number in 10..13 {
            lost.push(orphan(&mut bench, number).await);
        }
        for number in 1..3 {
            bench.opened(number).await;
        }
        let tries = lost.iter().flat_map(|payment| [(*payment, 1), (*payment, 2)]);
        let all = futures::future::join_all(tries.map(|(payment, number)| meant(&bench, payment, number))).await;
        assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 2);
        let codes: Vec<&str> = all.iter().filter_map(|one| one.as_ref().err()).map(|error| error.code()).collect();
        assert!(codes.iter().all(|code| ["already_paid", "payment_matched"].contains(code)), "{codes:?}");
        for number in 1..3 {
            assert_eq!(of(&bench, number).await.iter().filter(|payment| payment.matched).count(), 1);
        }
        bench.settle().await;
        bench.sound().await;
    }

    async fn nobody_can_pay_it_again_where_the_provider_closes_it(db: TestDb) {
        let mut bench = Bench::with(db, &["stripe"]).await;
        // Stripe closes what is given up, so it is money that came before.
        let made = bench.opened(1).await;
        bench.sim.stripe().pay(&made).unwrap();
        bench.db.run(&bench.who(), Cancel(order(1))).await.unwrap();
        bench.advance(ASKED).await;
        let payment = of(&bench, 1).await[0].id;
        let open = bench.opened(2).await;
        meant(&bench, payment, 2).await.unwrap();
        bench.settle().await;
        assert!(bench.sim.stripe().pay(&open).is_err(), "its session is closed");
        // One that is not yet open is not opened any more, or closed as soon as it is.
        let other = bench.opened(3).await;
        bench.sim.stripe().pay(&other).unwrap();
        bench.db.run(&bench.who(), Cancel(order(3))).await.unwrap();
        bench.advance(ASKED).await;
        let payment = of(&bench, 3).await[0].id;
        bench.db.run(&bench.who(), crate::bench::Open(order(4))).await.unwrap();
        meant(&bench, payment, 4).await.unwrap();
        bench.advance(ASKED).await;
        assert_eq!((intent(&bench, 4).await.state, intent(&bench, 4).await.provider_order_id), (IntentState::Paid, None));
        bench.sound().await;
    }
}
