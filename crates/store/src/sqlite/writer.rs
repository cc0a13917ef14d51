//! The one thread that writes, and how callers share its commits.
//!
//! A commit costs a flush to disk whoever shares it, so the writer takes whatever has queued up while the last commit
//! was being flushed, runs it one after the other, commits once, and only then answers. Nobody who shares a commit
//! pays for a savepoint: a refusal before anything was written needs none. When one comes later, or something breaks,
//! all of it is rolled back and run again with a savepoint for each.

use super::connect;
use crate::tx::{Conn, Woke};
use crate::wake::Wake;
use crate::work::Work;
use crate::{Clock, Dice, Error, Result, Tx, Who};
use futures::FutureExt;
use futures::executor::block_on;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Callers that may share one commit.
const BATCH: usize = 256;
/// How long what follows may take in a commit that callers share: enough to keep up, too little to be noticed.
const FOLLOWING: Duration = Duration::from_millis(3);
/// Callers that may wait for the writer before a further one waits outside.
const QUEUE: usize = 4_096;

type Queue = mpsc::Receiver<Box<dyn Work>>;

/// The hand-over to the thread that owns the writing connection.
#[derive(Clone)]
pub(crate) struct Writer {
    callers: mpsc::Sender<Box<dyn Work>>,
    followers: mpsc::Sender<Box<dyn Work>>,
}

impl Writer {
    pub(crate) fn start(path: &Path, clock: Clock, dice: Dice, wake: Wake) -> Result<Self> {
        let conn = connect(path)?;
        let ((callers, first), (followers, later)) = (mpsc::channel(QUEUE), mpsc::channel(QUEUE));
        std::thread::Builder::new()
            .name("origin-writer".to_owned())
            .spawn(move || {
                let tx = Tx::new(Conn::Sqlite(conn), Who::system(facts::Id::from_uuid(uuid::Uuid::nil()), "writer"), &clock, &dice);
                Loop { tx, clock, wake, callers: first, followers: later }.run();
            })
            .map_err(Error::internal)?;
        Ok(Self { callers, followers })
    }

    pub(crate) async fn run(&self, work: Box<dyn Work>) {
        hand_over(&self.callers, work).await;
    }

    /// Lets callers go first.
    pub(crate) async fn run_behind(&self, work: Box<dyn Work>) {
        hand_over(&self.followers, work).await;
    }
}

async fn hand_over(queue: &mpsc::Sender<Box<dyn Work>>, work: Box<dyn Work>) {
    if let Err(refused) = queue.send(work).await {
        refused.0.answer(Err(Error::unavailable("shutting_down", "Origin is shutting down.")));
    }
}

struct Loop {
    tx: Tx,
    clock: Clock,
    wake: Wake,
    callers: Queue,
    followers: Queue,
}

/// One who shares a commit, and what to tell them when it is done.
struct Shared {
    work: Box<dyn Work>,
    verdict: Result<()>,
}

/// How running one work ended.
enum Ran {
    Kept(Woke),
    /// Nothing of it may stay; the reason is in the work, or here.
    Refused(Result<()>),
}

impl Loop {
    fn run(mut self) {
        while let Some(first) = block_on(next_of(&mut self.callers, &mut self.followers)) {
            // Commands are caught one by one; this is for what nobody foresaw, since without this thread nothing is written.
            if catch_unwind(AssertUnwindSafe(|| self.batch(first))).is_err() {
                let _already = self.batch_execute("ROLLBACK");
            }
        }
    }

    /// One commit and everyone who shares it.
    fn batch(&mut self, first: Box<dyn Work>) {
        if let Err(error) = self.batch_execute("BEGIN IMMEDIATE") {
            return first.answer(Err(error));
        }
        let mut all = Vec::new();
        let shared = match self.together(first, &mut all) {
            Ok(woke) => Ok(woke),
            Err(_) => {
                // The engine may have rolled back by itself.
                let _already = self.batch_execute("ROLLBACK");
                self.one_by_one(&mut all)
            }
        };
        let committed = shared.and_then(|woke| self.batch_execute("COMMIT").map(|()| woke));
        if committed.is_err() {
            // The engine may have rolled back by itself; then this does nothing.
            let _already = self.batch_execute("ROLLBACK");
        }
        metrics::histogram!("store_commit_callers").record(all.len() as f64);
        match committed {
            Ok(woke) => {
                all.into_iter().for_each(|shared| shared.work.answer(shared.verdict));
                self.wake.committed(woke);
            }
            Err(error) => {
                let cause = error.to_string();
                for shared in all {
                    shared.work.answer(Err(Error::unavailable("commit_failed", "The change could not be stored.").because(cause.clone())));
                }
            }
        }
    }

