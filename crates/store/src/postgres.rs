//! PostgreSQL: an ordinary transaction a command, run again when two collide; and, for the many small
//! outcomes of errands, the same gathering that SQLite's writer does.

mod address;
mod conn;
mod gather;
mod sight;
mod statistics;

pub(crate) use address::Address;
pub(crate) use conn::PgConn;
pub(crate) use sight::{Sight, is_on as security_is_on, put_on as secure};

use crate::row::Row;
use crate::tx::{Conn, Woke};
use crate::wake::Wake;
use crate::work::Work;
use crate::{Clock, Dice, Error, Result, Sql, Tx, Value};
use deadpool_postgres::Pool;
use facts::TenantId;
use futures::FutureExt;
use gather::Gatherers;
use serde::de::DeserializeOwned;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// How often a command runs before a collision is the caller's to hear of.
const RUNS: u32 = 8;
/// Connections for outcomes alone. What a call came to is in this process's memory until it is written, so it does
/// not stand in line with new work.
const OUTCOMES: usize = 4;
const BEGIN: &str = "BEGIN";

/// The pool and what every transaction needs besides it.
#[derive(Clone)]
pub(crate) struct Engine {
    pub address: Address,
    pub pool: Pool,
    /// A connection that only says that this node is alive, so that no queue of commands can delay the word.
    vital: Pool,
    /// Connections as the login itself, which owns the tables: for their shape, never for rows.
    pub owner: Pool,
    pub clock: Clock,
    pub dice: Dice,
    pub wake: Wake,
    gatherers: Gatherers,
}

impl Engine {
    pub(crate) fn start(address: Address, pool: Pool, clock: Clock, dice: Dice, wake: Wake) -> Result<Self> {
        let (vital, owner) = (address.pool(1)?, address.owner_pool()?);
        let outcomes = Bare { pool: address.pool(OUTCOMES)?, clock: clock.clone(), dice: dice.clone(), wake: wake.clone() };
        Ok(Self { address, pool, vital, owner, clock, dice, wake, gatherers: Gatherers::new(outcomes) })
    }

    pub(crate) async fn refresh_statistics(&self) -> Result<()> {
        statistics::refresh(&self.owner).await
    }

    pub(crate) async fn run(&self, work: Box<dyn Work>) {
        Bare::of(self).run(work).await;
    }

    pub(crate) async fn run_vital(&self, work: Box<dyn Work>) {
        Bare { pool: self.vital.clone(), ..Bare::of(self) }.run(work).await;
    }

    pub(crate) async fn run_gathered(&self, kind: &str, work: Box<dyn Work>) {
        self.gatherers.run(kind, work).await;
    }
}

/// The engine without its queues, so that a gatherer does not keep its own queue open.
#[derive(Clone)]
struct Bare {
    pool: Pool,
    clock: Clock,
    dice: Dice,
    wake: Wake,
}

impl Bare {
    fn of(engine: &Engine) -> Self {
        Self { pool: engine.pool.clone(), clock: engine.clock.clone(), dice: engine.dice.clone(), wake: engine.wake.clone() }
    }

    async fn begin(&self, who: &crate::Who, words: &'static str) -> Result<Tx> {
        let client = self.pool.get().await?;
        Ok(Tx::new(Conn::Postgres(PgConn::new(client, words)), who.clone(), &self.clock, &self.dice))
    }

    /// One command in a transaction of its own.
    async fn run(&self, mut work: Box<dyn Work>) {
        for run in 1..=RUNS {
            match self.once(work.as_mut()).await {
                Ok(woke) => {
                    work.answer(Ok(()));
                    self.wake.committed(woke);
                    return;
                }
                Err(End::Collided) if run < RUNS => tokio::time::sleep(Duration::from_millis(u64::from(run * run))).await,
                Err(End::Collided) => {
                    let error = Error::unavailable("database_conflict", "Others keep changing the same thing. Try again.");
                    work.answer(Err(error));
                    return;
                }
                Err(End::Refused) => {
                    work.answer(Ok(()));
                    return;
                }
                Err(End::Failed(error)) => {
                    work.answer(Err(error));
                    return;
                }
            }
        }
    }

    async fn once(&self, work: &mut dyn Work) -> Result<Woke, End> {
        let mut tx = self.begin(work.who(), BEGIN).await.map_err(End::Failed)?;
        let ran = run_in(&mut tx, work).await;
        let woke = tx.woke;
        end(tx, ran).await.map(|()| woke)
    }
}

enum End {
    Collided,
    Refused,
    Failed(Error),
}

impl End {
    fn of(error: Error) -> Self {
        if error.is_rerun() { Self::Collided } else { Self::Failed(error) }
    }
}

async fn run_in(tx: &mut Tx, work: &mut dyn Work) -> Result<(), End> {
    match AssertUnwindSafe(work.run(tx)).catch_unwind().await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(refused)) => Err(if refused.rerun { End::Collided } else { End::Refused }),
        Err(_) => Err(End::Failed(Error::internal("the command panicked"))),
    }
}

/// Commits what ran, or takes it back. A connection that could do neither, or whose command panicked, is closed.
async fn end(tx: Tx, ran: Result<(), End>) -> Result<(), End> {
    let Conn::Postgres(mut conn) = tx.conn else {
        return Err(End::Failed(Error::internal("a PostgreSQL transaction holds a SQLite connection")));
    };
    let ended = match &ran {
        Ok(()) => conn.commit().await,
        Err(End::Failed(_)) => {
            conn.discard();
            return ran;
        }
        Err(_) => conn.roll_back().await,
    };
    match ended {
        Ok(()) => ran,
        Err(error) => {
            conn.discard();
            if ran.is_err() {
                tracing::warn!(%error, "a rollback failed; its connection was closed");
            }
            ran.and(Err(End::of(error)))
        }
    }
}

pub(crate) async fn all<T: DeserializeOwned>(pool: &Pool, sql: &'static Sql, params: &[Value], tenant: TenantId) -> Result<Vec<T>> {
    let client = pool.get().await?;
    let rows = conn::look(&client, sql, params, Sight::of(sql, tenant)).await?;
    rows.iter().map(|row| Row::Postgres(row).read()).collect()
}
