//! Migrations: each slice's own files, run in order, once, on either engine.

use crate::sql::sql_pair;
use crate::{Db, Error, Look, Result, postgres, sql, sqlite};
use std::collections::HashSet;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Slice and number: `orders/0001_orders`. Never changed once released.
    pub name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

impl Migration {
    /// One text for both engines, in PostgreSQL's words; UUID, JSONB and BYTEA become BLOB and TEXT for SQLite.
    pub const fn both(name: &'static str, text: &'static str) -> Self {
        Self { name, postgres: text, sqlite: text }
    }

    /// A pair, where the engines must differ.
    pub const fn pair(name: &'static str, postgres: &'static str, sqlite: &'static str) -> Self {
        Self { name, postgres, sqlite }
    }

    /// The text for PostgreSQL.
    pub(crate) fn postgres(&self) -> &'static str {
        self.postgres
    }

    /// The text for SQLite.
    fn for_sqlite(&self) -> String {
        self.sqlite.replace(" UUID", " BLOB").replace(" JSONB", " TEXT").replace(" BYTEA", " BLOB")
    }
}

/// The store's own tables.
pub const STORE: &[Migration] = &[
    Migration::both("store/0001_store", include_str!("../migrations/0001_store.sql")),
    Migration::pair(
        "store/0002_journal",
        include_str!("../migrations/0002_journal.pg.sql"),
        include_str!("../migrations/0002_journal.sqlite.sql"),
    ),
    Migration::both("store/0003_inbound", include_str!("../migrations/0003_inbound.sql")),
    Migration::both("store/0004_indexes", include_str!("../migrations/0004_indexes.sql")),
    Migration::both("store/0005_journal_address", include_str!("../migrations/0005_journal_address.sql")),
    Migration::both("store/0006_journal_kinds", include_str!("../migrations/0006_journal_kinds.sql")),
    Migration::both("store/0007_master_keys", include_str!("../migrations/0007_master_keys.sql")),
    Migration::both("store/0008_idempotency_age", include_str!("../migrations/0008_idempotency_age.sql")),
    Migration::both("store/0009_lane_pace", include_str!("../migrations/0009_lane_pace.sql")),
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, ran_at BIGINT NOT NULL)";
/// Any number: it keeps two nodes that start at once from migrating at once.
const LOCK: i64 = 0x6f72_6967_696e;

/// Runs what has not run yet, all in one transaction, and names it.
///
/// # Errors
/// A step that fails leaves the schema as it was.
pub async fn migrate(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>> {
    let now = db.clock().now().millis();
    if let Some(path) = db.sqlite_path() {
        let (path, migrations) = (path.to_owned(), migrations.to_vec());
        tokio::task::spawn_blocking(move || on_sqlite(&path, &migrations, now)).await.map_err(Error::internal)?
    } else {
        on_postgres(db, migrations, now).await
    }
}

fn on_sqlite(path: &std::path::Path, migrations: &[Migration], now: i64) -> Result<Vec<&'static str>> {
    let mut conn = sqlite::connect(path)?;
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(TABLE)?;
    let known: HashSet<String> = tx.prepare("SELECT name FROM migrations")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut ran = Vec::new();
    for step in migrations.iter().filter(|step| !known.contains(step.name)) {
        tx.execute_batch(&step.for_sqlite()).map_err(|error| Error::internal(format!("{}: {error}", step.name)))?;
        tx.execute("INSERT INTO migrations (name, ran_at) VALUES (?1, ?2)", (step.name, now))?;
        ran.push(step.name);
    }
    tx.commit()?;
    Ok(ran)
}

async fn on_postgres(db: &Db, migrations: &[Migration], now: i64) -> Result<Vec<&'static str>> {
    let Some(engine) = db.postgres() else { return Ok(Vec::new()) };
    let mut client = engine.owner.get().await?;
    let tx = client.transaction().await?;
    // A step that moves rows moves everybody's.
    tx.execute("SELECT set_config('origin.tenant', '*', true)", &[]).await?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    tx.batch_execute(TABLE).await?;
    let known: HashSet<String> = tx.query("SELECT name FROM migrations", &[]).await?.iter().map(|row| row.get(0)).collect();
    let mut ran = Vec::new();
    for step in migrations.iter().filter(|step| !known.contains(step.name)) {
        tx.batch_execute(step.postgres).await.map_err(|error| Error::from(error).because(step.name))?;
        tx.execute("INSERT INTO migrations (name, ran_at) VALUES ($1, $2)", &[&step.name, &now]).await?;
        ran.push(step.name);
    }
    postgres::secure(&tx, !ran.is_empty()).await?;
    tx.commit().await?;
    // Connections made before the lock was on do not hold to it.
    engine.pool.retain(|_, _| false);
    Ok(ran)
}

/// The steps that have not run yet.
///
/// # Errors
/// When the database cannot be looked at.
pub async fn pending(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>> {
    let exists = sql_pair!(
        postgres "SELECT to_regclass('migrations') IS NOT NULL",
        sqlite "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    );
    let mut read = db.read_global();
    let known: Vec<String> = match read.one(exists, &[]).await? {
        true => read.all(sql!(global "SELECT name FROM migrations"), &[]).await?,
        false => Vec::new(),
    };
    Ok(migrations.iter().map(|step| step.name).filter(|name| !known.iter().any(|known| known == name)).collect())
}
