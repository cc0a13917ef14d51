//! Takes a tenant out of the database: every row of it in every table that has a tenant.

use crate::postgres::Sight;
use crate::sql::sql_pair;
use crate::tx::Conn;
use crate::work::Command;
use crate::{Look, Result, Tx, Value};
use facts::{Id, TenantId};

/// Erases a tenant, and tells how many rows it had.
pub struct EraseTenant(pub TenantId);

impl Command for EraseTenant {
    const NAME: &'static str = "erase_tenant";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        let tenant = self.0.uuid();
        let tables: Vec<String> = tx.all(tables_with_a_tenant(), &[]).await?;
        let mut erased = 0;
        for table in tables {
            // A table's name cannot be a parameter; these come from the catalogue of the database itself.
            erased += match &mut tx.conn {
                Conn::Sqlite(conn) => {
                    conn.execute(&format!("DELETE FROM \"{table}\" WHERE tenant_id = ?1"), [tenant.as_bytes().as_slice()])? as u64
                }
                Conn::Postgres(conn) => {
                    conn.exec_text(&format!("DELETE FROM \"{table}\" WHERE tenant_id = $1"), &[Value::from(tenant)], Sight::Of(self.0))
                        .await?
                }
            };
        }
        Ok(erased)
    }
}

fn tables_with_a_tenant() -> &'static crate::Sql {
    sql_pair!(
        postgres "SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'",
        sqlite "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id' WHERE m.type = 'table'"
    )
}
