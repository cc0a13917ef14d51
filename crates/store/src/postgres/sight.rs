//! Row-level security, the second lock on a tenant's rows: a statement that forgets its tenant sees nothing of the others.
//!
//! Each statement is told, by the setting `origin.tenant`, whose rows it may see: its transaction's tenant's, or all
//! where it says that it is `global`. The policies let nothing else through, reading or writing. They bind everybody
//! but superusers and roles with BYPASSRLS; a login that is one of those goes on as a role that is not.

use crate::sql::Sql;
use crate::{Error, Result, Value};
use deadpool_postgres::Pool;
use facts::{Id, TenantId};
use tokio_postgres::Transaction;

/// The role that a login goes on as which would see through the policies.
const ROLE: &str = "origin_tenant";

/// Tells the statements of the open transaction whose rows they may see.
pub(super) const IN_TRANSACTION: &str = "SELECT set_config('origin.tenant', $1, true)";
/// Tells the statements that follow on a connection.
pub(super) const ON_CONNECTION: &str = "SELECT set_config('origin.tenant', $1, false)";

/// On a new connection: becomes the role that policies bind, where they do not bind the login, once [`put_on`] has run.
pub(super) const BECOME: &str = "DO $$ BEGIN
    IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user)
        AND to_regrole('origin_tenant') IS NOT NULL AND to_regclass('migrations') IS NOT NULL THEN
        IF has_table_privilege('origin_tenant', 'migrations', 'SELECT') THEN SET ROLE origin_tenant; END IF;
    END IF;
END $$";

/// Whose rows a statement may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// One tenant's.
    Of(TenantId),
    /// Everybody's.
    All,
}

impl Sight {
    /// What a statement may see in a transaction of this tenant.
    pub(crate) fn of(sql: &Sql, tenant: TenantId) -> Self {
        if sql.is_global() { Self::All } else { Self::Of(tenant) }
    }

    fn setting(self) -> String {
        match self {
            Self::Of(tenant) => tenant.uuid().to_string(),
            Self::All => "*".to_owned(),
        }
    }

    /// The setting's value, for a statement that takes it.
    pub(super) fn value(self) -> Value {
        Value::Text(self.setting())
    }

    /// Words that follow BEGIN at once. A setting cannot be a parameter there; this one is a UUID or a star.
    pub(super) fn words(self) -> String {
        format!("; SET LOCAL origin.tenant = '{}'", self.setting())
    }
}

/// Tables with a tenant whose rows have no policy yet.
const OPEN: &str = "SELECT CAST(c.relname AS TEXT) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind = 'r' AND a.attname = 'tenant_id' AND NOT c.relforcerowsecurity";

/// The policy: the setting is read once a statement, not once a row. Absent and empty settings show nothing.
fn policy(table: &str) -> String {
    format!(
        "ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY;
         ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY;
         CREATE POLICY of_one_tenant ON \"{table}\" USING (
             tenant_id = (SELECT CAST(NULLIF(NULLIF(current_setting('origin.tenant', true), ''), '*') AS UUID))
             OR (SELECT current_setting('origin.tenant', true) = '*'))"
    )
}

/// Puts the lock on every table that has none yet, and lets the role in where one is needed and tables have `changed`. Part of each
/// migration.
///
/// # Errors
/// Whatever the server refuses; [`crate::Kind::Unavailable`] where the login sees through policies and may not make a role.
pub(crate) async fn put_on(tx: &Transaction<'_>, changed: bool) -> Result<()> {
    for row in tx.query(OPEN, &[]).await? {
        // A table's name cannot be a parameter; these come from the catalogue of the database itself.
        let table: String = row.try_get(0)?;
        tx.batch_execute(&policy(&table)).await?;
    }
    let sees_through: bool =
        tx.query_one("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user", &[]).await?.try_get(0)?;
    if changed && sees_through {
        tx.batch_execute(&let_in()).await.map_err(|error| no_role().because(error.to_string()))?;
    }
    Ok(())
}

/// Makes the role, unless another database of this server has it already, and gives it what Origin does with rows. It
/// reads `pg_stat_activity` to see whether a transaction is open that still writes.
fn let_in() -> String {
    format!(
        "DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
         DO $$ BEGIN
             IF NOT pg_has_role('{ROLE}', 'pg_read_all_stats', 'USAGE') THEN GRANT pg_read_all_stats TO {ROLE}; END IF;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
         GRANT USAGE ON SCHEMA public TO {ROLE};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}"
    )
}

fn no_role() -> Error {
    Error::unavailable(
        "no_tenant_role",
        "The database's login sees through row-level security and may not make the role origin_tenant. Use a login without BYPASSRLS.",
    )
}

/// Whether policies bind what this program does.
pub(crate) async fn is_on(pool: &Pool) -> Result<bool> {
    let client = pool.get().await?;
    let open = client.query(OPEN, &[]).await?.len();
    let row = client.query_one("SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user", &[]).await?;
    Ok(open == 0 && row.try_get(0)?)
}
