//! The yardstick of orders on SQLite: one thread that makes the same rows with nothing around it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::statements::{Shop, Statement, order};

/// Orders a second, with so many in a commit, on a database that Origin has made the tables of.
///
/// # Errors
/// What the engine refuses.
pub fn orders_per_second(database: &Path, shop: &Shop, run: u32, per_commit: u32, time: Duration) -> Result<f64> {
    let conn = Connection::open(database)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 67108864;",
    )?;
    let statements = order();
    conn.set_prepared_statement_cache_capacity(statements.len() + 8);
    let mut made = 0u64;
    let start = Instant::now();
    while start.elapsed() < time {
        conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for _ in 0..per_commit {
            one(&conn, shop, &statements, run, made)?;
            made += 1;
        }
        conn.prepare_cached("COMMIT")?.execute([])?;
    }
    Ok(made as f64 / start.elapsed().as_secs_f64())
}

fn one(conn: &Connection, shop: &Shop, statements: &[Statement], run: u32, n: u64) -> Result<()> {
    for statement in statements {
        let values: Vec<Value> = statement.parameters.iter().map(|name| shop.value(name, run, n)).collect::<Result<_>>()?;
        let mut prepared = conn.prepare_cached(&statement.text)?;
        // SQLite numbers named parameters by their first use, which is the order of `parameters`.
        let mut rows = prepared.query(rusqlite::params_from_iter(values))?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}
