//! Timers ring once, at their time, and set their own next.

use crate::common::{act, bump, settle, tables, value};
use facts::Time;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Db, Error, Result, Timer, TimerKind, Tx, Works};
use testkit::{START, TestDb};

const MINUTE: Duration = Duration::from_secs(60);

fn minute(n: u32) -> Time {
    START.after(MINUTE * n)
}

/// Counts, and counts again a minute later as often as it is told.
#[derive(Serialize, Deserialize)]
struct Tick {
    key: String,
    name: String,
    more: u32,
}

impl Timer for Tick {
    const NAME: &'static str = "tick";

    fn key(&self) -> String {
        self.key.clone()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        bump(tx, &self.name).await?;
        if self.more > 0 {
            let next = Tick { key: self.key.clone(), name: self.name.clone(), more: self.more - 1 };
            tx.at(tx.now().after(MINUTE), next).await?;
        }
        Ok(())
    }
}

static ILL: [AtomicBool; 2] = [AtomicBool::new(true), AtomicBool::new(true)];

/// Fails until it is cured.
#[derive(Serialize, Deserialize)]
struct Fails {
    engine: usize,
}

impl Timer for Fails {
    const NAME: &'static str = "fails";

    fn key(&self) -> String {
        String::new()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        bump(tx, "rung").await?;
        if ILL[self.engine].load(Ordering::SeqCst) { Err(Error::internal("a test's failure")) } else { Ok(()) }
    }
}

fn works(db: &Db) -> Works {
    Works::new(db.clone(), Vec::new(), Vec::new(), vec![TimerKind::of::<Tick>(), TimerKind::of::<Fails>()])
}

async fn set(db: &TestDb, at: Time, key: &'static str, name: &'static str, more: u32) {
    let setting = act(move |tx| Box::pin(tx.at(at, Tick { key: key.to_owned(), name: name.to_owned(), more })));
    db.run(&db.who(), setting).await.unwrap();
}

testkit::both! { with &tables();
    async fn each_rings_once_whoever_is_there(db: TestDb) {
        for key in ["a", "b", "c", "d"] {
            set(&db, minute(1), key, "rung", 0).await;
        }
        let (mut one, mut other) = (works(&db.node().await), works(&db.node().await));
        assert_eq!(one.turn().await.unwrap(), 0);
        assert_eq!(one.next().await.unwrap(), Some(minute(1)));
        db.clock().move_to(minute(1));
        futures::join!(settle(&mut one), settle(&mut other));
        assert_eq!(value(&db, &db.who(), "rung").await, 4);
        assert_eq!(one.next().await.unwrap(), None);
    }

    async fn setting_it_again_moves_it(db: TestDb) {
        set(&db, minute(1), "a", "first", 0).await;
        set(&db, minute(2), "a", "second", 0).await;
        let mut works = works(&db);
        db.clock().move_to(minute(1));
        settle(&mut works).await;
        assert_eq!((value(&db, &db.who(), "first").await, value(&db, &db.who(), "second").await), (0, 0));
        db.clock().move_to(minute(2));
        settle(&mut works).await;
        assert_eq!((value(&db, &db.who(), "first").await, value(&db, &db.who(), "second").await), (0, 1));
        set(&db, minute(3), "a", "third", 0).await;
        db.run(&db.who(), act(|tx| Box::pin(tx.stop("tick", "a")))).await.unwrap();
        assert_eq!(works.next().await.unwrap(), None);
    }

    async fn one_that_is_hurried_stays_what_it_is(db: TestDb) {
        let no_later = async |at: Time, name: &'static str| {
            let tick = move || Tick { key: "a".to_owned(), name: name.to_owned(), more: 0 };
            db.run(&db.who(), act(move |tx| Box::pin(tx.no_later(at, tick())))).await.unwrap();
        };
        no_later(minute(3), "first").await;
        no_later(minute(4), "second").await;
        let mut works = works(&db);
        assert_eq!(works.next().await.unwrap(), Some(minute(3)), "it is not put off");
        no_later(minute(1), "third").await;
        assert_eq!(works.next().await.unwrap(), Some(minute(1)));
        db.clock().move_to(minute(1));
        settle(&mut works).await;
        let mut rung = Vec::new();
        for name in ["first", "second", "third"] {
            rung.push(value(&db, &db.who(), name).await);
        }
        assert_eq!((rung, works.next().await.unwrap()), (vec![1, 0, 0], None));
    }

    async fn a_failing_one_is_put_off_and_tried_again(db: TestDb) {
        let engine = usize::from(db.engine() == testkit::Engine::Sqlite);
        db.run(&db.who(), act(move |tx| Box::pin(tx.at(START, Fails { engine })))).await.unwrap();
        let mut works = works(&db);
        let mut waits = Vec::new();
        for _ in 0..4 {
            settle(&mut works).await;
            let next = works.next().await.unwrap().unwrap();
            waits.push(next.since(db.clock().now()).as_secs());
            db.clock().move_to(next);
        }
        assert_eq!((waits, value(&db, &db.who(), "rung").await), (vec![1, 2, 4, 8], 0));
        ILL[engine].store(false, Ordering::SeqCst);
        settle(&mut works).await;
        assert_eq!((value(&db, &db.who(), "rung").await, works.next().await.unwrap()), (1, None));
    }

    async fn a_recurring_one_sets_its_own_next(db: TestDb) {
        set(&db, START, "a", "rung", 5).await;
        let mut works = works(&db);
        settle(&mut works).await;
        for n in 1..=5 {
            assert_eq!(works.next().await.unwrap(), Some(minute(n)));
            db.clock().move_to(minute(n));
            settle(&mut works).await;
            assert_eq!(value(&db, &db.who(), "rung").await, i64::from(n) + 1);
        }
        assert_eq!(works.next().await.unwrap(), None);
    }
}
