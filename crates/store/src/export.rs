//! Everything of a tenant, table by table, as one picture: what was committed at one moment, however long the reading takes.
//!
//! A [`Picture`] holds a snapshot: on PostgreSQL one REPEATABLE READ transaction that only reads, on SQLite a reader of the
//! write-ahead log. Neither stops a writer. What it costs is that nothing deleted since can be cleared away and that the
//! log does not shrink, so there are few at a time, and whoever holds one ends it soon.

mod declared;
mod line;
mod shape;

pub use declared::Declared;
pub use shape::{Shape, Told, sounds_secret};

use crate::postgres::{PgConn, Sight};
use crate::row::Row;
use crate::sqlite;
use crate::tx::sqlite_all;
use crate::{Db, Error, Look, Result, Sql, Value};
use facts::{TenantId, Time};
use line::Kept;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

/// Pictures that one process holds at a time.
pub(crate) const PICTURES: usize = 2;
/// Rows that are read at once.
const PAGE: usize = 200;
/// Rows of a table about one thing.
const ABOUT: usize = 10_000;

/// A tenant's rows as they were at one moment.
pub struct Picture {
    conn: Option<Held>,
    tenant: TenantId,
    taken_at: Time,
    _slot: OwnedSemaphorePermit,
}

enum Held {
    Sqlite(rusqlite::Connection),
    Postgres(PgConn),
}

/// A page of a table: each row as a line of JSON, and where to go on.
pub struct Page {
    /// One JSON object a row.
    pub lines: Vec<String>,
    /// The key of the last row, where there may be more.
    pub next: Option<Vec<Value>>,
}

impl Db {
    /// Takes a picture of a tenant.
    ///
    /// # Errors
    /// `export_busy`, while as many are held as may be.
    pub async fn picture(&self, tenant: TenantId) -> Result<Picture> {
        let busy = || {
            Error::unavailable("export_busy", "Other exports are running. Try again in a minute.")
                .retry_after(std::time::Duration::from_secs(60))
        };
        let slot = self.pictures().try_acquire_owned().map_err(|_| busy())?;
        let conn = match (self.sqlite_path(), self.postgres()) {
            (Some(path), _) => {
                let path = path.to_owned();
                Held::Sqlite(tokio::task::spawn_blocking(move || open(&path)).await.map_err(Error::internal)??)
            }
            (None, Some(engine)) => {
                Held::Postgres(PgConn::new(engine.pool.get().await?, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            }
            (None, None) => return Err(Error::internal("a database of no engine")),
        };
        Ok(Picture { conn: Some(conn), tenant, taken_at: self.clock().now(), _slot: slot })
    }
}

/// A connection that sees the file as it is now, and goes on seeing it so.
fn open(path: &std::path::Path) -> Result<rusqlite::Connection> {
    let conn = sqlite::connect(path)?;
    // Reading begins the snapshot; BEGIN alone does not.
    conn.execute_batch("PRAGMA query_only = ON; BEGIN; SELECT COUNT(*) FROM migrations;")?;
    Ok(conn)
}

impl Picture {
    /// When it was taken.
    pub fn taken_at(&self) -> Time {
        self.taken_at
    }

    /// Every table that has a tenant, by name, as the database has it; its columns are of the kinds that they were `declared`
    /// to be.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn tables(&mut self, declared: &Declared) -> Result<Vec<Shape>> {
        shape::tables(self, declared).await
    }

    /// The next rows of a table in the order of its key, without the columns that are secret.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn page(&mut self, shape: &Shape, told: &[Told], after: Option<&[Value]>) -> Result<Page> {
        let kept: Vec<Kept> = shape.columns.iter().map(|column| column.kept(shape.is_secret(column, told))).collect();
        let mut params = vec![Value::from(self.tenant)];
        params.extend(after.unwrap_or_default().iter().cloned());
        let text = shape.select(after.is_some(), PAGE);
        let key = shape.key_places();
        let rows: Vec<(String, Vec<Value>)> = self.rows(text, params, move |row| line::of(row, &kept, &key)).await?;
        let next = rows.last().filter(|_| rows.len() == PAGE && !shape.key.is_empty()).map(|(_, key)| key.clone());
        Ok(Page { lines: rows.into_iter().map(|(line, _)| line).collect(), next })
    }

    /// The first rows of a table that are about one thing, by a column that names it; without the columns that are secret.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn about(&mut self, shape: &Shape, told: &[Told], column: &str, id: Uuid) -> Result<Vec<String>> {
        if !shape.columns.iter().any(|known| known.name == column) {
            return Ok(Vec::new());
        }
        let kept: Vec<Kept> = shape.columns.iter().map(|column| column.kept(shape.is_secret(column, told))).collect();
        let params = vec![Value::from(self.tenant), Value::Uuid(id)];
        let rows = self.rows(shape.select_about(column, ABOUT), params, move |row| line::of(row, &kept, &[])).await?;
        Ok(rows.into_iter().map(|(line, _)| line).collect())
    }

    /// Rows of a statement that is put together from names that the schema gave.
    async fn rows<T: Send + 'static>(
        &mut self,
        text: String,
        params: Vec<Value>,
        read: impl Fn(&Row<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Vec<T>> {
        let sight = Sight::Of(self.tenant);
        if let Some(Held::Postgres(conn)) = &mut self.conn {
            let rows = conn.all_text(&text, &params, sight).await?;
            return rows.iter().map(|row| read(&Row::Postgres(row))).collect();
        }
        self.on_sqlite(move |conn| {
            let mut statement = conn.prepare_cached(&text.replace('$', "?"))?;
            let mut rows = statement.query(rusqlite::params_from_iter(&params))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(&Row::Sqlite(row))?);
            }
            Ok(found)
        })
        .await
    }

    /// Reads on a thread that may wait for the disk.
    async fn on_sqlite<T: Send + 'static>(&mut self, read: impl FnOnce(&rusqlite::Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let Some(Held::Sqlite(conn)) = self.conn.take() else { return Err(Error::internal("a picture that is over was looked at")) };
        let (conn, found) = tokio::task::spawn_blocking(move || {
            let found = read(&conn);
            (conn, found)
        })
        .await
        .map_err(Error::internal)?;
        self.conn = Some(Held::Sqlite(conn));
        found
    }
}

impl Look for Picture {
    fn tenant(&self) -> TenantId {
        self.tenant
    }

    async fn all<T: DeserializeOwned + Send + 'static>(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
        if let Some(Held::Postgres(conn)) = &mut self.conn {
            return conn.all(sql, params, Sight::of(sql, self.tenant)).await;
        }
        let params = params.to_vec();
        self.on_sqlite(move |conn| sqlite_all(conn, sql, &params)).await
    }
}

impl Drop for Picture {
    /// The transaction ends with its connection: nobody else is handed one that still looks at the past.
    fn drop(&mut self) {
        if let Some(Held::Postgres(conn)) = self.conn.take() {
            conn.discard();
        }
    }
}
