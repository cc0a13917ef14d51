//! Writing events, and what becomes of them when a person is merged or erased.

use crate::model::Event;
use contacts::Merged;
use facts::ContactId;
use serde_json::Value;
use store::{Result, Tx, params, sql};

/// Writes an event.
pub(crate) async fn put(tx: &mut Tx, event: &Event) -> Result<()> {
    tx.put(
        sql!("INSERT INTO events (tenant_id, id, name, contact_id, data, at) VALUES ($1, $2, $3, $4, $5, $6)"),
        params![tx.tenant(), event.id, &event.name, event.contact_id, Value::Object(event.data.0.clone()), event.at],
    )
    .await
}

/// Takes away what somebody did who was erased; how often it happened stays counted.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(sql!("DELETE FROM events WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact]).await
}

/// Brings over what was done under an id that nobody has any more.
pub(crate) async fn bring_over(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(sql!("UPDATE events SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), params![tx.tenant(), who.kept, who.merged])
        .await
}