    /// Runs whoever waits, without a savepoint. An error asks for all of it to be run again with them.
    fn together(&mut self, first: Box<dyn Work>, all: &mut Vec<Shared>) -> Result<Woke> {
        let mut next = Some(first);
        let mut woke = Woke::default();
        let mut following = None;
        while let Some(mut work) = next {
            let before = self.changes();
            let (verdict, unharmed) = match run_in(&mut self.tx, &self.clock, work.as_mut()) {
                Ran::Kept(wakes) => {
                    woke = woke.and(wakes);
                    (Ok(()), true)
                }
                Ran::Refused(verdict) => (verdict, before.is_some() && before == self.changes()),
            };
            all.push(Shared { work, verdict });
            if !unharmed {
                return Err(Error::internal("one who shares a commit must be undone"));
            }
            next = if all.len() < BATCH { self.next(&mut following) } else { None };
        }
        Ok(woke)
    }

    /// The next who may share this commit. What follows from earlier ones lets callers go first, but is never left out:
    /// it has its time in each commit.
    fn next(&mut self, following: &mut Option<Instant>) -> Option<Box<dyn Work>> {
        if let Ok(caller) = self.callers.try_recv() {
            return Some(caller);
        }
        if following.get_or_insert_with(Instant::now).elapsed() > FOLLOWING {
            return None;
        }
        self.followers.try_recv().ok()
    }

    /// Runs them in a commit of their own, with a savepoint for each. An error means that the transaction that all share
    /// is gone.
    fn one_by_one(&mut self, all: &mut [Shared]) -> Result<Woke> {
        self.batch_execute("BEGIN IMMEDIATE")?;
        let mut woke = Woke::default();
        for shared in all {
            self.batch_execute("SAVEPOINT caller")?;
            match run_in(&mut self.tx, &self.clock, shared.work.as_mut()) {
                Ran::Kept(wakes) => {
                    woke = woke.and(wakes);
                    self.batch_execute("RELEASE caller")?;
                }
                Ran::Refused(verdict) => {
                    shared.verdict = verdict;
                    self.batch_execute("ROLLBACK TO caller; RELEASE caller")?;
                }
            }
        }
        Ok(woke)
    }

    /// Rows changed since the connection was opened; `None` when the transaction is gone, which the engine ends by
    /// itself on a full disk: what ran after that would commit alone.
    fn changes(&self) -> Option<u64> {
        match &self.tx.conn {
            Conn::Sqlite(conn) if !conn.is_autocommit() => Some(conn.total_changes()),
            _ => None,
        }
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

async fn next_of(callers: &mut Queue, followers: &mut Queue) -> Option<Box<dyn Work>> {
    tokio::select! {
        biased;
        Some(caller) = callers.recv() => Some(caller),
        Some(follower) = followers.recv() => Some(follower),
        else => None,
    }
}

fn run_in(tx: &mut Tx, clock: &Clock, work: &mut dyn Work) -> Ran {
    tx.turn_to(work.who().clone(), clock);
    let ran = catch_unwind(AssertUnwindSafe(|| work.run(tx).now_or_never()));
    match ran {
        Ok(Some(Ok(()))) => Ran::Kept(tx.woke),
        Ok(Some(Err(_reason_is_in_the_work))) => Ran::Refused(Ok(())),
        // The engine answers at once, so a command that waits is waiting for the outside with everybody behind it.
        Ok(None) => Ran::Refused(Err(Error::internal("the command waited for something outside while its transaction was open"))),
        Err(_) => Ran::Refused(Err(Error::internal("the command panicked"))),
    }
}
