//! Money that goes back.

use crate::bench::{Bench, PRICE, order, tables};
use facts::{Money, PaymentId};
use payments::{PaymentState, Refund, RefundState, RequestRefund};
use sim::{At, Fault, Method};
use std::time::Duration;
use testkit::TestDb;

const CALL: &str = "POST /payments/{id}/refund";

async fn paid(bench: &mut Bench) -> PaymentId {
    let made = bench.opened(1).await;
    bench.sim.razorpay().pay(&made, Method::Upi).unwrap();
    bench.advance(Duration::from_secs(301)).await;
    payments::of(&mut bench.db.read_main(bench.who().tenant), order(1)).await.unwrap()[0].id
}

async fn ask(bench: &Bench, payment_id: PaymentId, amount: Option<i64>) -> store::Result<Refund> {
    let amount = amount.map(Money::inr);
    bench.db.run(&bench.who(), RequestRefund { payment_id, amount, reason: "Sent the wrong size".into() }).await
}

async fn refunds(bench: &Bench) -> Vec<Refund> {
    payments::refunds_of(&mut bench.db.read_main(bench.who().tenant), order(1)).await.unwrap()
}

testkit::both! { with &tables();
    async fn in_parts_and_never_more_than_came(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let payment = paid(&mut bench).await;
        ask(&bench, payment, Some(4_000)).await.unwrap();
        for wrong in [0, -1, 5_901, i64::MAX] {
            assert!(ask(&bench, payment, Some(wrong)).await.is_err(), "{wrong}");
        }
        ask(&bench, payment, None).await.unwrap();
        assert_eq!(ask(&bench, payment, None).await.unwrap_err().code(), "refund_too_large");
        bench.settle().await;
        assert!(refunds(&bench).await.iter().all(|refund| refund.state == RefundState::Settled));
        let after = payments::payment(&mut bench.db.read_main(bench.who().tenant), payment).await.unwrap().unwrap();
        assert_eq!((after.state, after.refunded()), (PaymentState::Refunded, PRICE));
        assert_eq!((bench.stated("refund.requested").await, bench.stated("refund.settled").await), (2, 2));
        assert_eq!(bench.sim.razorpay().refunds().len(), 2);
        bench.sound().await;
    }

    async fn a_hundred_at_once_stay_within_what_came(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let payment = paid(&mut bench).await;
        let at_once = (0..100).map(|_| ask(&bench, payment, Some(1_000)));
        let made = futures::future::join_all(at_once).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(made, 9);
        bench.settle().await;
        assert_eq!(bench.sim.razorpay().payments()[0].amount_refunded, 9_000);
        bench.sound().await;
    }

    async fn a_lost_answer_is_found_out(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let payment = paid(&mut bench).await;
        bench.sim.faults().next(1, At::razorpay_call(CALL), Fault::DropAnswer);
        ask(&bench, payment, Some(500)).await.unwrap();
        bench.advance(Duration::from_secs(10)).await;
        assert_eq!(refunds(&bench).await[0].state, RefundState::Settled);
        assert_eq!((bench.sim.razorpay().refunds().len(), bench.sim.razorpay().calls(CALL).len()), (1, 1));
        assert_eq!(bench.stated("refund.settled").await, 1);
        bench.sound().await;
    }

    async fn a_refusal_is_final_and_another_try_is_another_refund(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let payment = paid(&mut bench).await;
        bench.sim.faults().next(1, At::razorpay_call(CALL), Fault::reject(400));
        ask(&bench, payment, None).await.unwrap();
        bench.advance(Duration::from_secs(60)).await;
        assert_eq!(refunds(&bench).await[0].state, RefundState::Failed);
        assert_eq!(bench.stated("refund.failed").await, 1);
        ask(&bench, payment, None).await.unwrap();
        bench.settle().await;
        assert_eq!(bench.stated("refund.settled").await, 1);
        bench.sound().await;
    }
}
