//! An open transaction: the only thing that can write.

use crate::clock::{new_id, new_uuid};
use crate::postgres::{PgConn, Sight};
use crate::row::Row;
use crate::work::Refused;
use crate::{Clock, Dice, Error, MANY, Result, Sql, TOGETHER, Value, Who, portions};
use facts::{Id, TenantId, Time};
use rand_chacha::ChaCha12Rng;
use serde::de::DeserializeOwned;
use std::future::Future;
use uuid::Uuid;

/// Looks at rows: a [`Tx`] sees its own writes, a [`crate::Read`] what is committed.
///
/// A query that both commands and pages need takes `&mut impl Look`.
pub trait Look: Send {
    /// The tenant whose rows are looked at.
    fn tenant(&self) -> TenantId;

    /// Every row.
    fn all<T: DeserializeOwned + Send + 'static>(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// The first row, if there is one.
    fn maybe<T: DeserializeOwned + Send + 'static>(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
    ) -> impl Future<Output = Result<Option<T>>> + Send {
        async move { Ok(self.all(sql, params).await?.into_iter().next()) }
    }

    /// The one row that there must be.
    ///
    /// # Errors
    /// An internal error when there is none: use [`Look::maybe`] where that may be.
    fn one<T: DeserializeOwned + Send + 'static>(&mut self, sql: &'static Sql, params: &[Value]) -> impl Future<Output = Result<T>> + Send {
        async move {
            let found = self.maybe(sql, params).await?;
            found.ok_or_else(|| Error::internal(format!("no row from {}", sql.place())))
        }
    }

    /// Every row of a statement for each of these values in turn: of [`TOGETHER`] at most, since a transaction on PostgreSQL sends all of
    /// them before it waits for the first.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    fn all_each<T: DeserializeOwned + Send + 'static>(
        &mut self,
        sql: &'static Sql,
        each: &[impl AsRef<[Value]> + Sync],
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move {
            let mut found = Vec::new();
            for params in each {
                found.extend(self.all::<T>(sql, params.as_ref()).await?);
            }
            Ok(found)
        }
    }

    /// Every row of a statement with [`many!`](crate::many), for any number of values: it is run for each portion of [`MANY`](crate::MANY),
    /// which is what `many!` has places for. `$1` is the tenant, `$2` to `$33` are values, and the `rest` begins at `$34`.
    ///
    /// Rows come portion after portion, so an order that the statement asks for holds within each; and what a value finds comes once for
    /// each portion that it is in.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    fn all_in<T: DeserializeOwned + Send + 'static>(
        &mut self,
        sql: &'static Sql,
        values: &[impl Clone + Into<Value> + Sync],
        rest: &[Value],
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move {
            let mut found = Vec::new();
            for values in values.chunks(MANY * TOGETHER) {
                let each: Vec<Vec<Value>> = portions(self.tenant(), values, rest).collect();
                found.extend(self.all_each::<T>(sql, &each).await?);
            }
            Ok(found)
        }
    }
}

/// What a commit should wake up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Woke {
    pub facts: bool,
    pub errands: bool,
    pub timers: bool,
}

impl Woke {
    pub(crate) fn and(self, other: Woke) -> Woke {
        Woke { facts: self.facts || other.facts, errands: self.errands || other.errands, timers: self.timers || other.timers }
    }
}

pub(crate) enum Conn {
    Sqlite(rusqlite::Connection),
    Postgres(PgConn),
}

/// An open transaction, bound to one tenant. Only commands, reactions and an errand's outcome are handed one.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) who: Who,
    pub(crate) woke: Woke,
    /// A statement failed. PostgreSQL refuses all that follows and turns COMMIT into a rollback without a word, so a
    /// command that swallows the error must not be believed, on either engine.
    pub(crate) broken: Option<Refused>,
    now: Time,
    dice: ChaCha12Rng,
}

impl Tx {
    pub(crate) fn new(conn: Conn, who: Who, clock: &Clock, dice: &Dice) -> Self {
        Self { conn, who, woke: Woke::default(), broken: None, now: clock.now(), dice: dice.fork() }
    }

