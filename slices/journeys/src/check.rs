//! What must hold of journeys, for `origin verify`.

use facts::{Id, JourneyId, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Off {
    id: JourneyId,
    counted: i64,
    found: i64,
}

/// What is wrong in any tenant, a sentence each: who is counted as inside a journey are not those who are on their way in it, or somebody is
/// noted as inside who is not.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut everywhere = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let counted: Vec<Off> = everywhere
        .all(
            sql!(global
                "SELECT j.id,
                   COALESCE((SELECT CAST(SUM(CASE c.word WHEN 'came' THEN c.count WHEN 'went' THEN -c.count ELSE 0 END) AS BIGINT)
                     FROM journey_counts c WHERE c.tenant_id = j.tenant_id AND c.journey_id = j.id AND c.step <> '' AND c.about = 'walked'), 0) AS counted,
                   (SELECT COUNT(*) FROM journey_runs r WHERE r.tenant_id = j.tenant_id AND r.journey_id = j.id AND r.ended_at IS NULL) AS found
                 FROM journeys j"
            ),
            &[],
        )
        .await?;
    let inside: Vec<Off> = everywhere
        .all(
            sql!(global
                "SELECT j.id,
                   (SELECT COUNT(*) FROM journey_people p WHERE p.tenant_id = j.tenant_id AND p.journey_id = j.id AND p.inside) AS counted,
                   (SELECT COUNT(*) FROM journey_runs r WHERE r.tenant_id = j.tenant_id AND r.journey_id = j.id AND r.ended_at IS NULL) AS found
                 FROM journeys j"
            ),
            &[],
        )
        .await?;
    let wrong = |what: &'static str, all: Vec<Off>| {
        let wrong = all.into_iter().filter(|one| one.counted != one.found);
        wrong.map(move |one| format!("journey {}: {} are {what}, and {} are on their way", one.id, one.counted, one.found))
    };
    Ok(wrong("counted at its steps", counted).chain(wrong("noted as inside", inside)).collect())
}
