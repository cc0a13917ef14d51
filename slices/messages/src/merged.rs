//! What messages do when two people turned out to be one: what was written to either, and by either, is the one's who stays.

use crate::caps;
use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was written under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!("UPDATE messages SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE received SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    caps::bring_over(tx, who.kept, who.merged).await
}
