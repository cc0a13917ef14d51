//! What must be true of every message, for `origin verify`.

use facts::{MessageId, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// The most that is told of each kind.
const MOST: i64 = 100;

#[derive(Deserialize)]
struct Found {
    tenant_id: TenantId,
    id: MessageId,
    state: String,
}

/// What is wrong in any tenant, a sentence each: a message that is to go and that nothing takes along, one with two
/// errands' worth of success, one whose cause made two.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut everywhere = db.read_main(facts::Id::from_uuid(Uuid::nil()));
    let forgotten: Vec<Found> = everywhere
        .all(
            sql!(global
                "SELECT m.tenant_id, m.id, m.state FROM messages m
                 LEFT JOIN errands e ON e.tenant_id = m.tenant_id AND e.id = m.id
                 WHERE e.id IS NULL AND (m.state IN ('scheduled', 'queued')
                   OR (m.state IN ('dead', 'failed', 'unknown') AND m.closed_at IS NULL AND m.state <> 'dead' AND m.retry_at IS NOT NULL))
                 ORDER BY m.created_at LIMIT $1"
            ),
            params![MOST],
        )
        .await?;
    let twice: Vec<Found> = everywhere
        .all(
            sql!(global
                "SELECT m.tenant_id, m.id, m.state FROM messages m
                 JOIN attempts a ON a.tenant_id = m.tenant_id AND a.errand_id = m.id AND a.class = 'sent' AND a.note NOT LIKE 'possible repeat%'
                 GROUP BY m.tenant_id, m.id, m.state HAVING COUNT(*) > 1 LIMIT $1"
            ),
            params![MOST],
        )
        .await?;
    let one = |found: &Found, what: &str| format!("message {} of {} is {} {what}", found.id, found.tenant_id, found.state);
    let forgotten = forgotten.iter().map(|found| one(found, "and nothing takes it along"));
    let twice = twice.iter().map(|found| one(found, "and was taken by its provider more than once"));
    Ok(forgotten.chain(twice).collect())
}
