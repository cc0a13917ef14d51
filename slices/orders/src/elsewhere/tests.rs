//! Orders from elsewhere, whatever order their versions come in, on both databases.

use super::*;
use crate::model::OrderState;
use crate::queries;
use facts::orders::PayWhen;
use facts::{Currency, Id};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Command, Look, Migration, Who, params, sql};
use testkit::TestDb;

fn tables() -> Vec<Migration> {
    [store::STORE, contacts::MIGRATIONS, crate::MIGRATIONS].concat()
}

/// Takes in, or looks only.
struct Take {
    orders: Vec<Foreign>,
    seen: Seen,
    dry: bool,
}

impl Command for Take {
    const NAME: &'static str = "take_orders_in";
    type Out = Vec<Taken>;
    async fn run(&self, tx: &mut Tx) -> Result<Vec<Taken>> {
        if self.dry { compare(tx, &self.orders, self.seen).await } else { take_in(tx, &self.orders, self.seen).await }
    }
}

async fn take(db: &TestDb, orders: Vec<Foreign>, seen: Seen) -> Vec<Taken> {
    db.run(&db.who(), Take { orders, seen, dry: false }).await.unwrap()
}

/// Version so-and-so of an order: each is later by a second and dearer by a rupee than the one before.
fn version(order: i64, version: i64) -> Foreign {
    let line = |at: i64| ForeignLine {
        source_id: at.to_string(),
        product: format!("SKU-{at}"),
        name: format!("Thing {at}"),
        quantity: 1,
        unit_minor: 1_000,
        amount_minor: 1_000,
        discount_minor: 0,
    };
    Foreign {
        source: "woocommerce/shop.example".into(),
        source_id: (9_007_199_254_740_993 + order).to_string(),
        name: format!("#{order}"),
        changed_at: Time(1_700_000_000_000 + version * 1_000),
        placed_at: Time(1_690_000_000_000),
        state: OrderState::Paid,
        pay: PayWhen::First,
        currency: Currency::INR,
        total_minor: 2_000 + version * 100,
        discount_minor: 0,
        paid_minor: 2_000 + version * 100,
        refunded_minor: 0,
        paid_at: Some(Time(1_690_000_000_000)),
        delivery_date: None,
        customer_name: Some("Asha".into()),
        phone: Some(format!("98765432{:02}", order % 100)),
        email: None,
        sent: false,
        lines: vec![line(1), line(2)],
    }
}

fn verdicts(taken: &[Taken]) -> Vec<Verdict> {
    taken.iter().map(|taken| taken.verdict).collect()
}

async fn count(db: &TestDb, kind: &str) -> i64 {
    let mut read = db.read_main(db.who().tenant);
    read.one(sql!("SELECT COUNT(*) FROM journal WHERE tenant_id = $1 AND kind = $2"), params![db.who().tenant, kind]).await.unwrap()
}

async fn totals(db: &TestDb) -> Vec<(String, i64)> {
    let mut read = db.read_main(db.who().tenant);
    let all = sql!("SELECT source_name, total_minor FROM orders WHERE tenant_id = $1 ORDER BY source_name");
    read.all(all, params![db.who().tenant]).await.unwrap()
}

