//! What writes this slice's tables.

use crate::model::{OneTimeCode, Purpose, State};
use facts::{OtpId, Time};
use serde::Deserialize;
use store::{Look, Result, Tx, params, sql};

/// A statement that gives whole [`OneTimeCode`]s.
macro_rules! codes {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, purpose, address, channels, sends, state, tries, created_at, expires_at, ended_at FROM one_time_codes ",
            $rest
        ))
    };
}
pub(crate) use codes;

/// The code that counts for an address and a purpose, its row held until the commit.
pub(crate) async fn live(tx: &mut Tx, address: &str, purpose: Purpose) -> Result<Option<OneTimeCode>> {
    tx.maybe(
        codes!("WHERE tenant_id = $1 AND address = $2 AND purpose = $3 AND state = 'sent' FOR UPDATE"),
        params![tx.tenant(), address, purpose.as_str()],
    )
    .await
}

/// The code with this id, its row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: OtpId) -> Result<Option<OneTimeCode>> {
    tx.maybe(codes!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// Puts a new one there; `false` where somebody else has asked for one in this very moment.
pub(crate) async fn insert(tx: &mut Tx, code: &OneTimeCode) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO one_time_codes (tenant_id, id, purpose, address, channels, sends, state, tries, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                code.id,
                code.purpose.as_str(),
                &code.address,
                &code.channels,
                code.sends,
                code.state.as_str(),
                code.tries,
                code.created_at,
                code.expires_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Ends one whose row is held.
pub(crate) async fn end(tx: &mut Tx, id: OtpId, state: State) -> Result<()> {
    tx.put(
        sql!("UPDATE one_time_codes SET state = $3, ended_at = $4 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, state.as_str(), tx.now()],
    )
    .await
}

/// Notes how often a held one was sent, and how often a wrong code was said.
pub(crate) async fn note(tx: &mut Tx, id: OtpId, sends: i64, tries: i64) -> Result<()> {
    tx.put(
        sql!("UPDATE one_time_codes SET sends = $3, tries = $4 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, sends, tries],
    )
    .await
}

/// How many codes were sent within an hour, and what came of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Counted {
    pub sends: i64,
    /// Found right.
    pub verified: i64,
    /// Asked for and not sent, because they were too many.
    pub refused: i64,
    /// Guessed at too often.
    pub spent: i64,
}

impl Counted {
    /// Both together.
    pub(crate) fn and(self, other: Counted) -> Counted {
        Counted {
            sends: self.sends + other.sends,
            verified: self.verified + other.verified,
            refused: self.refused + other.refused,
            spent: self.spent + other.spent,
        }
    }
}

/// What all codes of a tenant are counted under.
pub(crate) const IN_ALL: &str = "tenant";

/// Counts one more and gives them all; whoever counts at the same time waits for this one's commit.
pub(crate) async fn count(tx: &mut Tx, scope: &str, what: &str, by: Counted) -> Result<Counted> {
    let hour = hour(tx.now());
    tx.one(
        sql!(
            "INSERT INTO one_time_code_counts (tenant_id, scope, what, hour, sends, verified, refused, spent)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant_id, scope, what, hour) DO UPDATE SET sends = one_time_code_counts.sends + excluded.sends,
                verified = one_time_code_counts.verified + excluded.verified, refused = one_time_code_counts.refused + excluded.refused,
                spent = one_time_code_counts.spent + excluded.spent
             RETURNING sends, verified, refused, spent"
        ),
        params![tx.tenant(), scope, what, hour, by.sends, by.verified, by.refused, by.spent],
    )
    .await
}

/// The hour of a moment, from 1970 on.
pub(crate) fn hour(at: Time) -> i64 {
    at.millis() / 3_600_000
}
