//! Forgetting somebody who was erased: how many read at which hour stays counted, that it was them is gone.

use facts::ContactId;
use store::{Result, Tx, params, sql};

/// Takes away when they read.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(sql!("DELETE FROM read_hours WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact]).await?;
    tx.put(sql!("UPDATE first_reads SET contact_id = NULL WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact]).await
}
