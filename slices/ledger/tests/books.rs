//! The books follow the facts, once each, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::payments::{Payable, PaymentCaptured, PaymentUnmatched, RefundSettled};
use facts::{Fact, Id, IntentId, Money, OrderId, PaymentId, RefundId};
use ledger::{Account, EntryView};
use std::time::Duration;
use store::{Command, Db, Migration, Result, Tx, Who, Works};
use testkit::TestDb;
use uuid::Uuid;

fn tables() -> Vec<Migration> {
    [store::STORE, ledger::MIGRATIONS].concat()
}

fn id<T: Id>(number: u128) -> T {
    T::from_uuid(Uuid::from_u128(number))
}

struct Say<F: Fact + Clone>(F);

impl<F: Fact + Clone> Command for Say<F> {
    const NAME: &'static str = "say";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.state(self.0.clone()).await?;
        Ok(())
    }
}

fn captured(number: u128, fee: i64) -> Say<PaymentCaptured> {
    Say(PaymentCaptured {
        payment_id: id(number),
        intent_id: id::<IntentId>(number),
        payable: Payable::Order(id(number)),
        amount: Money::inr(9_900),
        fee: Money::inr(fee),
        method: "upi".into(),
        provider_payment_id: format!("pay_{number}"),
        learnt_by: "webhook".into(),
        came_for: None,
    })
}

fn unmatched(number: u128) -> Say<PaymentUnmatched> {
    let (amount, fee) = (Money::inr(9_900), Money::inr(0));
    Say(PaymentUnmatched {
        payment_id: id::<PaymentId>(number),
        payable: Payable::Order(id(1)),
        amount,
        fee,
        reason: "Paid already.".into(),
    })
}

fn refunded(number: u128, amount: i64, matched: bool) -> Say<RefundSettled> {
    let (payment_id, payable) = (id(number), Payable::Order(id(1)));
    Say(RefundSettled { refund_id: id::<RefundId>(number), payment_id, payable, amount: Money::inr(amount), matched })
}

fn works(db: &TestDb) -> Works {
    let slice = ledger::slice();
    Works::new((**db).clone(), slice.reactions, slice.errands, slice.timers)
}

async fn caught_up(works: &mut Works) {
    while works.turn().await.unwrap() > 0 {}
}

async fn of_order(db: &Db, who: &Who) -> Vec<EntryView> {
    ledger::of_order(&mut db.read_main(who.tenant), id::<OrderId>(1)).await.unwrap()
}

fn balance(entries: &[EntryView], account: Account) -> i64 {
    entries.iter().filter(|entry| entry.account == account).map(|entry| entry.amount_minor).sum()
}

testkit::both! { with &tables();
    async fn an_order_that_is_paid_twice_and_half_refunded(db: TestDb) {
        let who = db.who();
        let mut works = works(&db);
        db.run(&who, captured(1, 233)).await.unwrap();
        db.run(&who, unmatched(2)).await.unwrap();
        db.run(&who, refunded(3, 4_000, true)).await.unwrap();
        db.run(&who, refunded(4, 9_900, false)).await.unwrap();
        caught_up(&mut works).await;
        let entries = of_order(&db, &who).await;
        for (account, expected) in [
            (Account::GatewayReceivable, 9_667 + 9_900 - 4_000 - 9_900),
            (Account::GatewayFees, 233),
            (Account::Sales, -9_900),
            (Account::Refunds, 4_000),
            (Account::UnmatchedReceipts, 0),
        ] {
            assert_eq!(balance(&entries, account), expected, "{account}");
        }
        assert_eq!(entries.iter().map(|entry| entry.amount_minor).sum::<i64>(), 0);
        assert_eq!(ledger::received(db.read_main(who.tenant)).await.unwrap(), [Money::inr(19_800)]);
        db.clock().advance(Duration::from_secs(120));
        assert_eq!(ledger::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn what_fits_nothing_is_turned_when_it_is_matched(db: TestDb) {
        let who = db.who();
        let mut works = works(&db);
        db.run(&who, unmatched(2)).await.unwrap();
        let Say(paid) = captured(3, 0);
        let meant = PaymentCaptured { payment_id: id(2), payable: Payable::Order(id(3)), came_for: Some(Payable::Order(id(1))), ..paid };
        db.run(&who, Say(meant.clone())).await.unwrap();
        caught_up(&mut works).await;
        let of_other = ledger::of_order(&mut db.read_main(who.tenant), id::<OrderId>(3)).await.unwrap();
        let entries = [of_order(&db, &who).await, of_other].concat();
        for (account, expected) in [(Account::GatewayReceivable, 9_900), (Account::Sales, -9_900), (Account::UnmatchedReceipts, 0)] {
            assert_eq!(balance(&entries, account), expected, "{account}");
        }
        assert_eq!(ledger::received(db.read_main(who.tenant)).await.unwrap(), [Money::inr(9_900)], "it was received once");
        db.clock().advance(Duration::from_secs(120));
        assert_eq!(ledger::check(&db).await.unwrap(), Vec::<String>::new());
        db.run(&who, Say(meant)).await.unwrap();
        caught_up(&mut works).await;
        db.clock().advance(Duration::from_secs(120));
        assert_eq!(ledger::check(&db).await.unwrap().len(), 1, "a match that was stated twice is found");
    }

    async fn a_fact_that_is_said_again_is_booked_once_and_the_check_says_so(db: TestDb) {
        let who = db.who();
        let mut works = works(&db);
        db.run(&who, captured(1, 0)).await.unwrap();
        db.run(&who, captured(1, 0)).await.unwrap();
        caught_up(&mut works).await;
        assert_eq!(of_order(&db, &who).await.len(), 2);
        db.clock().advance(Duration::from_secs(120));
        assert_eq!(ledger::check(&db).await.unwrap().len(), 1, "a capture that was said twice is found");
    }

    async fn a_payment_that_nobody_books_is_found(db: TestDb) {
        db.run(&db.who(), captured(1, 0)).await.unwrap();
        assert_eq!(ledger::check(&db).await.unwrap(), Vec::<String>::new(), "it has a minute");
        db.clock().advance(Duration::from_secs(120));
        assert_eq!(ledger::check(&db).await.unwrap().len(), 1);
    }
}
