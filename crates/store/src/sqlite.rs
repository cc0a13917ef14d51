//! SQLite: one writer that gathers concurrent callers into one commit, and a few readers.
//!
//! A commit costs a flush to disk whoever shares it, so the writer takes whatever has queued up while the
//! last commit was being flushed: BEGIN IMMEDIATE, a savepoint a caller, one COMMIT, and only then the answers.

use crate::tx::{Conn, Woke};
use crate::wake::Wake;
use crate::work::Work;
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
            // Commands are caught one by one; this is for what nobody foresaw, since without this thread nothing is written.
            if catch_unwind(AssertUnwindSafe(|| self.batch(first))).is_err() {
                let _already = self.batch_execute("ROLLBACK");
            }
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
        let mut whole = Ok(());
        while let Some(mut work) = next {
            let ran = self.one(work.as_mut());
            next = if ran.is_ok() && done.len() < BATCH - 1 { self.queue.try_recv().ok() } else { None };
            match ran {
                Ok((wakes, verdict)) => {
                    woke = woke.and(wakes);
                    done.push((work, verdict));
                }
                Err(error) => {
                    whole = Err(error);
                    done.push((work, Ok(())));
                }
            }
        }
        let committed = whole.and_then(|()| self.batch_execute("COMMIT"));
        if committed.is_err() {
            // The engine may have rolled back by itself; then this does nothing.
            let _already = self.batch_execute("ROLLBACK");
        }
        metrics::histogram!("store_commit_callers").record(done.len() as f64);
        match committed {
            Ok(()) => {
                done.into_iter().for_each(|(work, verdict)| work.answer(verdict));
                self.wake.committed(woke);
            }
            Err(error) => {
                let cause = error.to_string();
                for (work, _) in done {
                    work.answer(Err(Error::unavailable("commit_failed", "The change could not be stored.").because(cause.clone())));
                }
            }
        }
    }

    /// One caller inside the batch. A refusal or a panic undoes this caller's writes and no other's.
    ///
    /// An error means that the transaction that all share is gone: on a full disk the engine rolls back by itself,
    /// and what ran after that would commit alone.
    fn one(&mut self, work: &mut dyn Work) -> Result<(Woke, Result<()>)> {
        self.tx.turn_to(work.who().clone(), &self.clock);
        self.batch_execute("SAVEPOINT caller")?;
        let ran = catch_unwind(AssertUnwindSafe(|| work.run(&mut self.tx).now_or_never()));
        let (kept, verdict) = match ran {
            Ok(Some(Ok(()))) => (true, Ok(())),
            Ok(Some(Err(_reason_is_in_the_work))) => (false, Ok(())),
            // The engine answers at once, so a command that waits is waiting for the outside with everybody behind it.
            Ok(None) => (false, Err(Error::internal("the command waited for something outside while its transaction was open"))),
            Err(_) => (false, Err(Error::internal("the command panicked"))),
        };
        self.batch_execute(if kept { "RELEASE caller" } else { "ROLLBACK TO caller; RELEASE caller" })?;
        Ok((if kept { self.tx.woke } else { Woke::default() }, verdict))
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
        conn.execute_batch("PRAGMA query_only = ON")?;
        Ok(conn)
    }
}
