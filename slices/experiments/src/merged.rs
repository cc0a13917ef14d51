//! What experiments do when two people turned out to be one. Whoever met a variant under both ids met the one of the id that stays; the other
//! is nobody's then, and stays counted, as of somebody who was erased.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was met under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE exposures SET contact_id = NULL WHERE tenant_id = $1 AND contact_id = $3 AND experiment_id IN
                (SELECT k.experiment_id FROM exposures k WHERE k.tenant_id = $1 AND k.contact_id = $2)"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE exposures SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
