//! Row-level security: with the tenant's filter left out on purpose, PostgreSQL still shows nothing of the others.

use crate::common::{act, bump, counting, tables};
use store::{Look, params, sql};
use testkit::{Engine, TestDb};

// What a hand that forgot the filter would write. On SQLite there is no second lock, so each must find both there:
// otherwise these statements would prove nothing.
testkit::both! { with &tables();
    async fn a_forgotten_filter_shows_nothing_of_others(db: TestDb) {
        let (one, other) = (db.who(), db.who_of(2));
        db.run(&one, counting("mine")).await.unwrap();
        db.run(&other, counting("theirs")).await.unwrap();
        let alone = db.engine() == Engine::Postgres;

        let mut read = db.read(one.tenant);
        let names: Vec<String> = read.all(sql!("SELECT name FROM counters -- without tenant_id
            ORDER BY name"), &[]).await.unwrap();
        assert_eq!(names, if alone { vec!["mine"] } else { vec!["mine", "theirs"] });

        let changed = act(|tx| Box::pin(tx.exec(sql!("UPDATE counters SET value = 7 -- without tenant_id"), &[])));
        assert_eq!(db.run(&one, changed).await.unwrap(), if alone { 1 } else { 2 });

        let all: Vec<String> = read.all(sql!(global "SELECT name FROM counters ORDER BY name"), &[]).await.unwrap();
        assert_eq!(all, ["mine", "theirs"]);

        let gone = act(|tx| Box::pin(tx.exec(sql!("DELETE FROM counters -- without tenant_id"), &[])));
        assert_eq!(db.run(&other, gone).await.unwrap(), if alone { 1 } else { 2 });
    }

    async fn nothing_can_be_written_for_another(db: TestDb) {
        let (one, other) = (db.who(), db.who_of(2));
        let foreign = other.tenant;
        let forge = act(move |tx| Box::pin(async move {
            tx.exec(sql!("INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'forged', 1)"), params![foreign]).await
        }));
        let forged = db.run(&one, forge).await;
        assert_eq!(forged.is_err(), db.engine() == Engine::Postgres, "{forged:?}");
    }

    async fn sight_follows_the_statement_within_one_transaction(db: TestDb) {
        let (one, other) = (db.who(), db.who_of(2));
        db.run(&other, counting("theirs")).await.unwrap();
        let seen = act(|tx| Box::pin(async move {
            let mine = bump(tx, "mine").await?;
            let all: i64 = tx.one(sql!(global "SELECT COUNT(*) FROM counters"), &[]).await?;
            let own: i64 = tx.one(sql!("SELECT COUNT(*) FROM counters WHERE tenant_id = $1"), params![tx.tenant()]).await?;
            Ok((mine, all, own))
        }));
        assert_eq!(db.run(&one, seen).await.unwrap(), (1, 2, 1));
    }

    async fn the_database_says_whether_it_is_on(db: TestDb) {
        assert_eq!(db.row_security().await.unwrap(), (db.engine() == Engine::Postgres).then_some(true));
    }
}
