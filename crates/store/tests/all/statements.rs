//! Every statement prepares on both engines; the two schemas agree.

use crate::common::tables;
use testkit::{Engine, TestDb, differences, prepare_all, schema};

testkit::both! { with &tables();
    async fn every_statement_prepares(db: TestDb) {
        let wrong = prepare_all(&db, "crates/store").await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let sqlite = schema(&TestDb::with(Engine::Sqlite, store::STORE).await).await;
    let postgres = schema(&TestDb::with(Engine::Postgres, store::STORE).await).await;
    assert!(sqlite.contains("errands primary key (tenant_id, id)"), "{sqlite}");
    assert_eq!(differences(&sqlite, &postgres), Vec::<String>::new());
}
