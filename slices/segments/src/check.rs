//! What must be true of every segment, for `origin verify`.

use facts::{Id, SegmentId, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// A segment that says another number than there are.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    id: SegmentId,
    contacts: i64,
    are: i64,
}

/// What is wrong in any tenant, a sentence each: segments that count otherwise than they hold.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let wrong: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT s.tenant_id, s.id, s.contacts, COUNT(m.contact_id) AS are FROM segments s
                 LEFT JOIN segment_members m ON m.tenant_id = s.tenant_id AND m.segment_id = s.id
                 GROUP BY s.tenant_id, s.id, s.contacts HAVING s.contacts <> COUNT(m.contact_id)"
            ),
            params![],
        )
        .await?;
    let words = |it: Wrong| format!("{}: segment {} says {} contacts and holds {}", it.tenant_id, it.id, it.contacts, it.are);
    Ok(wrong.into_iter().map(words).collect())
}
