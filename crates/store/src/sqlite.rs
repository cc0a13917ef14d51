//! SQLite: one writer that gathers concurrent callers into one commit, and a few readers.

mod writer;

pub(crate) use writer::Writer;

use crate::{Error, Result, Sql, Value};
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

const READERS: usize = 4;

pub(crate) fn connect(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

/// Connections that only read.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Pool>);

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    slots: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(path: &Path) -> Self {
        Self(Arc::new(Pool { path: path.to_owned(), idle: Mutex::new(Vec::new()), slots: Arc::new(Semaphore::new(READERS)) }))
    }

    pub(crate) async fn all<T: DeserializeOwned + Send + 'static>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
        let pool = self.0.clone();
        let params = params.to_vec();
        let slot = self.0.slots.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            // Held by the reading itself: a caller that hangs up does not end it.
            let _slot = slot;
            let conn = pool.take()?;
            let found = crate::tx::sqlite_all(&conn, sql, &params);
            pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            found
        })
        .await
        .map_err(Error::internal)?
    }
}

impl Pool {
    fn take(&self) -> Result<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(conn) = idle {
            return Ok(conn);
        }
        let conn = connect(&self.path)?;
        // What a reader keeps for itself the writer and the system keep as well.
        conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000")?;
        Ok(conn)
    }
}
