//! Migrations run once, in order, and whole.

use store::{Migration, STORE, migrate, pending};
use testkit::{TestDb, schema};

const NONE: &[Migration] = &[];

fn names(steps: &[Migration]) -> Vec<&'static str> {
    steps.iter().map(|step| step.name).collect()
}

testkit::both! { with NONE;
    async fn run_once_and_whole(db: TestDb) {
        assert_eq!(pending(&db, STORE).await.unwrap(), names(STORE));
        assert_eq!(migrate(&db, STORE).await.unwrap(), names(STORE));
        assert_eq!(pending(&db, STORE).await.unwrap(), names(NONE));
        assert_eq!(migrate(&db, STORE).await.unwrap(), names(NONE));

        let before = schema(&db).await;
        let good = Migration::both("test/0001_good", "CREATE TABLE good (id UUID NOT NULL PRIMARY KEY);");
        let bad = Migration::both("test/0002_bad", "CREATE TABLE bad (id UUID NOT NULL PRIMARY KEY); CREATE TABLE good (id UUID);");
        let steps = [STORE, &[good, bad]].concat();
        let failed = migrate(&db, &steps).await.unwrap_err();
        assert!(failed.to_string().contains("test/0002_bad"), "{failed}");
        assert_eq!(schema(&db).await, before);
        assert_eq!(pending(&db, &steps).await.unwrap(), ["test/0001_good", "test/0002_bad"]);
        assert_eq!(migrate(&db, &steps[..steps.len() - 1]).await.unwrap(), ["test/0001_good"]);
    }

    async fn two_nodes_at_once_migrate_once(db: TestDb) {
        let (one, other) = (db.node().await, db.node().await);
        let (a, b) = futures::join!(migrate(&one, STORE), migrate(&other, STORE));
        assert_eq!(a.unwrap().len() + b.unwrap().len(), STORE.len());
    }
}
