//! What is written is read the same on both engines, into whatever shape is asked for.

use crate::common::{act, tables};
use facts::{ContactId, Id, TenantId, Time};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};
use store::{Json, Look, params, sql};
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
}
