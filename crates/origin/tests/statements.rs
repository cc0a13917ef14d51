//! Every statement of the whole program is prepared on both engines, and names its tenant.

use origin::house::migrations;
use testkit::TestDb;

testkit::both! { with &migrations();
    async fn every_statement_can_be_prepared(db: TestDb) {
        let faults = testkit::prepare_all(&db, "").await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

testkit::both! { with &migrations();
    async fn migrating_twice_changes_nothing(db: TestDb) {
        assert!(store::migrate(&db, &migrations()).await.unwrap().is_empty());
        assert!(store::pending(&db, &migrations()).await.unwrap().is_empty());
    }
}
