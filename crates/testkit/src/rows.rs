//! What one tenant has in the database, to the byte: for tests that prove that nothing was touched.

use crate::{Engine, TestDb};
use facts::{Id, TenantId};
use rusqlite::types::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokio_postgres::NoTls;

/// For each table that has a `tenant_id`: how many rows the tenant has, and a hash over all of them.
pub type Holdings = BTreeMap<String, (usize, String)>;

impl TestDb {
    /// All that a tenant has.
    pub async fn holdings(&self, tenant: TenantId) -> Holdings {
        match self.engine() {
            Engine::Sqlite => sqlite(self.url().trim_start_matches("sqlite:"), tenant),
            Engine::Postgres => postgres(self.url(), tenant).await,
        }
    }
}

fn digest(mut rows: Vec<String>) -> (usize, String) {
    rows.sort();
    (rows.len(), hex::encode(Sha256::digest(rows.join("\n"))))
}

fn sqlite(path: &str, tenant: TenantId) -> Holdings {
    let conn = rusqlite::Connection::open(path).expect("the file opens");
    let tables: Vec<String> = conn
        .prepare("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id' WHERE m.type = 'table'")
        .and_then(|mut found| found.query_map([], |row| row.get(0))?.collect())
        .expect("the tables can be listed");
    let rows_of = |table: &String| {
        let mut found = conn.prepare(&format!("SELECT * FROM {table} WHERE tenant_id = ?1")).expect("a table");
        let columns = found.column_count();
        let row = |row: &rusqlite::Row| {
            (0..columns).map(|at| row.get::<_, Value>(at).map(|value| format!("{value:?}"))).collect::<Result<Vec<_>, _>>()
        };
        let rows =
            found.query_map([tenant.uuid().as_bytes().as_slice()], row).and_then(Iterator::collect::<Result<Vec<_>, _>>).expect("its rows");
        digest(rows.into_iter().map(|row| row.join("|")).collect())
    };
    tables.iter().map(|table| (table.clone(), rows_of(table))).collect()
}

async fn postgres(url: &str, tenant: TenantId) -> Holdings {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
    let talking = tokio::spawn(connection);
    let listed = "SELECT table_name::TEXT FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'";
    let tables = client.query(listed, &[]).await.expect("the tables can be listed");
    let mut holdings = Holdings::new();
    for table in tables.iter().map(|row| row.get::<_, String>(0)) {
        let rows = client.query(&format!("SELECT t::TEXT FROM {table} t WHERE tenant_id = $1"), &[&tenant.uuid()]).await.expect("its rows");
        holdings.insert(table, digest(rows.iter().map(|row| row.get(0)).collect()));
    }
    talking.abort();
    holdings
}
