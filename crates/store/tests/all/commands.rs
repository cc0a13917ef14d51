//! A command is made whole or not at all, whoever else is there.

use crate::common::{act, bump, counting, tables, value};
use futures::future::join_all;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::{Error, Kind, Look, Result, Sql, params, sql};
use testkit::{Engine, TestDb};

testkit::both! { with &tables();
    async fn promise_01_commits_or_leaves_nothing(db: TestDb) {
        let who = db.who();
        assert_eq!(db.run(&who, counting("a")).await.unwrap(), 1);
        let refusing = act::<_, ()>(|tx| Box::pin(async move {
            bump(tx, "a").await?;
            Err(Error::conflict("no", "No."))
        }));
        assert_eq!(db.run(&who, refusing).await.unwrap_err().code(), "no");
        assert_eq!(value(&db, &who, "a").await, 1);
        assert_eq!(value(&db, &db.who_of(2), "a").await, 0);
    }

    async fn a_panic_harms_nobody_else(db: TestDb) {
        let who = db.who();
        let good = (0..40).map(|_| db.run(&who, counting("a")));
        let bad = (0..40).map(|_| db.run(&who, act::<_, ()>(|tx| Box::pin(async move {
            bump(tx, "b").await?;
            panic!("a test's panic");
        }))));
        let (good, bad) = futures::join!(join_all(good), join_all(bad));
        assert!(good.iter().all(Result::is_ok));
        assert!(bad.iter().all(|answer| answer.as_ref().unwrap_err().kind() == Kind::Internal));
        assert_eq!((value(&db, &who, "a").await, value(&db, &who, "b").await), (40, 0));
    }

    async fn hanging_up_cuts_nothing(db: TestDb) {
        let who = db.who();
        let slow = act(|tx| Box::pin(async move {
            bump(tx, "a").await?;
            std::thread::sleep(Duration::from_millis(60));
            bump(tx, "b").await
        }));
        let hung_up = tokio::time::timeout(Duration::from_millis(10), db.run(&who, slow)).await;
        assert!(hung_up.is_err());
        while value(&db, &who, "b").await == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert_eq!(value(&db, &who, "a").await, 1);
    }

    async fn a_swallowed_error_is_not_success(db: TestDb) {
        let who = db.who();
        let swallowing = || act(|tx| Box::pin(async move {
            bump(tx, "a").await?;
            let add = sql!("INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'a', 1)");
            let _swallowed = tx.exec(add, params![tx.tenant()]).await;
            Ok(())
        }));
        let (swallowed, good) = futures::join!(db.run(&who, swallowing()), db.run(&who, counting("b")));
        assert_eq!(swallowed.unwrap_err().kind(), Kind::Internal);
        assert_eq!(good.unwrap(), 1);
        assert_eq!(value(&db, &who, "a").await, 0);
    }

    async fn deadlocks_run_again(db: TestDb) {
        let who = db.who();
        let (runs, waits) = (Arc::new(AtomicU32::new(0)), db.engine() == Engine::Postgres);
        let crossing = |first: &'static str, second: &'static str| {
            let runs = runs.clone();
            act(move |tx| {
                runs.fetch_add(1, Ordering::SeqCst);
                Box::pin(async move {
                    bump(tx, first).await?;
                    if waits {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    bump(tx, second).await
                })
            })
        };
        let (a, b) = futures::join!(db.run(&who, crossing("a", "b")), db.run(&who, crossing("b", "a")));
        assert_eq!((a.is_ok(), b.is_ok()), (true, true));
        assert_eq!((value(&db, &who, "a").await, value(&db, &who, "b").await), (2, 2));
        let least = if waits { 3 } else { 2 };
        assert!(runs.load(Ordering::SeqCst) >= least);
    }
}

/// Not registered: SQLite knows no such words.
static REPEATABLE: Sql = Sql::new("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", Some("SELECT 1"), true, file!());

#[test]
fn serialization_failures_run_again() {
    testkit::run(Engine::Postgres, &tables(), async |db: TestDb| {
        let who = db.who();
        db.run(&who, counting("a")).await.unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        let (other, counted) = (db.clone(), runs.clone());
        let disturbed = act(move |tx| {
            let (db, first) = (other.clone(), counted.fetch_add(1, Ordering::SeqCst) == 0);
            Box::pin(async move {
                tx.exec(&REPEATABLE, &[]).await?;
                let _snapshot: Vec<i64> = tx.all(sql!(global "SELECT value FROM counters"), &[]).await?;
                if first {
                    db.run(&db.who(), counting("a")).await?;
                }
                bump(tx, "a").await
            })
        });
        assert_eq!(db.run(&who, disturbed).await.unwrap(), 3);
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn waiting_for_the_outside_is_refused_on_sqlite() {
    testkit::run(Engine::Sqlite, &tables(), async |db: TestDb| {
        let who = db.who();
        let waiting = act(|tx| {
            Box::pin(async move {
                bump(tx, "a").await?;
                tokio::task::yield_now().await;
                bump(tx, "a").await
            })
        });
        let refused = db.run(&who, waiting).await.unwrap_err();
        assert!(refused.to_string().contains("waited for something outside"), "{refused}");
        assert_eq!(db.run(&who, counting("b")).await.unwrap(), 1);
        assert_eq!(value(&db, &who, "a").await, 0);
    });
}

#[test]
fn callers_share_commits_on_sqlite() {
    testkit::run(Engine::Sqlite, &tables(), async |db: TestDb| {
        let who = db.who();
        let answers = join_all((0..200).map(|_| {
            let (db, who) = (db.clone(), who.clone());
            tokio::spawn(async move { db.run(&who, counting("a")).await.unwrap() })
        }))
        .await;
        let mut answers: Vec<i64> = answers.into_iter().map(Result::unwrap).collect();
        answers.sort_unstable();
        assert_eq!(answers, (1..=200).collect::<Vec<i64>>());
        let commits = commits(&db);
        assert!(commits < 100, "{commits} commits for 200 callers");
    });
}

/// Commits in the write-ahead log: frames whose header tells the size of the file after them.
fn commits(db: &TestDb) -> usize {
    let wal = std::fs::read(format!("{}-wal", db.sqlite_path().unwrap().display())).unwrap();
    let page = u32::from_be_bytes(wal[8..12].try_into().unwrap()) as usize;
    wal[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}
