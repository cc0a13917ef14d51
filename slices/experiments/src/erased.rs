//! What experiments do when somebody was erased: nothing tells any more that they met a variant. What was counted stays.

use facts::ContactId;
use store::{Result, Tx, params, sql};

/// Takes an erased person out of what they met.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(sql!("UPDATE exposures SET contact_id = NULL WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact]).await
}
