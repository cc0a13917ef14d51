//! What referrals do when a referrer was erased: they forget the name, and their link brings nobody any more. What they have earned
//! stays, since it is money.

use facts::ContactId;
use store::{Result, Tx, params, sql};

/// Takes an erased person's name from what they brought.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!("UPDATE referrers SET name = 'Erased', active = FALSE WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), contact],
    )
    .await
}
