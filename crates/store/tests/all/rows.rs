//! What is written is read the same on both engines, into whatever shape is asked for.

use crate::common::{act, tables};
use facts::{ContactId, Id, TenantId, Time};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};
use store::{Json, Look, many, params, rows, sql};
use testkit::TestDb;
use uuid::Uuid;

facts::words! {
    /// A state.
    pub enum State {
        /// Open.
        Open = "open",
        /// Closed.
        Closed = "closed",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Body {
    at: Time,
    contact: Option<ContactId>,
    words: Vec<String>,
    flag: bool,
    deep: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Cells {
    id: Uuid,
    text: String,
    number: i64,
    maybe: Option<i64>,
    flag: bool,
    at: Time,
    contact: Option<ContactId>,
    body: Json<Body>,
    secret: Vec<u8>,
    ratio: f64,
    state: State,
}

fn cells() -> impl Strategy<Value = Cells> {
    let time = (-4_000_000_000_000i64..4_000_000_000_000).prop_map(Time);
    let contact = prop::option::of(any::<u128>().prop_map(|bits| ContactId::from_uuid(Uuid::from_u128(bits))));
    // PostgreSQL refuses the NUL character in text, so input is cleared of it before it comes this far.
    let text = "[^\u{0}]{0,40}";
    let deep = prop_oneof![Just(serde_json::Value::Null), any::<i64>().prop_map(Into::into), text.prop_map(serde_json::Value::from)];
    let body = (time.clone(), contact.clone(), prop::collection::vec(text, 0..4), any::<bool>(), deep)
        .prop_map(|(at, contact, words, flag, deep)| Json(Body { at, contact, words, flag, deep }));
    let plain = (any::<u128>(), text, any::<i64>(), any::<Option<i64>>(), any::<bool>(), time);
    let rich = (contact, body, any::<Vec<u8>>(), -1e300f64..1e300, prop::sample::select(State::ALL));
    (plain, rich).prop_map(|((id, text, number, maybe, flag, at), (contact, body, secret, ratio, state))| Cells {
        id: Uuid::from_u128(id),
        text,
        number,
        maybe,
        flag,
        at,
        contact,
        body,
        secret,
        ratio,
        state,
    })
}

/// The name of a counter.
fn name(number: i64) -> String {
    format!("n{number}")
}

type Tuple = (Uuid, String, i64, Option<i64>, bool, Time, Option<ContactId>, Json<Body>, Vec<u8>, f64, State);

testkit::both! { with &tables();
    async fn structs_and_tuples_come_back(db: TestDb) {
        let who = db.who();
        let mut runner = TestRunner::deterministic();
        let rows: Vec<Cells> = (0..100).map(|_| cells().new_tree(&mut runner).unwrap().current()).collect();
        for row in rows {
            let (written, id) = (row.clone(), row.id);
            db.run(&who, act(move |tx| {
                let row = written.clone();
                Box::pin(async move {
                    let body = serde_json::to_value(&row.body)?;
                    tx.exec(
                        sql!("INSERT INTO cells (tenant_id, id, text, number, maybe, flag, at, contact, body, secret, ratio, state)
                              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
                        params![tx.tenant(), row.id, row.text, row.number, row.maybe, row.flag, row.at, row.contact, body, row.secret,
                                row.ratio, row.state.as_str()],
                    ).await
                })
            })).await.unwrap();
            let mut read = db.read(who.tenant);
            let query = sql!(
                "SELECT id, text, number, maybe, flag, at, contact, body, secret, ratio, state FROM cells WHERE tenant_id = $1 AND id = $2"
            );
            let back: Cells = read.one(query, params![who.tenant, id]).await.unwrap();
            assert_eq!(back, row);
            let back: Tuple = read.one(query, params![who.tenant, id]).await.unwrap();
            assert_eq!(back, (row.id, row.text, row.number, row.maybe, row.flag, row.at, row.contact, row.body, row.secret, row.ratio, row.state));
        }
    }

    async fn single_columns_come_back(db: TestDb) {
        let who = db.who();
        let add = act(|tx| Box::pin(async move {
            tx.exec(
                sql!("INSERT INTO cells (tenant_id, id, text, number, maybe, flag, at, contact, body, secret, ratio, state)
                      VALUES ($1, $2, 't', 7, NULL, TRUE, 5, NULL, $3, $4, 0.5, 'closed')"),
                params![tx.tenant(), Uuid::from_u128(9), serde_json::json!([1, 2]), vec![0u8, 255]],
            ).await
        }));
        db.run(&who, add).await.unwrap();
        let mut read = db.read(who.tenant);
        let id: TenantId = read.one(sql!("SELECT tenant_id FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(id, who.tenant);
        let flag: bool = read.one(sql!("SELECT flag FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert!(flag);
        let flag: bool = read.one(sql!("SELECT number > 8 FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert!(!flag);
        let maybe: Option<i64> = read.one(sql!("SELECT maybe FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(maybe, None);
        let at: Option<Time> = read.one(sql!("SELECT MAX(at) FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(at, Some(Time(5)));
        let secret: Vec<u8> = read.one(sql!("SELECT secret FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(secret, [0, 255]);
        let state: State = read.one(sql!("SELECT state FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(state, State::Closed);
        let body: Json<Vec<i64>> = read.one(sql!("SELECT body FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(body.0, [1, 2]);
        let sum: i64 = read.one(sql!("SELECT CAST(SUM(number) AS BIGINT) FROM cells WHERE tenant_id = $1"), params![who.tenant]).await.unwrap();
        assert_eq!(sum, 7);
        let none: Option<i64> = read.maybe(sql!("SELECT number FROM cells WHERE tenant_id = $1"), params![db.who_of(2).tenant]).await.unwrap();
        assert_eq!(none, None);
    }

    async fn any_number_of_rows_is_written(db: TestDb) {
        let mut all = 0i64;
        // Whole portions of both widths, what is left of them, and none.
        for many in [0i64, 1, 3, 4, 5, 7, 8, 15, 16, 17, 19, 20, 23, 31, 32, 39, 311] {
            let from = all;
            let written = act(move |tx| Box::pin(async move {
                let values: Vec<_> = (from..from + many).flat_map(|number| params![tx.tenant(), name(number), number].to_vec()).collect();
                let rows = rows!("INSERT INTO counters (tenant_id, name, value) VALUES ", 3, " RETURNING value");
                tx.all_rows::<i64>(rows, &values).await
            }));
            assert_eq!(db.run(&db.who(), written).await.unwrap(), (from..from + many).collect::<Vec<i64>>());
            all += many;
        }
        let count: i64 = db.read(db.who().tenant).one(sql!("SELECT COUNT(*) FROM counters WHERE tenant_id = $1"), params![db.who().tenant]).await.unwrap();
        assert_eq!(count, all);
        // What is no whole row is an error, and not left out.
        let torn = act(|tx| Box::pin(async move {
            tx.put_rows(rows!("INSERT INTO counters (tenant_id, name, value) VALUES ", 3, ""), params![tx.tenant(), "torn"]).await
        }));
        assert!(db.run(&db.who(), torn).await.is_err());
        // One among many that is refused takes all of them back.
        let twice = act(move |tx| Box::pin(async move {
            let values: Vec<_> = (all..all + 400).flat_map(|number| params![tx.tenant(), name(number.min(all + 350)), number].to_vec()).collect();
            tx.all_rows::<i64>(rows!("INSERT INTO counters (tenant_id, name, value) VALUES ", 3, " RETURNING value"), &values).await
        }));
        assert!(db.run(&db.who(), twice).await.is_err());
        let left: i64 = db.read(db.who().tenant).one(sql!("SELECT COUNT(*) FROM counters WHERE tenant_id = $1"), params![db.who().tenant]).await.unwrap();
        assert_eq!(left, all);
    }

    async fn any_number_of_values_is_looked_for_and_changed(db: TestDb) {
        let (who, other) = (db.who(), db.who_of(2));
        let counters = act(|tx| Box::pin(async move {
            let values: Vec<_> = (0..100i64).flat_map(|number| params![tx.tenant(), name(number), number].to_vec()).collect();
            tx.put_rows(rows!("INSERT INTO counters (tenant_id, name, value) VALUES ", 3, ""), &values).await
        }));
        db.run(&who, counters).await.unwrap();
        let theirs = act(|tx| Box::pin(async move {
            tx.put(sql!("INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'n1', 5)"), params![tx.tenant()]).await
        }));
        db.run(&other, theirs).await.unwrap();

        // None, fewer than a portion, whole ones, and one more than that; of those from 60 on nothing is wanted.
        let mut read = db.read(who.tenant);
        let below = sql!(concat!("SELECT value FROM counters WHERE tenant_id = $1 AND name IN (", many!(), ") AND value < $34"));
        for length in [0i64, 1, 31, 32, 33, 64, 65, 100, 200, 512, 513, 1_100] {
            let names: Vec<String> = (0..length).map(name).collect();
            let mut found: Vec<i64> = read.all_in(below, &names, params![60i64]).await.unwrap();
            found.sort_unstable();
            assert_eq!(found, (0..length.min(60)).collect::<Vec<i64>>(), "of {length}");
        }
        let twice: Vec<i64> = read.all_in(below, &["n7"; 32], params![60i64]).await.unwrap();
        assert_eq!(twice, [7], "once for a portion");
        let twice: Vec<i64> = read.all_in(below, &["n7"; 33], params![60i64]).await.unwrap();
        assert_eq!(twice, [7, 7], "once for each of two");

        // A transaction sees what it put, and nobody else's rows are touched.
        let raise = act(|tx| Box::pin(async move {
            let names: Vec<String> = (0..70).map(name).collect();
            let raised = sql!(concat!("UPDATE counters SET value = value + $34 WHERE tenant_id = $1 AND name IN (", many!(), ")"));
            tx.put_in(raised, &names, params![1_000i64]).await?;
            tx.put_in(raised, &names[..0], params![1_000i64]).await?;
            let named = sql!(concat!("SELECT value FROM counters WHERE tenant_id = $1 AND name IN (", many!(), ")"));
            let more: Vec<String> = (0..600).map(name).collect();
            let seen: Vec<i64> = tx.all_in(named, &more, &[]).await?;
            Ok(seen)
        }));
        let mut seen = db.run(&who, raise).await.unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (70..100).chain(1_000..1_070).collect::<Vec<i64>>());
        let ours = sql!("SELECT value FROM counters WHERE tenant_id = $1 ORDER BY value");
        let found: Vec<i64> = read.all(ours, params![who.tenant]).await.unwrap();
        assert_eq!(found, (70..100).chain(1_000..1_070).collect::<Vec<i64>>());
        let found: Vec<i64> = db.read(other.tenant).all(ours, params![other.tenant]).await.unwrap();
        assert_eq!(found, [5]);
    }
}
