//! The same request twice is one change and two equal answers.

use crate::common::{act, bump, counting, tables, value};
use futures::future::join_all;
use std::time::Duration;
use store::{Error, Key};
use testkit::TestDb;

fn key(body: &str) -> Key {
    Key { key: "k-1".to_owned(), scope: "POST /orders".to_owned(), body_hash: store::secret::sha256(body) }
}

testkit::both! { with &tables();
    async fn a_hundred_at_once_are_one(db: TestDb) {
        let who = db.who();
        let answers = join_all((0..100).map(|_| {
            let (db, who) = (db.clone(), who.clone());
            tokio::spawn(async move { db.run_once(&who, key("a"), counting("a")).await.unwrap() })
        }))
        .await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|answer| answer.out == 1));
        assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
        assert_eq!(value(&db, &who, "a").await, 1);
    }

    async fn another_body_is_refused(db: TestDb) {
        let who = db.who();
        db.run_once(&who, key("a"), counting("a")).await.unwrap();
        let refused = db.run_once(&who, key("b"), counting("a")).await.unwrap_err();
        assert_eq!(refused.code(), "idempotency_key_reused");
        let elsewhere = Key { scope: "POST /refunds".to_owned(), ..key("a") };
        assert_eq!(db.run_once(&who, elsewhere, counting("a")).await.unwrap_err().code(), "idempotency_key_reused");
        let stranger = db.who_of(2);
        assert!(!db.run_once(&stranger, key("b"), counting("a")).await.unwrap().replayed);
        assert_eq!(value(&db, &who, "a").await, 1);
    }

    async fn a_refusal_stores_nothing(db: TestDb) {
        let who = db.who();
        let refusing = act::<_, i64>(|tx| Box::pin(async move {
            bump(tx, "a").await?;
            Err(Error::conflict("no", "No."))
        }));
        assert_eq!(db.run_once(&who, key("a"), refusing).await.unwrap_err().code(), "no");
        let then = db.run_once(&who, key("b"), counting("a")).await.unwrap();
        assert_eq!((then.out, then.replayed), (1, false));
    }

    async fn answers_are_forgotten_after_eight_days(db: TestDb) {
        const DAY: Duration = Duration::from_secs(24 * 3_600);
        let who = db.who();
        let keys = |from: i32| (from..from + 600).map(|n| Key { key: format!("k-{n}"), ..key("a") });
        for key in keys(0) {
            db.run_once(&who, key, counting("a")).await.unwrap();
        }
        db.clock().advance(7 * DAY);
        assert_eq!(db.forget_answers().await.unwrap(), 0, "within a week a repeat finds its answer");
        assert!(db.run_once(&who, Key { key: "k-7".to_owned(), ..key("a") }, counting("a")).await.unwrap().replayed);
        db.run_once(&db.who_of(2), key("a"), counting("a")).await.unwrap();
        db.clock().advance(DAY + Duration::from_millis(1));
        // More than go in one commit, and of whatever tenant.
        assert_eq!(db.forget_answers().await.unwrap(), 600);
        assert!(db.run_once(&db.who_of(2), key("a"), counting("a")).await.unwrap().replayed, "the younger one stays");
    }

    async fn an_answer_of_nothing_is_an_answer(db: TestDb) {
        let who = db.who();
        let nothing = || act::<_, ()>(|tx| Box::pin(async move { bump(tx, "a").await.map(|_| ()) }));
        assert!(!db.run_once(&who, key("a"), nothing()).await.unwrap().replayed);
        assert!(db.run_once(&who, key("a"), nothing()).await.unwrap().replayed);
        assert_eq!(value(&db, &who, "a").await, 1);
    }
}