testkit::both! { with &tables();
    async fn each_version_counts_once(db: TestDb) {
        let first = take(&db, vec![version(1, 1), version(2, 1), version(1, 3)], Seen::Read).await;
        assert_eq!(verdicts(&first), [Verdict::Older, Verdict::New, Verdict::New], "of two versions in one page the newer is taken");
        let again = take(&db, vec![version(1, 3), version(2, 1)], Seen::Read).await;
        assert_eq!(verdicts(&again), [Verdict::Same, Verdict::Same]);
        let late = take(&db, vec![version(1, 2), version(2, 2)], Seen::Told).await;
        assert_eq!(verdicts(&late), [Verdict::Older, Verdict::Changed]);
        let fields: BTreeMap<&str, &Value> = late[1].changes.iter().map(|change| (change.field.as_str(), &change.after)).collect();
        assert_eq!(fields, BTreeMap::from([("paid", &json!("22.00")), ("total", &json!("22.00"))]));
        assert_eq!(totals(&db).await, [("#1".to_owned(), 2_300), ("#2".to_owned(), 2_200)]);
        assert_eq!((count(&db, "order.imported").await, count(&db, "order.changed_elsewhere").await), (2, 1));
        assert_eq!(count(&db, "contact.saved").await, 2);
        let look = &mut db.read_main(db.who().tenant);
        let whole = queries::whole(look, late[1].id.unwrap()).await.unwrap().unwrap();
        assert_eq!((whole.lines.len(), whole.order.title(), whole.order.packed_at), (2, "#2".to_owned(), None));
        assert_eq!(whole.order.created_at, Time(1_690_000_000_000));
        assert!(whole.order.id < late[1].id.map(|_| OrderId::from_uuid(uuid::Uuid::max())).unwrap());
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_mark_stays_with_its_item(db: TestDb) {
        let id = take(&db, vec![version(1, 1)], Seen::Read).await[0].id.unwrap();
        let who = Who::system(db.who().tenant, "test");
        let lines = queries::lines(&mut db.read_main(who.tenant), id).await.unwrap();
        for line in &lines {
            db.run(&who, crate::commands::PackLine { order_id: id, line_id: line.id, packed: true }).await.unwrap();
        }
        assert_eq!(count(&db, "order.packed").await, 1);
        let mut more = version(1, 2);
        more.lines[1].quantity = 2;
        take(&db, vec![more], Seen::Read).await;
        let after = queries::whole(&mut db.read_main(who.tenant), id).await.unwrap().unwrap();
        let marks: Vec<bool> = after.lines.iter().map(|line| line.packed_at.is_some()).collect();
        assert_eq!((marks, after.order.packed_at, after.lines[0].id), (vec![true, false], None, lines[0].id));
        let sent = Foreign { sent: true, ..version(1, 3) };
        take(&db, vec![sent], Seen::Read).await;
        let sent = queries::whole(&mut db.read_main(who.tenant), id).await.unwrap().unwrap();
        assert!(sent.order.packed_at.is_some());
        assert_eq!(count(&db, "order.packed").await, 1, "what was sent elsewhere is nothing that was packed here");
    }

    async fn looking_writes_nothing(db: TestDb) {
        take(&db, vec![version(1, 1)], Seen::Read).await;
        let before = (totals(&db).await, count(&db, "contact.saved").await, count(&db, "order.imported").await);
        let orders = vec![version(1, 2), version(2, 1)];
        let dry = db.run(&db.who(), Take { orders, seen: Seen::Read, dry: true }).await.unwrap();
        assert_eq!(verdicts(&dry), [Verdict::Changed, Verdict::New]);
        assert_eq!((dry[0].changes.len(), dry[1].id), (2, None));
        assert_eq!((totals(&db).await, count(&db, "contact.saved").await, count(&db, "order.imported").await), before);
    }

    async fn any_history_ends_in_the_newest(db: TestDb) {
        let batch = prop::collection::vec((1..4i64, 1..6i64), 1..6);
        let histories = prop::collection::vec((batch, any::<bool>()), 1..8);
        let mut runner = TestRunner::new(Config::with_cases(12));
        for round in 0..12 {
            use proptest::strategy::ValueTree;
            let history = histories.new_tree(&mut runner).unwrap().current();
            let mut newest = std::collections::BTreeMap::new();
            for (batch, told) in &history {
                let orders: Vec<Foreign> = batch.iter().map(|(order, at)| version(round * 10 + order, *at)).collect();
                for (order, at) in batch {
                    newest.entry(order).and_modify(|best: &mut i64| *best = (*best).max(*at)).or_insert(*at);
                }
                take(&db, orders, if *told { Seen::Told } else { Seen::Read }).await;
            }
            let all = totals(&db).await;
            for (order, at) in newest {
                let name = format!("#{}", round * 10 + order);
                let found: Vec<i64> = all.iter().filter(|(known, _)| *known == name).map(|(_, total)| *total).collect();
                assert_eq!(found, [2_000 + at * 100], "{history:?}");
            }
        }
    }
}
