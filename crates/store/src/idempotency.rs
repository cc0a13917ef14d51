//! The same request twice is one change and two equal answers.
//!
//! The key is claimed first thing in the command's own transaction. On PostgreSQL a second caller waits on the
//! unique index until the first has committed, on SQLite behind the writer; either then finds the answer.
//!
//! An answer is kept for eight days. What is in it may be about somebody who is erased in the meantime, so a command that writes texts
//! down answers with ids.

use crate::work::Command;
use crate::{Db, Error, Kind, Result, Tx, node, params, sql};
use crate::{Look, row::Json};
use serde::Deserialize;
use std::time::Duration;

/// How long an answer is kept: a repeat within a week finds it.
const KEPT: Duration = Duration::from_secs(8 * 24 * 3_600);
/// How many are forgotten in one commit, so that nobody waits long behind it.
const PORTION: i64 = 500;

/// An idempotency key together with the request that it came with.
#[derive(Debug, Clone)]
pub struct Key {
    /// What the caller sent, 1 to 255 printable ASCII characters.
    pub key: String,
    /// Method and route.
    pub scope: String,
    /// SHA-256 of the request's canonical body, in hex.
    pub body_hash: String,
}

#[derive(Deserialize)]
struct Stored {
    scope: String,
    body_hash: String,
    answer: Option<Json<serde_json::Value>>,
}

/// Claims the key: `None` when it is new, else the stored answer.
pub(crate) async fn claim(tx: &mut Tx, key: &Key) -> Result<Option<serde_json::Value>> {
    let claimed = tx
        .exec(
            sql!(
                "INSERT INTO idempotency_keys (tenant_id, key, scope, body_hash, created_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, key) DO NOTHING"
            ),
            params![tx.tenant(), &key.key, &key.scope, &key.body_hash, tx.now()],
        )
        .await?;
    if claimed == 1 {
        return Ok(None);
    }
    let stored: Stored = tx
        .one(
            sql!("SELECT scope, body_hash, answer FROM idempotency_keys WHERE tenant_id = $1 AND key = $2"),
            params![tx.tenant(), &key.key],
        )
        .await?;
    if stored.scope != key.scope || stored.body_hash != key.body_hash {
        return Err(Error::invalid(
            "idempotency_key_reused",
            "This Idempotency-Key came with another request before. Use a new key for a new request.",
        ));
    }
    stored.answer.map(|answer| Some(answer.0)).ok_or_else(|| {
        Error::new(Kind::Conflict, "idempotency_in_progress", "The first request with this key is still running.")
            .retry_after(std::time::Duration::from_secs(1))
    })
}

/// Stores the answer beside the effect.
pub(crate) async fn keep(tx: &mut Tx, key: &Key, answer: serde_json::Value) -> Result<()> {
    tx.put(sql!("UPDATE idempotency_keys SET answer = $3 WHERE tenant_id = $1 AND key = $2"), params![tx.tenant(), &key.key, answer]).await
}

/// Forgets the oldest answers that nobody asks for any more, whosever; tells how many.
struct Forget;

impl Command for Forget {
    const NAME: &'static str = "forget_answers";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        let old = sql!(global
            "DELETE FROM idempotency_keys WHERE (tenant_id, key) IN
               (SELECT tenant_id, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)"
        );
        tx.exec(old, params![tx.now().before(KEPT), PORTION]).await
    }
}

impl Db {
    /// Forgets the answers of idempotency keys that are older than eight days; tells how many. Every node does it once a minute.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn forget_answers(&self) -> Result<u64> {
        let mut forgotten = 0;
        loop {
            let some = self.run_behind(&node::who(), Forget).await?;
            forgotten += some;
            if i64::try_from(some).is_ok_and(|some| some < PORTION) {
                return Ok(forgotten);
            }
        }
    }
}
