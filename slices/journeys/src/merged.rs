//! What journeys do when two people turned out to be one: whatever way either went, the one who stays has gone. Where both are on their way
//! in the same journey, the other's way ends.

use crate::model::How;
use crate::people;
use contacts::Merged;
use facts::JourneyId;
use std::collections::BTreeSet;
use store::{Result, Tx, params, sql};

/// Brings over the ways that were gone under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    let inside: BTreeSet<JourneyId> = people::of_contact(tx, who.kept).await?.into_iter().map(|run| run.journey_id).collect();
    let mut second = people::of_contact(tx, who.merged).await?;
    second.retain(|run| inside.contains(&run.journey_id));
    people::end(tx, &mut second, How::Merged).await?;
    // The rule of a journey goes by when they entered last.
    tx.put(
        sql!(
            "INSERT INTO journey_people (tenant_id, journey_id, contact_id, inside, entered_at, times, free_by)
             SELECT p.tenant_id, p.journey_id, $2, p.inside, p.entered_at, p.times, p.free_by FROM journey_people p
             WHERE p.tenant_id = $1 AND p.contact_id = $3
               AND p.journey_id IN (SELECT r.journey_id FROM journey_runs r WHERE r.tenant_id = $1 AND r.contact_id = $3)
             ON CONFLICT (tenant_id, journey_id, contact_id) DO UPDATE SET
                inside = journey_people.inside OR excluded.inside, times = journey_people.times + excluded.times,
                free_by = CASE WHEN excluded.entered_at > journey_people.entered_at THEN excluded.free_by ELSE journey_people.free_by END,
                entered_at = CASE WHEN excluded.entered_at > journey_people.entered_at THEN excluded.entered_at
                                  ELSE journey_people.entered_at END"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!(
            "DELETE FROM journey_people WHERE tenant_id = $1 AND contact_id = $2
               AND journey_id IN (SELECT r.journey_id FROM journey_runs r WHERE r.tenant_id = $1 AND r.contact_id = $2)"
        ),
        params![tx.tenant(), who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE journey_runs SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
