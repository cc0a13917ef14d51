//! What payments do when two customers turned out to be one: what either has agreed to be charged by is the one's who stays. One mandate
//! counts, and that is theirs who stay where both have one. Who either is at their provider stays known.

use crate::mandates;
use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Why the mandate of an id that nobody has any more counts no more.
const REASON: &str = "Its customer was merged with another, who has one.";

/// Brings over what was agreed to under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    mandates::hold(tx, who.kept, who.merged).await?;
    if mandates::active(tx, who.kept).await?.is_some()
        && let Some(second) = mandates::active(tx, who.merged).await?
    {
        mandates::ended(tx, second.id, REASON).await?;
    }
    tx.put(
        sql!("UPDATE mandates SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    // Where both are known to a provider, the other's row stays: by it what the provider says of that customer finds the one who stays.
    tx.put(
        sql!(
            "UPDATE provider_customers SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3
                AND NOT EXISTS (SELECT 1 FROM provider_customers k WHERE k.tenant_id = $1 AND k.contact_id = $2)"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE provider_subscriptions SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
