//! SQLite: one writer that gathers concurrent callers into one commit, and a few readers.
//!
//! A commit costs a flush to disk whoever shares it, so the writer takes whatever has queued up while the
//! last commit was being flushed: BEGIN IMMEDIATE, a savepoint a caller, one COMMIT, and only then the answers.

use crate::tx::{Conn, Woke};
use crate::wake::Wake;
use crate::work::{Refused, Work};
use crate::{Clock, Dice, Error, Result, Sql, Tx, Value, Who};
use futures::FutureExt;
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, mpsc};

/// Callers that may share one commit.
const BATCH: usize = 256;
/// Callers that may wait for the writer before a further one waits outside.
const QUEUE: usize = 4_096;
const READERS: usize = 4;

pub(crate) fn connect(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(std::time::Duration::from_secs(10))?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 67108864;",
    )?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

/// The hand-over to the thread that owns the writing connection.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Work>>,
}

impl Writer {
    pub(crate) fn start(path: &Path, clock: Clock, dice: Dice, wake: Wake) -> Result<Self> {
        let conn = connect(path)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("origin-writer".to_owned())
            .spawn(move || {
                let tx = Tx::new(Conn::Sqlite(conn), Who::system(facts::Id::from_uuid(uuid::Uuid::nil()), "writer"), &clock, &dice);
                Loop { tx, clock, wake, queue }.run();
            })
            .map_err(Error::internal)?;
        Ok(Self { jobs })
    }

    pub(crate) async fn run(&self, work: Box<dyn Work>) {
        if let Err(refused) = self.jobs.send(work).await {
            refused.0.answer(Err(closed()));
        }
    }
}

fn closed() -> Error {
    Error::unavailable("shutting_down", "Origin is shutting down.")
}

struct Loop {
    tx: Tx,
    clock: Clock,
    wake: Wake,
    queue: mpsc::Receiver<Box<dyn Work>>,
}

impl Loop {
    fn run(mut self) {
        while let Some(first) = self.queue.blocking_recv() {
            self.batch(first);
        }
    }

    /// One commit and everyone who shares it.
    fn batch(&mut self, first: Box<dyn Work>) {
        if let Err(error) = self.batch_execute("BEGIN IMMEDIATE") {
            first.answer(Err(error));
            return;
        }
        let mut done = Vec::new();
        let mut woke = Woke::default();
        let mut next = Some(first);
        while let Some(mut work) = next {
            woke = woke.and(self.one(work.as_mut()));
            done.push(work);
            next = if done.len() < BATCH { self.queue.try_recv().ok() } else { None };
        }
        let committed = self.batch_execute("COMMIT");
        if committed.is_err() {
            // The engine may have rolled back by itself; then this does nothing.
            let _already = self.batch_execute("ROLLBACK");
        }
        metrics::histogram!("store_commit_callers").record(done.len() as f64);
        match committed {
            Ok(()) => {
                done.into_iter().for_each(|work| work.answer(Ok(())));
                self.wake.committed(woke);
            }
            Err(error) => {
                let cause = error.to_string();
                for work in done {
                    work.answer(Err(Error::unavailable("commit_failed", "The change could not be stored.").because(cause.clone())));
                }
            }
        }
    }

    /// One caller inside the batch. A refusal or a panic undoes this caller's writes and no other's.
    fn one(&mut self, work: &mut dyn Work) -> Woke {
        self.tx.turn_to(work.who().clone(), &self.clock);
        if self.batch_execute("SAVEPOINT caller").is_err() {
            return Woke::default();
        }
        let ran = catch_unwind(AssertUnwindSafe(|| poll_to_end(work, &mut self.tx)));
        let kept = matches!(ran, Ok(Ok(())));
        let end = if kept { "RELEASE caller" } else { "ROLLBACK TO caller; RELEASE caller" };
        if self.batch_execute(end).is_err() || !kept {
            return Woke::default();
        }
        self.tx.woke
    }

    fn batch_execute(&mut self, text: &str) -> Result<()> {
        match &self.tx.conn {
            Conn::Sqlite(conn) => {
                for part in text.split(';') {
                    conn.prepare_cached(part)?.execute([])?;
                }
                Ok(())
            }
            Conn::Postgres(_) => Err(Error::internal("the SQLite writer holds a PostgreSQL connection")),
        }
    }
}

/// A command on SQLite never waits: the engine answers at once. One that does wait is waiting for the
/// outside with a transaction open, and is refused.
fn poll_to_end(work: &mut dyn Work, tx: &mut Tx) -> Result<(), Refused> {
    work.run(tx).now_or_never().unwrap_or_else(|| {
        tracing::error!("a command waited for something outside while its transaction was open");
        Err(Refused { rerun: false })
    })
}

/// Connections that only read.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Pool>);

struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    slots: Semaphore,
}

impl Readers {
    pub(crate) fn new(path: &Path) -> Self {
        Self(Arc::new(Pool { path: path.to_owned(), idle: Mutex::new(Vec::new()), slots: Semaphore::new(READERS) }))
    }

    pub(crate) async fn all<T: DeserializeOwned + Send + 'static>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
        let pool = self.0.clone();
        let params = params.to_vec();
        let _slot = self.0.slots.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
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
        conn.execute_batch("PRAGMA query_only = ON")?;
        Ok(conn)
    }
}
