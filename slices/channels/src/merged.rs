//! What channels do when two contacts turned out to be one: the devices of either are the one's who stays.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over the devices of an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!("UPDATE push_devices SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
