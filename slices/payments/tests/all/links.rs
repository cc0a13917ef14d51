//! Payment links: one of them whatever becomes of the answer, and nobody pays one that was taken back.

use crate::bench::{Bench, Cancel, PRICE, order, tables};
use facts::OrderId;
use payments::{IntentState, NewIntent};
use sim::{At, Fault, Method};
use std::time::Duration;
use store::{Command, Result, Tx};
use testkit::TestDb;

const MAKE: &str = "POST /payment_links";

/// Wants a link for an order.
struct OpenLink(OrderId);

impl Command for OpenLink {
    const NAME: &'static str = "open_link";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let (description, name) = ("Starter".into(), Some("Asha".into()));
        let new = NewIntent {
            payable: self.0.into(),
            amount: PRICE,
            contact_id: None,
            keep: false,
            keep_by: None,
            description,
            name,
            phone: None,
            email: None,
        };
        payments::open_link(tx, new).await.map(drop)
    }
}

testkit::both! { with &tables();
    async fn one_link_whatever_becomes_of_the_answer(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.sim.faults().next(2, At::razorpay_call(MAKE), Fault::DropAnswer);
        bench.sim.faults().next(1, At::razorpay_call(MAKE), Fault::reject(503));
        bench.db.run(&bench.who(), OpenLink(order(1))).await.unwrap();
        bench.advance(Duration::from_secs(60)).await;
        let (intent, links) = (bench.intent(order(1)).await, bench.sim.razorpay().links());
        assert_eq!((intent.state, links.len(), intent.provider_order_id.as_ref()), (IntentState::Open, 1, Some(&links[0].id)));
        assert!(intent.checkout_url.unwrap().ends_with(&links[0].id), "and where it is paid is known");
        bench.sim.razorpay().pay(&links[0].order_id, Method::Upi).unwrap();
        bench.advance(Duration::from_secs(600)).await;
        assert_eq!((bench.intent(order(1)).await.state, bench.stated("payment.captured").await), (IntentState::Paid, 1));
        bench.sound().await;
    }

    async fn nobody_pays_a_link_that_was_taken_back(db: TestDb) {
        let mut bench = Bench::new(db).await;
        bench.db.run(&bench.who(), OpenLink(order(1))).await.unwrap();
        bench.settle().await;
        bench.db.run(&bench.who(), Cancel(order(1))).await.unwrap();
        bench.settle().await;
        let link = bench.sim.razorpay().links()[0].clone();
        assert!(link.cancelled && bench.sim.razorpay().pay(&link.order_id, Method::Upi).is_err());
        bench.advance(Duration::from_secs(86_400 * 9)).await;
        assert_eq!((bench.intent(order(1)).await.state, bench.stated("payment.captured").await), (IntentState::Cancelled, 0));
        bench.sound().await;
    }
}
