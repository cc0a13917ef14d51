//! What providers call us with: kept word for word before the answer, each event once, worked on afterwards.
//!
//! The handler checks the signature, runs a command that calls [`Tx::receive`] and sends an errand or does the work,
//! and answers 2xx. An event that comes again finds its row and changes nothing.

use crate::{Look, Result, Tx, params, sql};
use facts::{InboundId, Time};
use serde::Deserialize;

/// A provider's call as it arrived.
#[derive(Debug, Clone, Deserialize)]
pub struct Inbound {
    /// Its id.
    pub id: InboundId,
    /// Who called: `razorpay`.
    pub provider: String,
    /// The provider's id of the event, or the SHA-256 of the body where it has none.
    pub event_id: String,
    /// The bytes that were signed.
    #[serde(with = "raw")]
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: Time,
    /// When it was worked on; absent while it waits.
    pub processed_at: Option<Time>,
    /// What came of it.
    pub note: Option<String>,
}

mod raw {
    use serde::de::{Deserializer, Error, Visitor};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        d.deserialize_byte_buf(Bytes)
    }
}

impl Tx {
    /// Keeps a provider's call; `None` when this event has come before.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn receive(&mut self, provider: &str, event_id: &str, body: &[u8]) -> Result<Option<InboundId>> {
        let id: InboundId = self.id();
        let new = self
            .exec(
                sql!(
                    "INSERT INTO inbound (tenant_id, id, provider, event_id, body, received_at) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (tenant_id, provider, event_id) DO NOTHING"
                ),
                params![self.tenant(), id, provider, event_id, body, self.now()],
            )
            .await?;
        Ok((new == 1).then_some(id))
    }

    /// Notes that a provider's call has been worked on, and what came of it.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn processed(&mut self, id: InboundId, note: &str) -> Result<()> {
        self.exec(
            sql!("UPDATE inbound SET processed_at = $3, note = $4 WHERE tenant_id = $1 AND id = $2"),
            params![self.tenant(), id, self.now(), note],
        )
        .await?;
        Ok(())
    }
}

/// One provider's call.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn find(look: &mut impl Look, id: InboundId) -> Result<Option<Inbound>> {
    look.maybe(
        sql!("SELECT id, provider, event_id, body, received_at, processed_at, note FROM inbound WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}

/// What providers said after a place and up to a time, in the order in which it came.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn since(look: &mut impl Look, after: (Time, InboundId), by: Time, most: i64) -> Result<Vec<Inbound>> {
    look.all(
        sql!(
            "SELECT id, provider, event_id, body, received_at, processed_at, note FROM inbound
             WHERE tenant_id = $1 AND (received_at, id) > ($2, $3) AND received_at <= $4 ORDER BY received_at, id LIMIT $5"
        ),
        params![look.tenant(), after.0, after.1, by, most],
    )
    .await
}

/// How many calls a provider made since a time.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn count(look: &mut impl Look, provider: &str, since: Time) -> Result<i64> {
    // Not filtered by the provider: the index is that of the time.
    look.one(
        sql!("SELECT COALESCE(SUM(CASE WHEN provider = $2 THEN 1 ELSE 0 END), 0) FROM inbound WHERE tenant_id = $1 AND received_at >= $3"),
        params![look.tenant(), provider, since],
    )
    .await
}
