//! The provider's order: made once, whatever becomes of the call.

use crate::bench::{Bench, Open, order, tables};
use payments::IntentState;
use sim::{At, Fault};
use std::time::Duration;
use testkit::TestDb;

const CALL: &str = "POST /orders";

testkit::both! { with &tables();
    async fn one_intent_and_one_provider_order_for_an_order(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let made = bench.opened(1).await;
        bench.db.run(&bench.who(), Open(order(1))).await.unwrap();
        bench.settle().await;
        assert_eq!(bench.sim.razorpay().orders().len(), 1);
        let intent = bench.intent(order(1)).await;
        assert_eq!((intent.state, intent.provider_order_id.as_deref()), (IntentState::Open, Some(made.as_str())));
        assert_eq!(bench.sim.razorpay().orders()[0].receipt.as_deref(), Some(intent.id.to_string().as_str()));
        assert_eq!(bench.stated("checkout.opened").await, 1);
    }

    async fn an_answer_that_is_lost_is_asked_for_and_not_repeated(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.sim.faults().next(3, At::razorpay_call(CALL), Fault::DropAnswer);
        bench.db.run(&bench.who(), Open(order(1))).await.unwrap();
        bench.advance(Duration::from_secs(10)).await;
        assert_eq!(bench.sim.razorpay().calls(CALL).len(), 1, "the second try found out");
        assert_eq!(bench.sim.razorpay().orders().len(), 1);
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Open);
    }

    async fn a_provider_that_is_away_is_waited_for(db: TestDb) {
        let mut bench = Bench::new(db).await;
        let away = bench.sim.faults().until_cleared(At::razorpay(), Fault::reject(503));
        bench.db.run(&bench.who(), Open(order(1))).await.unwrap();
        bench.advance(Duration::from_secs(6 * 3_600)).await;
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Opening);
        bench.sim.faults().clear(away);
        bench.advance(Duration::from_secs(3_600)).await;
        assert_eq!(bench.intent(order(1)).await.state, IntentState::Open);
        assert_eq!(bench.sim.razorpay().orders().len(), 1);
    }

    async fn being_asked_to_slow_down_costs_no_attempt(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.sim.faults().next(200, At::razorpay(), Fault::too_many(Some(1)));
        for number in 0..20 {
            bench.db.run(&bench.who(), Open(order(number))).await.unwrap();
        }
        bench.advance(Duration::from_secs(240)).await;
        assert_eq!(bench.sim.razorpay().orders().len(), 20);
        for number in 0..20 {
            assert_eq!(bench.intent(order(number)).await.state, IntentState::Open);
        }
    }
}
