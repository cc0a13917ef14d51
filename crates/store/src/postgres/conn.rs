//! A connection inside a transaction. Every round trip to PostgreSQL holds the transaction's locks for longer, so
//! whatever nobody waits for travels together with the next statement: BEGIN, and writes whose count nobody needs.

use crate::row::Row;
use crate::{Result, Sql, Value};
use deadpool_postgres::Object;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

type Answer<T> = Result<T, tokio_postgres::Error>;

/// Writes that may wait for the next statement: enough to save the round trips, few enough to hold in memory.
const WAITING: usize = 64;

/// A PostgreSQL connection that a transaction holds.
pub(crate) struct PgConn {
    client: Object,
    begin: &'static str,
    begun: bool,
    waiting: Vec<(Statement, Vec<Value>)>,
}

impl PgConn {
    /// A connection that begins its transaction with these words, together with the first statement.
    pub(crate) fn new(client: Object, begin: &'static str) -> Self {
        Self { client, begin, begun: false, waiting: Vec::new() }
    }

    pub(crate) async fn exec(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64> {
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        Ok(behind(client, ahead, client.execute(&statement, &borrow(params))).await?)
    }

    pub(crate) async fn all<T: DeserializeOwned>(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        let rows = behind(client, ahead, client.query(&statement, &borrow(params))).await?;
        rows.iter().map(|row| Row::Postgres(row).read()).collect()
    }

    /// A statement that is put together at run time, from names that the schema gave.
    pub(crate) async fn exec_text(&mut self, text: &str, params: &[Value]) -> Result<u64> {
        let statement = self.client.prepare(text).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        Ok(behind(client, ahead, client.execute(&statement, &borrow(params))).await?)
    }

    /// Lets a write wait for the next statement, or for the end; an error of it is told then.
    pub(crate) async fn put(&mut self, sql: &'static Sql, params: &[Value]) -> Result<()> {
        if self.waiting.len() == WAITING {
            self.arrive().await?;
        }
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        self.waiting.push((statement, params.to_vec()));
        Ok(())
    }

    /// Sends what waits, and learns how it went.
    pub(crate) async fn arrive(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let ahead = self.take_ahead();
        Ok(behind(&self.client, ahead, async { Ok(()) }).await?)
    }

    /// Commits all of it. After a write that failed COMMIT is a rollback that looks like success; that write's error
    /// comes first.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if !self.begun && self.waiting.is_empty() {
            return Ok(());
        }
        let ahead = self.take_ahead();
        Ok(behind(&self.client, ahead, self.client.batch_execute("COMMIT")).await?)
    }

    /// Takes all of it back.
    pub(crate) async fn roll_back(&mut self) -> Result<()> {
        self.waiting.clear();
        if self.begun {
            self.client.batch_execute("ROLLBACK").await?;
        }
        Ok(())
    }

    /// Closes a connection whose state nobody knows, in place of handing it to the next caller.
    pub(crate) fn discard(self) {
        drop(Object::take(self.client));
    }

    fn take_ahead(&mut self) -> Ahead {
        let begin = (!std::mem::replace(&mut self.begun, true)).then_some(self.begin);
        Ahead { begin, writes: std::mem::take(&mut self.waiting) }
    }
}

/// What travels ahead of a statement.
struct Ahead {
    begin: Option<&'static str>,
    writes: Vec<(Statement, Vec<Value>)>,
}

/// Runs a statement behind what travels ahead of it; the first error of them all.
///
/// The driver sends a statement when it is first polled, and hands answers out in that order, so each is polled once
/// and then they are waited for from the first to the last.
async fn behind<T>(client: &Client, ahead: Ahead, last: impl Future<Output = Answer<T>>) -> Answer<T> {
    let mut first = ahead.futures(client);
    let mut early = Vec::with_capacity(first.len());
    for one in &mut first {
        early.push(futures::poll!(one));
    }
    let mut last = pin!(last);
    let early_last = futures::poll!(last.as_mut());
    for (one, early) in first.into_iter().zip(early) {
        finish(one, early).await?;
    }
    finish(last, early_last).await
}

/// The answer of a future that was polled once.
async fn finish<T>(future: impl Future<Output = T>, early: Poll<T>) -> T {
    match early {
        Poll::Ready(answer) => answer,
        Poll::Pending => future.await,
    }
}

impl Ahead {
    fn futures(self, client: &Client) -> Vec<BoxFuture<'_, Answer<()>>> {
        let begin = self.begin.map(|words| -> BoxFuture<'_, _> { Box::pin(client.batch_execute(words)) });
        let write = |(statement, params): (Statement, Vec<Value>)| -> BoxFuture<'_, _> {
            Box::pin(async move { client.execute(&statement, &borrow(&params)).await.map(drop) })
        };
        begin.into_iter().chain(self.writes.into_iter().map(write)).collect()
    }
}

/// Parameters as the driver takes them.
pub(crate) fn borrow(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
