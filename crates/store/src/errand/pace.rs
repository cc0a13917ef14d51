//! How fast a lane may move: a bucket of tokens in the database, shared by all nodes, and a gap per recipient.

use crate::{Look, Result, Tx, params, sql};
use facts::Time;
use serde::Deserialize;
use std::time::Duration;

/// Tokens are counted in thousandths, so that a slow lane earns some in every moment.
const MILLI: i64 = 1_000;

#[derive(Deserialize)]
pub(crate) struct Bucket {
    pub tokens: i64,
    pub counted_at: Time,
    pub paused_until: Time,
}

impl Bucket {
    /// Whole tokens there are now at so many a second; a lane never saves up more than one second's worth.
    pub(crate) fn now(&self, now: Time, per_second: i64) -> i64 {
        let earned = i64::try_from(now.since(self.counted_at).as_millis()).unwrap_or(i64::MAX).saturating_mul(per_second);
        self.tokens.saturating_add(earned).min(per_second * MILLI)
    }
}

/// How many errands a lane may give up now, at most `wanted`; takes their tokens.
pub(crate) async fn take(tx: &mut Tx, lane: &str, bucket: Option<&Bucket>, per_second: Option<u32>, wanted: i64) -> Result<i64> {
    let now = tx.now();
    if bucket.is_some_and(|bucket| bucket.paused_until > now) {
        return Ok(0);
    }
    let Some(per_second) = per_second.map(i64::from).filter(|rate| *rate > 0) else { return Ok(wanted) };
    let tokens = bucket.map_or(per_second * MILLI, |bucket| bucket.now(now, per_second));
    let taken = wanted.min(tokens / MILLI);
    tx.exec(
        sql!(global
            "INSERT INTO lanes (lane, tokens, counted_at, paused_until) VALUES ($1, $2, $3, 0)
             ON CONFLICT (lane) DO UPDATE SET tokens = excluded.tokens, counted_at = excluded.counted_at"
        ),
        params![lane, tokens - taken * MILLI, now],
    )
    .await?;
    Ok(taken)
}

/// Silences a lane.
pub(crate) async fn pause(tx: &mut Tx, lane: &str, until: Time) -> Result<()> {
    tx.exec(
        sql!(global
            "INSERT INTO lanes (lane, tokens, counted_at, paused_until) VALUES ($1, 0, $2, $3)
             ON CONFLICT (lane) DO UPDATE SET paused_until =
               CASE WHEN lanes.paused_until > excluded.paused_until THEN lanes.paused_until ELSE excluded.paused_until END"
        ),
        params![lane, tx.now(), until],
    )
    .await?;
    Ok(())
}

/// The next moment at which a recipient may be written to, not before `due`; reserves it.
pub(crate) async fn reserve(tx: &mut Tx, lane: &str, recipient: &str, gap: Duration, due: Time) -> Result<Time> {
    let gap = i64::try_from(gap.as_millis()).unwrap_or(i64::MAX);
    let next: i64 = tx
        .one(
            sql!(global
                "INSERT INTO recipients (lane, recipient, next_at) VALUES ($1, $2, CAST($3 AS BIGINT) + CAST($4 AS BIGINT))
                 ON CONFLICT (lane, recipient) DO UPDATE SET next_at =
                   CASE WHEN recipients.next_at > CAST($3 AS BIGINT) THEN recipients.next_at ELSE CAST($3 AS BIGINT) END + CAST($4 AS BIGINT)
                 RETURNING next_at"
            ),
            params![lane, recipient, due, gap],
        )
        .await?;
    Ok(Time(next - gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_saves_up_one_second_at_most() {
        let bucket = Bucket { tokens: 0, counted_at: Time(0), paused_until: Time(0) };
        assert_eq!(bucket.now(Time(100), 80), 8_000);
        assert_eq!(bucket.now(Time(60_000), 80), 80_000);
    }
}
