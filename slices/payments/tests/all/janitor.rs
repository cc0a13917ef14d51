//! The janitor alone, with webhooks switched off and browsers that never come back.

use crate::bench::{Bench, Cancel, order, tables};
use payments::{IntentState, LearntBy, PaymentState};
use sim::Method;
use std::time::Duration;
use store::{Command, Result, Tx};
use testkit::TestDb;

const HOUR: Duration = Duration::from_secs(3_600);

struct Hurry;

impl Command for Hurry {
    const NAME: &'static str = "hurry";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        settings::put(tx, "payments.janitor", &[1u64, 2, 3]).await
    }
}

testkit::both! { with &tables();
    async fn settles_every_payment(db: TestDb) {
        let mut bench = Bench::new(db).await;
        for number in 0..10 {
            let made = bench.opened(number).await;
            bench.sim.razorpay().pay(&made, Method::Upi).unwrap();
        }
        bench.advance(HOUR / 10).await;
        for number in 0..10 {
            let intent = bench.intent(order(number)).await;
            let paid = payments::of(&mut bench.db.read_main(bench.who().tenant), order(number)).await.unwrap();
            assert_eq!((intent.state, paid.len()), (IntentState::Paid, 1));
            assert_eq!((paid[0].state, paid[0].matched, paid[0].learnt_by), (PaymentState::Captured, true, LearntBy::Janitor));
            assert_eq!(paid[0].fee_minor, Some(234));
        }
        assert_eq!(bench.stated("payment.captured").await, 10);
        bench.sound().await;
    }

    async fn its_first_hours_can_be_set(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.db.run(&bench.who(), Hurry).await.unwrap();
        let made = bench.opened(1).await;
        bench.sim.razorpay().pay(&made, Method::Card).unwrap();
        bench.advance(Duration::from_millis(1_500)).await;
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Paid);
    }

    async fn a_failed_try_that_succeeds_days_later_is_found(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let made = bench.opened(1).await;
        let payment = bench.sim.razorpay().fail(&made, Method::Upi).unwrap();
        bench.advance(HOUR).await;
        assert_eq!(bench.stated("payment.failed").await, 1);
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Open);
        bench.advance(HOUR * 48).await;
        bench.sim.razorpay().captured_after_all(&payment).unwrap();
        bench.advance(HOUR * 24).await;
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Paid);
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.failed").await), (1, 1));
        bench.sound().await;
    }

    async fn a_second_capture_of_a_paid_order_is_kept_for_a_person(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let made = bench.opened(1).await;
        let late = bench.sim.razorpay().fail(&made, Method::Upi).unwrap();
        bench.advance(HOUR).await;
        bench.sim.razorpay().pay(&made, Method::Card).unwrap();
        bench.advance(HOUR * 6).await;
        bench.sim.razorpay().captured_after_all(&late).unwrap();
        bench.advance(HOUR * 48).await;
        let payments = payments::of(&mut bench.db.read_main(bench.who().tenant), order(1)).await.unwrap();
        assert_eq!(payments.iter().filter(|payment| payment.matched).count(), 1);
        assert_eq!(payments.iter().filter(|payment| payment.state == PaymentState::Captured).count(), 2);
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.unmatched").await), (1, 1));
        bench.sound().await;
    }

    async fn money_for_a_cancelled_order_is_kept_for_a_person(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let made = bench.opened(1).await;
        bench.db.run(&bench.who(), Cancel(order(1))).await.unwrap();
        bench.sim.razorpay().pay(&made, Method::Card).unwrap();
        bench.advance(HOUR).await;
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Cancelled);
        assert_eq!((bench.stated("payment.captured").await, bench.stated("payment.unmatched").await), (0, 1));
        bench.sound().await;
    }

    async fn asks_for_eight_days_and_then_no_more(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.opened(1).await;
        bench.advance(HOUR * 24 * 30).await;
        let intent = bench.intent(order(1)).await;
        assert_eq!((intent.state, intent.asks), (IntentState::Expired, 11));
        assert_eq!(bench.sim.razorpay().calls("GET /orders/{id}/payments").len(), 11);
    }
}
