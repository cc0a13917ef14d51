//! What PostgreSQL knows of its tables. It plans by it, and keeps a prepared statement's plan until it knows better; its
//! own look at them comes a minute late, which for a new shop or an import is thousands of rows too late: a plan made
//! for ten rows walks through all of them.

use crate::sql::sql_pair;
use crate::tx::Conn;
use crate::work::Command;
use crate::{Db, Look, Result, Tx, Who};

/// Lets PostgreSQL look at each table that has changed by as much as it knew of. A table is looked at a few times while it
/// grows and hardly ever after. Each look is a transaction of its own: the journal's readers wait for the oldest one.
pub(crate) async fn refresh(db: &Db, who: &Who) -> Result<()> {
    for table in db.run(who, Changed).await? {
        db.run(who, Refresh(table)).await?;
    }
    Ok(())
}

/// The tables that have changed by as much as was known of them.
struct Changed;

impl Command for Changed {
    const NAME: &'static str = "changed_tables";
    type Out = Vec<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<String>> {
        tx.all(
            sql_pair!(
                postgres "SELECT CAST(s.relname AS TEXT) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
                    WHERE s.schemaname = 'public' AND s.n_mod_since_analyze >= GREATEST(500, c.reltuples)",
                sqlite "SELECT name FROM sqlite_master WHERE FALSE"
            ),
            &[],
        )
        .await
    }
}

struct Refresh(String);

impl Command for Refresh {
    const NAME: &'static str = "refresh_statistics";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if let Conn::Postgres(conn) = &mut tx.conn {
            // A table's name cannot be a parameter; these come from the catalogue of the database itself.
            conn.exec_text(&format!("ANALYZE (SKIP_LOCKED) \"{}\"", self.0), &[]).await?;
        }
        Ok(())
    }
}
