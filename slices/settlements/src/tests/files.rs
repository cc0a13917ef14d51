//! Every statement of this slice on both engines.

use super::ALL;
use testkit::TestDb;

testkit::both! { with &ALL;
    async fn every_statement_can_be_prepared(db: TestDb) {
        let faults = testkit::prepare_all(&db, "slices/settlements").await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn no_statement_walks() {
    testkit::run(testkit::Engine::Sqlite, &ALL, |db: TestDb| async move {
        let walks: Vec<String> = testkit::walks(&db, &[]).into_iter().filter(|walk| walk.starts_with("slices/settlements") && !walk.contains("/check.rs")).collect();
        assert!(walks.is_empty(), "{}", walks.join("\n"));
    });
}
