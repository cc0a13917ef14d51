//! What conversations do when two people turned out to be one: those with either are with the one who stays.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what is talked about under an id that nobody has any more, called by the name that they have now.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    let name = contacts::find(tx, who.kept).await?.and_then(|contact| contact.name);
    tx.put(
        sql!(
            "UPDATE conversations SET contact_id = $2, customer = COALESCE($4, customer), beat = beat + 1, changed_at = $5
             WHERE tenant_id = $1 AND contact_id = $3"
        ),
        params![tx.tenant(), who.kept, who.merged, name, tx.now()],
    )
    .await
}
