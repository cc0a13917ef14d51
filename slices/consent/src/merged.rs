//! What consent does when two contacts turned out to be one. A wish is by address and stays with it, whoever has it now. The log is never
//! changed: it goes on saying under which id something was said.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Says anew whose the stops and links are that are kept under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!("UPDATE suppressed_addresses SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE preference_links SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
