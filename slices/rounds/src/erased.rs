//! What rounds do when a customer was erased: nothing tells any more who got what, and where to. What was brought and billed stays.

use facts::ContactId;
use store::{Result, Tx, params, sql};

/// Takes an erased customer's name and address out of their standing orders.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!("UPDATE standing_orders SET customer = 'Erased', address = '', note = '' WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), contact],
    )
    .await
}
