//! What must hold of experiments, for `origin verify`.

use facts::{ExperimentId, Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Off {
    id: ExperimentId,
    place: i64,
    exposed: i64,
    converted: i64,
    met: i64,
    did: i64,
}

/// What is wrong in any tenant, a sentence each: a variant is counted otherwise than it was met.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let all: Vec<Off> = db
        .read_main(TenantId::from_uuid(Uuid::nil()))
        .all(
            sql!(global
                "SELECT c.experiment_id AS id, c.place, c.exposed, c.converted, COUNT(e.id) AS met,
                   CAST(COALESCE(SUM(CASE WHEN e.converted THEN 1 ELSE 0 END), 0) AS BIGINT) AS did
                 FROM experiment_counts c
                 LEFT JOIN exposures e ON e.tenant_id = c.tenant_id AND e.experiment_id = c.experiment_id AND e.place = c.place
                 GROUP BY c.tenant_id, c.experiment_id, c.place, c.exposed, c.converted"
            ),
            &[],
        )
        .await?;
    let wrong = all.into_iter().filter(|one| (one.exposed, one.converted) != (one.met, one.did));
    let says = |one: Off| {
        let Off { id, place, exposed, converted, met, did } = one;
        format!("experiment {id}: variant {place} is counted as met by {exposed} of whom {converted} did it, and {met} and {did} are noted")
    };
    Ok(wrong.map(says).collect())
}
