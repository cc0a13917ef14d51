//! How fast a lane may move: a bucket of tokens in the database, shared by all nodes (and by the lanes behind one), and a gap per recipient.

use crate::{Look, Result, Tx, params, sql};
use facts::Time;
use serde::Deserialize;
use std::time::Duration;

/// Tokens are counted in thousandths, so that a slow lane earns some in every moment.
const MILLI: i64 = 1_000;

/// A lane's tokens. It saves up a tenth of a second's worth and earns so much less that no second, wherever it
/// begins, sees more calls than it may.
#[derive(Deserialize)]
pub(crate) struct Bucket {
    tokens: i64,
    counted_at: Time,
    paused_until: Time,
}

/// The most tokens that a lane saves up.
fn burst(per_second: i64) -> i64 {
    (per_second / 10).max(1)
}

/// The tokens that it earns in a second.
fn earned(per_second: i64) -> i64 {
    per_second - burst(per_second) + 1
}

impl Bucket {
    fn tokens(&self, now: Time, per_second: i64) -> i64 {
        let span = i64::try_from(now.since(self.counted_at).as_millis()).unwrap_or(i64::MAX);
        let tokens = self.tokens.saturating_add(span.saturating_mul(earned(per_second)));
        tokens.min(burst(per_second) * MILLI)
    }

    /// Forgets a silence: it is that of the lane whose tokens these are, and another takes them.
    pub(crate) fn heed_no_silence(&mut self) {
        self.paused_until = Time(0);
    }

    /// Errands that may go now.
    pub(crate) fn whole(&self, now: Time, per_second: i64) -> i64 {
        if self.paused_until > now { 0 } else { self.tokens(now, per_second) / MILLI }
    }

    /// When the next ones may go: when all that it can save up is there, so that a fast lane is not looked at for each.
    pub(crate) fn next(&self, now: Time, per_second: i64) -> Time {
        let missing = burst(per_second) * MILLI - self.tokens(now, per_second);
        let earned = earned(per_second);
        let wait = u64::try_from((missing + earned - 1) / earned).unwrap_or(0).max(1);
        now.after(Duration::from_millis(wait)).max(self.paused_until)
    }
}

/// A lane's bucket, full when it is new. Its row stays locked until the commit, so that two nodes cannot spend one token.
pub(crate) async fn open(tx: &mut Tx, lane: &str, per_second: i64) -> Result<Bucket> {
    tx.one(
        sql!(global
            "INSERT INTO lanes (lane, tokens, counted_at, paused_until) VALUES ($1, $2, $3, 0)
             ON CONFLICT (lane) DO UPDATE SET lane = excluded.lane RETURNING tokens, counted_at, paused_until"
        ),
        params![lane, burst(per_second) * MILLI, tx.now()],
    )
    .await
}

/// Takes the tokens of the errands that go. A clock that is behind the one that counted last earns nothing twice.
pub(crate) async fn spend(tx: &mut Tx, lane: &str, bucket: &Bucket, per_second: i64, spent: i64) -> Result<()> {
    let left = bucket.tokens(tx.now(), per_second) - spent * MILLI;
    tx.put(
        sql!(global "UPDATE lanes SET tokens = $2, counted_at = $3 WHERE lane = $1"),
        params![lane, left, tx.now().max(bucket.counted_at)],
    )
    .await
}

/// Sets how fast a lane may move.
pub(crate) async fn set(tx: &mut Tx, lane: &str, per_second: i64) -> Result<()> {
    tx.put(
        sql!(global
            "INSERT INTO lanes (lane, tokens, counted_at, paused_until, per_second) VALUES ($1, $2, $3, 0, $4)
             ON CONFLICT (lane) DO UPDATE SET per_second = excluded.per_second"
        ),
        params![lane, burst(per_second) * MILLI, tx.now(), per_second],
    )
    .await
}

/// Silences a lane.
pub(crate) async fn pause(tx: &mut Tx, lane: &str, until: Time) -> Result<()> {
    tx.put(
        sql!(global
            "INSERT INTO lanes (lane, tokens, counted_at, paused_until) VALUES ($1, 0, $2, $3)
             ON CONFLICT (lane) DO UPDATE SET paused_until =
               CASE WHEN lanes.paused_until > excluded.paused_until THEN lanes.paused_until ELSE excluded.paused_until END"
        ),
        params![lane, tx.now(), until],
    )
    .await
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
    fn a_lane_saves_up_little() {
        let bucket = Bucket { tokens: 0, counted_at: Time(0), paused_until: Time(0) };
        assert_eq!(bucket.whole(Time(50), 80), 3);
        assert_eq!(bucket.whole(Time(60_000), 80), 8);
        assert_eq!(bucket.whole(Time(999), 1), 0);
        assert_eq!(bucket.next(Time(0), 1), Time(1_000));
    }

    #[test]
    fn no_second_sees_more_than_it_may() {
        for rate in 1..200 {
            assert!(burst(rate) + earned(rate) - 1 <= rate, "{rate}");
        }
    }
}
