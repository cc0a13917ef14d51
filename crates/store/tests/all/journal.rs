//! On PostgreSQL commits land out of order. A fact that comes late is never stepped over.

use crate::common::{Counted, act, counting, remember, seen, tables};
use async_trait::async_trait;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::journal::{self, Followed, Mark};
use store::{Json, Look, Reaction, Result, Stated, Tx, Works, params, sql};
use testkit::{Engine, TestDb};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

struct Watch;

#[async_trait]
impl Reaction for Watch {
    fn name(&self) -> &'static str {
        "watch"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["test.counted"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        remember(tx, "watch", fact).await
    }
}

fn works(db: &TestDb) -> Works {
    Works::new((**db).clone(), vec![Arc::new(Watch)], Vec::new(), Vec::new())
}

/// A connection with nothing of the store around it.
async fn raw(db: &TestDb) -> Client {
    let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn state(client: &Client, db: &TestDb, id: u128) {
    let insert = "INSERT INTO journal (tenant_id, id, kind, version, at, actor, body) VALUES ($1, $2, $3, 1, 0, 'test', '{}')";
    let tenant = facts::Id::uuid(db.who().tenant);
    let kind = if id.is_multiple_of(5) { "test.foreign" } else { "test.counted" };
    client.execute(insert, &[&tenant, &Uuid::from_u128(id), &kind]).await.unwrap();
}

async fn settle(works: &mut Works) {
    while works.turn().await.unwrap() > 0 {}
}

async fn numbers(db: &TestDb) -> Vec<(u128, i64)> {
    let seen = seen(db, &db.who(), "watch").await;
    seen.into_iter().map(|(id, times)| (facts::Id::uuid(id).as_u128(), times)).collect()
}

#[test]
fn a_late_commit_with_a_lower_number_is_seen() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let (late, early, mut works) = (raw(&db).await, raw(&db).await, works(&db));
        late.batch_execute("BEGIN").await.unwrap();
        state(&late, &db, 1).await;
        state(&early, &db, 2).await;
        settle(&mut works).await;
        assert_eq!(numbers(&db).await, [], "the second waits for the first");
        late.batch_execute("COMMIT").await.unwrap();
        settle(&mut works).await;
        assert_eq!(numbers(&db).await, [(1, 1), (2, 1)]);
    });
}

#[test]
fn a_late_commit_with_a_lower_transaction_id_is_seen() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let (late, early, mut works) = (raw(&db).await, raw(&db).await, works(&db));
        late.batch_execute("BEGIN; SELECT pg_current_xact_id()").await.unwrap();
        state(&early, &db, 1).await;
        settle(&mut works).await;
        state(&late, &db, 2).await;
        state(&early, &db, 3).await;
        settle(&mut works).await;
        late.batch_execute("COMMIT").await.unwrap();
        settle(&mut works).await;
        assert_eq!(numbers(&db).await, [(1, 1), (2, 1), (3, 1)]);
    });
}

#[test]
fn a_transaction_that_gives_up_holds_nothing_back() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let (gone, early, mut works) = (raw(&db).await, raw(&db).await, works(&db));
        gone.batch_execute("BEGIN").await.unwrap();
        state(&gone, &db, 1).await;
        state(&early, &db, 2).await;
        gone.batch_execute("ROLLBACK").await.unwrap();
        settle(&mut works).await;
        assert_eq!(numbers(&db).await, [(2, 1)]);
    });
}

/// Who follows the tenant's facts from outside, a page of a few at a time.
async fn follow(db: &TestDb, mark: &mut Mark, seen: &mut Vec<u128>) {
    loop {
        let page = follow_page(db, *mark).await.expect("a mark of this journal");
        seen.extend(page.facts.iter().map(|fact| facts::Id::uuid(fact.id).as_u128()));
        *mark = page.mark.to_string().parse().unwrap();
        if !page.has_more {
            return;
        }
    }
}

async fn follow_page(db: &TestDb, mark: Mark) -> Option<Followed> {
    let mut read = db.read_main(db.who().tenant);
    journal::follow(&mut read, &["test.counted", "test.other"], mark, 3).await.unwrap()
}

testkit::both! { with &tables();
    async fn a_mark_of_another_journal_is_known(db: TestDb) {
        assert!(follow_page(&db, Mark::default()).await.unwrap().facts.is_empty());
        assert!(follow_page(&db, "999999999.7".parse().unwrap()).await.is_none());
        for text in ["", "1", "-1.2", "1.x", "1.2.3"] {
            assert!(text.parse::<Mark>().is_err(), "{text}");
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin(usize),
    State(usize),
    Savepoint(usize),
    End(usize, bool),
    Turn,
    Restart,
}

const CONNECTIONS: usize = 5;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..CONNECTIONS).prop_map(Step::Begin),
        6 => (0..CONNECTIONS).prop_map(Step::State),
        1 => (0..CONNECTIONS).prop_map(Step::Savepoint),
        3 => (0..CONNECTIONS, prop::bool::weighted(0.8)).prop_map(|(at, commit)| Step::End(at, commit)),
        3 => Just(Step::Turn),
        1 => Just(Step::Restart),
    ]
}

