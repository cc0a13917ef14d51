//! What subscriptions do when a subscriber was erased: they forget the name. What was agreed and billed stays; a subscription that is
//! still live cannot be billed any more, and waits for a person.

use facts::ContactId;
use store::{Result, Tx, params, sql};

/// Takes an erased person's name out of their subscriptions.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!("UPDATE subscriptions SET customer_name = 'Erased' WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), contact],
    )
    .await
}
