//! Every statement of this slice on both engines.

use super::ALL;
use testkit::TestDb;

testkit::both! { with &ALL;
    async fn every_statement_can_be_prepared(db: TestDb) {
        let faults = testkit::prepare_all(&db, "slices/settlements").await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