/// A connection and what it has stated since it began.
struct Open {
    client: Client,
    begun: bool,
    stated: Vec<u128>,
}

impl Open {
    async fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            self.client.batch_execute("BEGIN").await.unwrap();
        }
    }

    async fn end(&mut self, commit: bool, committed: &mut BTreeSet<u128>) {
        if !std::mem::replace(&mut self.begun, false) {
            return;
        }
        self.client.batch_execute(if commit { "COMMIT" } else { "ROLLBACK" }).await.unwrap();
        let stated = std::mem::take(&mut self.stated);
        committed.extend(stated.into_iter().filter(|_| commit));
    }
}

#[test]
fn whatever_the_order_each_fact_is_seen_once() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let mut runner = TestRunner::deterministic();
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Open { client: raw(&db).await, begun: false, stated: Vec::new() });
        }
        let (mut committed, mut next, mut works) = (BTreeSet::new(), 1, works(&db));
        let (mut mark, mut followed) = (Mark::default(), Vec::new());
        for _ in 0..12 {
            let steps = prop::collection::vec(step(), 40..80).new_tree(&mut runner).unwrap().current();
            for step in steps {
                match step {
                    Step::Begin(at) => connections[at].begin().await,
                    Step::State(at) => {
                        let open = &mut connections[at];
                        state(&open.client, &db, next).await;
                        if open.begun {
                            open.stated.push(next);
                        } else {
                            committed.insert(next);
                        }
                        next += 1;
                    }
                    Step::Savepoint(at) if connections[at].begun => connections[at].client.batch_execute("SAVEPOINT s").await.unwrap(),
                    Step::Savepoint(_) => {}
                    Step::End(at, commit) => connections[at].end(commit, &mut committed).await,
                    Step::Turn => {
                        works.turn().await.unwrap();
                        follow(&db, &mut mark, &mut followed).await;
                    }
                    Step::Restart => works = self::works(&db),
                }
            }
            for open in &mut connections {
                open.end(true, &mut committed).await;
            }
            settle(&mut works).await;
            let wanted: Vec<(u128, i64)> = committed.iter().filter(|id| !id.is_multiple_of(5)).map(|id| (*id, 1)).collect();
            assert_eq!(numbers(&db).await, wanted);
            follow(&db, &mut mark, &mut followed).await;
            followed.sort_unstable();
            assert_eq!(followed, wanted.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        }
    });
}

/// The numbers that a transaction sees stated of a tenant, in the order of the journal.
async fn stated(tx: &mut Tx) -> Result<Vec<i64>> {
    let bodies: Vec<(Json<Counted>,)> =
        tx.all(sql!("SELECT body FROM journal WHERE tenant_id = $1 ORDER BY xid, seq"), params![tx.tenant()]).await?;
    Ok(bodies.into_iter().map(|(Json(fact),)| fact.n).collect())
}

testkit::both! { with &tables();
    async fn what_a_commit_states_is_seen_in_it_and_stands_in_its_order(db: TestDb) {
        let (one, two) = (db.who(), db.who_of(2).tenant);
        let both = act(move |tx| Box::pin(async move {
            let one = tx.tenant();
            for n in 0..18 {
                tx.go_on_for(if n % 3 == 0 { two } else { one });
                tx.state(Counted { n }).await?;
            }
            tx.go_on_for(one);
            let seen = stated(tx).await?;
            tx.state(Counted { n: 18 }).await?;
            Ok(seen)
        }));
        let ones: Vec<i64> = (0..18).filter(|n| n % 3 != 0).collect();
        assert_eq!(db.run(&one, both).await.unwrap(), ones);
        let all = || act(|tx| Box::pin(stated(tx)));
        assert_eq!(db.run(&one, all()).await.unwrap(), [ones, vec![18]].concat());
        assert_eq!(db.run(&db.who_of(2), all()).await.unwrap(), [0, 3, 6, 9, 12, 15]);
    }

    async fn what_is_refused_states_nothing(db: TestDb) {
        let refused = act::<_, ()>(|tx| Box::pin(async move {
            tx.state(Counted { n: 1 }).await?;
            Err(store::Error::conflict("no", "No."))
        }));
        assert_eq!(db.run(&db.who(), refused).await.unwrap_err().code(), "no");
        db.run(&db.who(), counting("a")).await.unwrap();
        assert!(db.run(&db.who(), act(|tx| Box::pin(stated(tx)))).await.unwrap().is_empty());
    }
}
