//! Timers: things to do at a time. One that recurs sets its own next row in the commit of this one.

use crate::row::Json;
use crate::work::Command;
use crate::{Db, Look, Result, Tx, Who, params, sql};
use facts::{TenantId, Time};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Timers that ring in one turn.
const PAGE: i64 = 100;
/// The longest wait between two tries of a timer that fails.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// Something that changes state at a time of its own.
pub trait Timer: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, such as `ask_for_payment`.
    const NAME: &'static str;
    /// What it is for: at most one is set for each key.
    fn key(&self) -> String;
    /// Makes the change.
    fn ring(&self, tx: &mut Tx) -> impl Future<Output = Result<()>> + Send;
}

impl Tx {
    /// Sets a timer, in place of the one with the same key.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn at<T: Timer>(&mut self, when: Time, timer: T) -> Result<()> {
        let body = serde_json::to_value(&timer)?;
        self.put(
            sql!(
                "INSERT INTO timers (tenant_id, name, key, due_at, body, failures) VALUES ($1, $2, $3, $4, $5, 0)
                 ON CONFLICT (tenant_id, name, key) DO UPDATE SET due_at = excluded.due_at, body = excluded.body, failures = 0"
            ),
            params![self.tenant(), T::NAME, timer.key(), when, body],
        )
        .await?;
        self.woke.timers = true;
        Ok(())
    }

    /// Sets a timer, unless the one with the same key rings before it.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn at_latest<T: Timer>(&mut self, when: Time, timer: T) -> Result<()> {
        let body = serde_json::to_value(&timer)?;
        self.put(
            sql!(
                "INSERT INTO timers (tenant_id, name, key, due_at, body, failures) VALUES ($1, $2, $3, $4, $5, 0)
                 ON CONFLICT (tenant_id, name, key) DO UPDATE SET due_at = excluded.due_at, body = excluded.body, failures = 0
                 WHERE timers.due_at > excluded.due_at"
            ),
            params![self.tenant(), T::NAME, timer.key(), when, body],
        )
        .await?;
        self.woke.timers = true;
        Ok(())
    }

    /// Sets a timer. Where one with the same key is set already, that one stays as it is, and rings then at the latest.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn no_later<T: Timer>(&mut self, when: Time, timer: T) -> Result<()> {
        let body = serde_json::to_value(&timer)?;
        self.put(
            sql!(
                "INSERT INTO timers (tenant_id, name, key, due_at, body, failures) VALUES ($1, $2, $3, $4, $5, 0)
                 ON CONFLICT (tenant_id, name, key) DO UPDATE SET due_at = excluded.due_at, failures = 0
                 WHERE timers.due_at > excluded.due_at"
            ),
            params![self.tenant(), T::NAME, timer.key(), when, body],
        )
        .await?;
        self.woke.timers = true;
        Ok(())
    }

    /// Takes a timer back; nothing happens when there is none.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn stop(&mut self, name: &'static str, key: &str) -> Result<()> {
        self.put(sql!("DELETE FROM timers WHERE tenant_id = $1 AND name = $2 AND key = $3"), params![self.tenant(), name, key]).await
    }
}

type Ring = for<'a> fn(&'a serde_json::Value, &'a mut Tx) -> BoxFuture<'a, Result<()>>;

/// How a kind of timer rings.
#[derive(Clone, Copy)]
pub struct TimerKind {
    name: &'static str,
    ring: Ring,
}

impl TimerKind {
    /// The kind of `T`.
    pub fn of<T: Timer>() -> Self {
        fn ring<'a, T: Timer>(body: &'a serde_json::Value, tx: &'a mut Tx) -> BoxFuture<'a, Result<()>> {
            Box::pin(async move { T::deserialize(body)?.ring(tx).await })
        }
        Self { name: T::NAME, ring: ring::<T> }
    }
}

#[derive(Deserialize, Clone)]
struct Due {
    tenant_id: TenantId,
    name: String,
    key: String,
    due_at: Time,
    failures: i64,
}

/// All kinds of timer, by name.
pub(crate) struct Timers(HashMap<&'static str, TimerKind>);

impl Timers {
    pub(crate) fn new(kinds: impl IntoIterator<Item = TimerKind>) -> Self {
        Self(kinds.into_iter().map(|kind| (kind.name, kind)).collect())
    }

    /// Rings what is due; tells how many.
    pub(crate) async fn turn(&self, db: &Db) -> Result<usize> {
        let due: Vec<Due> = db
            .read_global()
            .all(
                sql!(global "SELECT tenant_id, name, key, due_at, failures FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT $2"),
                params![db.clock().now(), PAGE],
            )
            .await?;
        let rings = due.iter().map(|timer| self.ring(db, timer));
        futures::future::join_all(rings).await.into_iter().collect::<Result<()>>()?;
        Ok(due.len())
    }

    /// Rings one, or puts it off. An error means that the database took neither.
    async fn ring(&self, db: &Db, due: &Due) -> Result<()> {
        let who = Who::system(due.tenant_id, due.name.clone());
        let result = match self.0.get(due.name.as_str()) {
            Some(kind) => db.run(&who, RingTimer { due: due.clone(), ring: kind.ring }).await,
            None => Err(crate::Error::internal(format!("nothing rings at {}", due.name))),
        };
        match result {
            Err(error) if !error.is_away() => {
                tracing::warn!(timer = due.name, key = due.key, ?error, "a timer failed");
                db.run(&who, PutOff { due: due.clone(), note: error.to_string() }).await
            }
            result => result,
        }
    }

    /// When the next timer is due.
    pub(crate) async fn next(&self, db: &Db) -> Result<Option<Time>> {
        let next: Option<i64> = db.read_global().one(sql!(global "SELECT MIN(due_at) FROM timers"), &[]).await?;
        Ok(next.map(Time))
    }
}

struct RingTimer {
    due: Due,
    ring: Ring,
}

impl Command for RingTimer {
    const NAME: &'static str = "ring_timer";
    type Out = ();

    /// Takes the row first: whoever finds it gone or moved has come second. Rings what the row says now, for it may
    /// have been set anew for the same moment.
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let taken: Option<Json<serde_json::Value>> = tx
            .maybe(
                sql!("DELETE FROM timers WHERE tenant_id = $1 AND name = $2 AND key = $3 AND due_at = $4 RETURNING body"),
                params![tx.tenant(), &self.due.name, &self.due.key, self.due.due_at],
            )
            .await?;
        match taken {
            Some(body) => (self.ring)(&body.0, tx).await,
            None => Ok(()),
        }
    }
}

struct PutOff {
    due: Due,
    note: String,
}

impl Command for PutOff {
    const NAME: &'static str = "put_off_timer";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let doublings = u32::try_from(self.due.failures.clamp(0, 12)).unwrap_or(12);
        let wait = (Duration::from_secs(1) * 2u32.pow(doublings)).min(LONGEST_WAIT);
        tx.put(
            sql!(
                "UPDATE timers SET due_at = $5, failures = failures + 1, note = $6
                 WHERE tenant_id = $1 AND name = $2 AND key = $3 AND due_at = $4"
            ),
            params![tx.tenant(), &self.due.name, &self.due.key, self.due.due_at, tx.now().after(wait), &self.note],
        )
        .await
    }
}

/// Shares the kinds between the loop and a test that turns it by hand.
pub(crate) type SharedTimers = Arc<Timers>;
