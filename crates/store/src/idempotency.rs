//! The same request twice is one change and two equal answers.
//!
//! The key is claimed first thing in the command's own transaction. On PostgreSQL a second caller waits on the
//! unique index until the first has committed, on SQLite behind the writer; either then finds the answer.

use crate::{Error, Kind, Result, Tx, params, sql};
use crate::{Look, row::Json};
use serde::Deserialize;

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