    /// Makes the transaction ready for the next of the jobs that share its commit.
    pub(crate) fn turn_to(&mut self, who: Who, clock: &Clock) {
        self.who = who;
        self.now = clock.now();
        self.woke = Woke::default();
        self.broken = None;
    }

    /// The moment at which all of this happens.
    pub fn now(&self) -> Time {
        self.now
    }

    /// A new id, in the order of time.
    pub fn id<T: Id>(&mut self) -> T {
        new_id(self.now, &mut self.dice)
    }

    /// A new id that stands among those of an earlier moment, for what happened then and is learnt of now.
    pub fn id_of<T: Id>(&mut self, at: Time) -> T {
        new_id(at.min(self.now), &mut self.dice)
    }

    /// A new key for a row that never leaves the house.
    pub fn uuid(&mut self) -> Uuid {
        new_uuid(self.now, &mut self.dice)
    }

    /// Chance.
    pub fn dice(&mut self) -> &mut ChaCha12Rng {
        &mut self.dice
    }

    /// Who is acting.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// The tenant whose rows are touched.
    pub fn tenant(&self) -> TenantId {
        self.who.tenant
    }

    /// Goes on for another tenant: for what has to be known when the one that it happened to is no more.
    pub fn go_on_for(&mut self, tenant: TenantId) {
        self.who.tenant = tenant;
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn exec(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64> {
        let ran = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_exec(conn, sql, params),
            Conn::Postgres(conn) => conn.exec(sql, params, Sight::of(sql, self.who.tenant)).await,
        };
        self.note(ran)
    }

    /// Runs a statement whose count nobody needs. Where the engine is across a network it travels with the next one,
    /// and an error of it is that one's, or the commit's.
    ///
    /// # Errors
    /// Whatever the engine refuses, of this statement or of an earlier one.
    pub async fn put(&mut self, sql: &'static Sql, params: &[Value]) -> Result<()> {
        let put = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_exec(conn, sql, params).map(drop),
            Conn::Postgres(conn) => conn.put(sql, params, Sight::of(sql, self.who.tenant)).await,
        };
        self.note(put)
    }

    /// Remembers that a statement failed.
    fn note<T>(&mut self, ran: Result<T>) -> Result<T> {
        if let Err(error) = &ran {
            self.broken = Some(Refused { rerun: error.is_rerun() });
        }
        ran
    }
}

impl Look for Tx {
    fn tenant(&self) -> TenantId {
        self.who.tenant
    }

    async fn all<T: DeserializeOwned + Send + 'static>(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
        let found = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_all(conn, sql, params),
            Conn::Postgres(conn) => conn.all(sql, params, Sight::of(sql, self.who.tenant)).await,
        };
        self.note(found)
    }

    async fn all_each<T: DeserializeOwned + Send + 'static>(
        &mut self,
        sql: &'static Sql,
        each: &[impl AsRef<[Value]> + Sync],
    ) -> Result<Vec<T>> {
        let found = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_each(conn, sql, each),
            Conn::Postgres(conn) => conn.all_each(sql, each, Sight::of(sql, self.who.tenant)).await,
        };
        self.note(found)
    }
}

fn sqlite_exec(conn: &rusqlite::Connection, sql: &'static Sql, params: &[Value]) -> Result<u64> {
    let mut statement = conn.prepare_cached(sql.sqlite())?;
    // Not `execute`, which refuses a statement that also hands rows back.
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    while rows.next()?.is_some() {}
    Ok(conn.changes())
}

pub(crate) fn sqlite_all<T: DeserializeOwned>(conn: &rusqlite::Connection, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
    let mut statement = conn.prepare_cached(sql.sqlite())?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Row::Sqlite(row).read()?);
    }
    Ok(found)
}

fn sqlite_each<T: DeserializeOwned>(conn: &rusqlite::Connection, sql: &'static Sql, each: &[impl AsRef<[Value]>]) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for params in each {
        found.extend(sqlite_all(conn, sql, params.as_ref())?);
    }
    Ok(found)
}
