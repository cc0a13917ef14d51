//! What must be true of every counter, for `origin verify`.

use facts::{Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// A counter that says otherwise than the events that it counts.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    feature: String,
    period_start: String,
    used: i64,
    counted: i64,
}

/// What is wrong in any tenant, a sentence each: counters that are not the sum of their events.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let wrong: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT c.tenant_id, c.feature, c.period_start, c.used, COALESCE(e.counted, 0) AS counted FROM usage_counters c
                 LEFT JOIN (SELECT tenant_id, subject, feature, period_start, CAST(SUM(quantity) AS BIGINT) AS counted FROM usage_events
                            GROUP BY tenant_id, subject, feature, period_start) e
                    ON e.tenant_id = c.tenant_id AND e.subject = c.subject AND e.feature = c.feature AND e.period_start = c.period_start
                 WHERE c.used <> COALESCE(e.counted, 0)"
            ),
            params![],
        )
        .await?;
    let words = |it: Wrong| {
        let Wrong { tenant_id, feature, period_start, used, counted } = it;
        format!("{tenant_id}: {feature} since {period_start} says {used} used, and its events come to {counted}")
    };
    Ok(wrong.into_iter().map(words).collect())
}
