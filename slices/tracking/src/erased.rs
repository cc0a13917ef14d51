//! Forgetting somebody who was erased: how many were touched stays counted, by whom and how is gone.

use facts::ContactId;
use store::{Result, Tx, params, sql};

/// Takes away what they touched.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(sql!("DELETE FROM touches WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact]).await
}
