//! What must hold of what was learnt, for `origin verify`.

use facts::{Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Off {
    tenant_id: TenantId,
    hour: i64,
    shared: i64,
    own: i64,
    noted: i64,
    theirs: i64,
}

/// What is wrong in any tenant, a sentence each: more or fewer reads are counted at an hour than are noted.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let all: Vec<Off> = db
        .read_main(TenantId::from_uuid(Uuid::nil()))
        .all(
            sql!(global
                "SELECT s.tenant_id, s.hour, s.reads AS shared,
                   COALESCE((SELECT CAST(SUM(r.reads) AS BIGINT) FROM read_hours r WHERE r.tenant_id = s.tenant_id AND r.hour = s.hour), 0) AS own,
                   (SELECT COUNT(*) FROM first_reads f WHERE f.tenant_id = s.tenant_id AND f.hour = s.hour) AS noted,
                   (SELECT COUNT(f.contact_id) FROM first_reads f WHERE f.tenant_id = s.tenant_id AND f.hour = s.hour) AS theirs
                 FROM read_hours_shared s"
            ),
            &[],
        )
        .await?;
    let wrong = all.into_iter().filter(|one| (one.shared, one.own) != (one.noted, one.theirs));
    let says = |one: Off| {
        let Off { tenant_id, hour, shared, own, noted, theirs } = one;
        format!(
            "tenant {tenant_id}: at {hour} o'clock {shared} reads are counted, {own} of people who are known, and {noted} and {theirs} are noted"
        )
    };
    Ok(wrong.map(says).collect())
}
