//! Forgetting somebody who was erased: that they were of an audience stays, under an id that says nothing any more.

use facts::ContactId;
use serde_json::json;
use store::{Result, Tx, params, sql};

/// Takes their addresses and what was known of them out of every audience.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!("UPDATE campaign_recipients SET address = NULL, zone = NULL, known = $3 WHERE tenant_id = $1 AND contact_id = $2"),
        params![tx.tenant(), contact, json!({})],
    )
    .await?;
    // Nobody writes to them any more.
    tx.put(
        sql!(
            "UPDATE campaign_recipients SET state = 'excluded', reason = 'erased' WHERE tenant_id = $1 AND contact_id = $2 AND state = 'waiting'"
        ),
        params![tx.tenant(), contact],
    )
    .await
}
