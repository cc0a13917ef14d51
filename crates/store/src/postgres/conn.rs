//! A connection inside a transaction. Every round trip to PostgreSQL holds the transaction's locks for longer, so
//! whatever nobody waits for travels together with the next statement: BEGIN, and writes whose count nobody needs.

use super::sight::{IN_TRANSACTION, ON_CONNECTION, Sight};
use crate::row::Row;
use crate::{Result, Rows, Sql, Value};
use deadpool_postgres::Object;
use futures::future::{BoxFuture, try_join_all};
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
    /// The words that begin the transaction, until they have been sent.
    begin: Option<String>,
    waiting: Vec<(Statement, Vec<Value>)>,
    /// Rows that are written at the end, together.
    last: Vec<Last>,
    /// Whose rows the next statement may see, as far as it has been said.
    sight: Option<Sight>,
}

/// Rows of one tenant that are written at the end.
struct Last {
    rows: &'static Rows,
    sight: Sight,
    values: Vec<Value>,
}

impl PgConn {
    /// A connection that begins its transaction with these words, together with the first statement.
    pub(crate) fn new(client: Object, begin: &'static str) -> Self {
        Self { client, begin: Some(begin.to_owned()), waiting: Vec::new(), last: Vec::new(), sight: None }
    }

    pub(crate) async fn exec(&mut self, sql: &'static Sql, params: &[Value], sight: Sight) -> Result<u64> {
        self.ready(sql.postgres(), sight).await?;
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        Ok(behind(client, ahead, client.execute(&statement, &borrow(params))).await?)
    }

    pub(crate) async fn all<T: DeserializeOwned>(&mut self, sql: &'static Sql, params: &[Value], sight: Sight) -> Result<Vec<T>> {
        self.ready(sql.postgres(), sight).await?;
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        let rows = behind(client, ahead, client.query(&statement, &borrow(params))).await?;
        rows.iter().map(|row| Row::Postgres(row).read()).collect()
    }

    /// The rows of a statement for each of these values in turn, which are all sent before the first answer is waited for.
    pub(crate) async fn all_each<T: DeserializeOwned>(
        &mut self,
        sql: &'static Sql,
        each: &[impl AsRef<[Value]>],
        sight: Sight,
    ) -> Result<Vec<T>> {
        self.ready(sql.postgres(), sight).await?;
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        let params: Vec<Vec<&(dyn ToSql + Sync)>> = each.iter().map(|params| borrow(params.as_ref())).collect();
        let answers = try_join_all(params.iter().map(|params| client.query(&statement, params)));
        let found = behind(client, ahead, answers).await?;
        found.iter().flatten().map(|row| Row::Postgres(row).read()).collect()
    }

    /// A statement that is put together at run time, from names that the schema gave.
    pub(crate) async fn exec_text(&mut self, text: &str, params: &[Value], sight: Sight) -> Result<u64> {
        self.ready(text, sight).await?;
        let statement = self.client.prepare(text).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        Ok(behind(client, ahead, client.execute(&statement, &borrow(params))).await?)
    }

    /// Rows of a statement that is put together at run time, from names that the schema gave.
    pub(crate) async fn all_text(&mut self, text: &str, params: &[Value], sight: Sight) -> Result<Vec<tokio_postgres::Row>> {
        self.ready(text, sight).await?;
        let statement = self.client.prepare(text).await?;
        let ahead = self.take_ahead();
        let client: &Client = &self.client;
        Ok(behind(client, ahead, client.query(&statement, &borrow(params))).await?)
    }

    /// Lets a write wait for the next statement, or for the end; an error of it is told then.
    pub(crate) async fn put(&mut self, sql: &'static Sql, params: &[Value], sight: Sight) -> Result<()> {
        self.ready(sql.postgres(), sight).await?;
        self.wait(sql, params).await
    }

    async fn wait(&mut self, sql: &'static Sql, params: &[Value]) -> Result<()> {
        if self.waiting.len() >= WAITING {
            self.arrive().await?;
        }
        let statement = self.client.prepare_cached(sql.postgres()).await?;
        self.waiting.push((statement, params.to_vec()));
        Ok(())
    }

    /// Lets rows wait for the end of the transaction.
    pub(crate) fn put_last(&mut self, rows: &'static Rows, values: &[Value], sight: Sight) {
        match self.last.iter_mut().find(|last| std::ptr::eq(last.rows, rows) && last.sight == sight) {
            Some(last) => last.values.extend_from_slice(values),
            None => self.last.push(Last { rows, sight, values: values.to_vec() }),
        }
    }

    /// Before a statement: rows that it could miss are written, and it is said whose rows it may see.
    async fn ready(&mut self, text: &str, sight: Sight) -> Result<()> {
        if self.last.iter().any(|last| text.contains(last.rows.table())) {
            self.write_last().await?;
        }
        self.see(sight).await
    }

    async fn write_last(&mut self) -> Result<()> {
        for Last { rows, sight, values } in std::mem::take(&mut self.last) {
            self.see(sight).await?;
            for (sql, values) in rows.statements(&values) {
                self.wait(sql, values).await?;
            }
        }
        Ok(())
    }

    /// Says whose rows the next statement may see, ahead of it.
    async fn see(&mut self, sight: Sight) -> Result<()> {
        match (self.sight, &mut self.begin) {
            (Some(now), _) if now == sight => return Ok(()),
            (None, Some(words)) => words.push_str(&sight.words()),
            _ => {
                let statement = self.client.prepare_cached(IN_TRANSACTION).await?;
                self.waiting.push((statement, vec![sight.value()]));
            }
        }
        self.sight = Some(sight);
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
        self.write_last().await?;
        if self.begin.is_some() && self.waiting.is_empty() {
            return Ok(());
        }
        let ahead = self.take_ahead();
        Ok(behind(&self.client, ahead, self.client.batch_execute("COMMIT")).await?)
    }

    /// Takes all of it back.
    pub(crate) async fn roll_back(&mut self) -> Result<()> {
        self.waiting.clear();
        self.last.clear();
        if self.begin.is_none() {
            self.client.batch_execute("ROLLBACK").await?;
        }
        Ok(())
    }

    /// Closes a connection whose state nobody knows, in place of handing it to the next caller.
    pub(crate) fn discard(self) {
        drop(Object::take(self.client));
    }

    fn take_ahead(&mut self) -> Ahead {
        Ahead { begin: self.begin.take(), writes: std::mem::take(&mut self.waiting) }
    }
}

/// Rows outside a transaction; whose they may be travels ahead of the statement.
pub(super) async fn look(client: &Object, sql: &'static Sql, params: &[Value], sight: Sight) -> Result<Vec<tokio_postgres::Row>> {
    let statement = client.prepare_cached(sql.postgres()).await?;
    let sees = client.prepare_cached(ON_CONNECTION).await?;
    let ahead = Ahead { begin: None, writes: vec![(sees, vec![sight.value()])] };
    let client: &Client = client;
    Ok(behind(client, ahead, client.query(&statement, &borrow(params))).await?)
}

/// What travels ahead of a statement.
struct Ahead {
    begin: Option<String>,
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
        let begin = self.begin.map(|words| -> BoxFuture<'_, _> { Box::pin(async move { client.batch_execute(&words).await }) });
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
