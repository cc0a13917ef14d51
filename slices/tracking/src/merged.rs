//! What is known of touched messages, when two people turned out to be one.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was touched under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(sql!("UPDATE touches SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), params![tx.tenant(), who.kept, who.merged])
        .await
}
