//! What PostgreSQL knows of its tables. It plans by it, and keeps a prepared statement's plan until it knows better; its
//! own look at them comes a minute late, which for a new shop or an import is thousands of rows too late: a plan made
//! for ten rows walks through all of them.

use crate::Result;
use deadpool_postgres::Pool;

/// The tables that have changed by as much as was known of them.
const CHANGED: &str = "SELECT CAST(s.relname AS TEXT) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE s.schemaname = 'public' AND s.n_mod_since_analyze >= GREATEST(500, c.reltuples)";

/// How closely it looks: six thousand rows of a table, a fifth of what it takes by itself. That is enough to tell ten rows from ten thousand, and
/// takes a fifth of the time from whoever is at work; its own look comes later.
const CLOSELY: &str = "SET LOCAL default_statistics_target = 20";

/// Lets PostgreSQL look at each table that has changed so much. A table is looked at a few times while it grows and hardly
/// ever after. Each look is a transaction of its own: the journal's readers wait for the oldest one.
pub(super) async fn refresh(pool: &Pool) -> Result<()> {
    let client = pool.get().await?;
    for row in client.query(CHANGED, &[]).await? {
        // A table's name cannot be a parameter; these come from the catalogue of the database itself.
        let table: String = row.try_get(0)?;
        client.batch_execute(&format!("{CLOSELY}; ANALYZE (SKIP_LOCKED) \"{table}\"")).await?;
    }
    Ok(())
}
