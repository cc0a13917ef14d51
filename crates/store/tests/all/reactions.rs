//! Each fact once, whatever becomes of whoever reacts to it.

use crate::common::{Counted, remember, seen, settle, stating, tables};
use async_trait::async_trait;
use facts::FactId;
use rand::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Db, Error, Look, Reaction, Result, RunAgain, Stated, Tx, Works, params, sql};
use testkit::TestDb;

/// Remembers facts; while it is ill, it fails on some of them.
struct Remember {
    ill: AtomicBool,
}

impl Remember {
    fn well() -> Arc<Self> {
        Arc::new(Self { ill: AtomicBool::new(false) })
    }
}

#[async_trait]
impl Reaction for Remember {
    fn name(&self) -> &'static str {
        "remember_counted"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["test.counted"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        remember(tx, self.name(), fact).await?;
        let Some(Counted { n }) = fact.read()? else { return Ok(()) };
        match self.ill.load(Ordering::SeqCst) {
            true if n == 3 => Err(Error::internal("a test's failure")),
            true if n == 5 => panic!("a test's panic"),
            _ => Ok(()),
        }
    }
}

fn works(db: &Db, reaction: Arc<Remember>) -> Works {
    Works::new(db.clone(), vec![reaction], Vec::new(), Vec::new())
}

async fn each_once(db: &TestDb, mut ids: Vec<FactId>) {
    ids.sort_unstable();
    let wanted: Vec<(FactId, i64)> = ids.into_iter().map(|id| (id, 1)).collect();
    assert_eq!(seen(db, &db.who(), "remember_counted").await, wanted);
}

testkit::both! { with &tables();
    async fn each_fact_once_although_stopped_anywhere(db: TestDb) {
        let (who, mut dice) = (db.who(), db.dice().fork());
        let mut ids = Vec::new();
        for round in 0..40 {
            ids.extend(db.run(&who, stating(round * 20..round * 20 + 20)).await.unwrap());
            let mut works = works(&db, Remember::well());
            let patience = Duration::from_micros(dice.random_range(0..4_000));
            // Whatever was begun goes on; whoever waited for it does not learn what became of it.
            let _cut_off = tokio::time::timeout(patience, works.turn()).await;
        }
        settle(&mut works(&db, Remember::well())).await;
        each_once(&db, ids).await;
    }

    async fn two_nodes_do_each_fact_once_in_total(db: TestDb) {
        let who = db.who();
        let (one, other) = (db.node().await, db.node().await);
        let (one, other) = (works(&one, Remember::well()).start(), works(&other, Remember::well()).start());
        let mut ids = Vec::new();
        for round in 0..40 {
            ids.extend(db.run(&who, stating(round * 10..round * 10 + 10)).await.unwrap());
        }
        for _ in 0..1_000 {
            if seen(&db, &who, "remember_counted").await.len() == ids.len() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        futures::join!(one.stop(Duration::from_secs(5)), other.stop(Duration::from_secs(5)));
        each_once(&db, ids).await;
    }

    async fn a_stubborn_fact_is_set_aside_and_run_again(db: TestDb) {
        let who = db.who();
        let reaction = Arc::new(Remember { ill: AtomicBool::new(true) });
        let ids = db.run(&who, stating(0..10)).await.unwrap();
        settle(&mut works(&db, reaction.clone())).await;
        let aside: Vec<FactId> = db
            .read(who.tenant)
            .all(sql!("SELECT fact_id FROM facts_set_aside WHERE tenant_id = $1 ORDER BY fact_id"), params![who.tenant])
            .await
            .unwrap();
        let mut wanted = vec![ids[3], ids[5]];
        wanted.sort_unstable();
        assert_eq!(aside, wanted);
        each_once(&db, ids.iter().copied().filter(|id| !aside.contains(id)).collect()).await;

        let again = |fact_id| RunAgain { reaction: reaction.clone(), fact_id };
        assert!(db.run(&who, again(ids[3])).await.is_err(), "it is still ill");
        reaction.ill.store(false, Ordering::SeqCst);
        assert_eq!(db.run(&db.who_of(2), again(ids[3])).await.unwrap_err().code(), "not_found");
        let (once, twice) = futures::join!(db.run(&who, again(ids[3])), db.run(&who, again(ids[3])));
        assert_eq!(u8::from(once.is_ok()) + u8::from(twice.is_ok()), 1);
        db.run(&who, again(ids[5])).await.unwrap();
        assert_eq!(db.run(&who, again(ids[4])).await.unwrap_err().code(), "not_found");
        each_once(&db, ids).await;
    }
}
