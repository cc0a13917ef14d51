//! Giving up on being paid.

use crate::rows;
use crate::rules::IntentEvent;
use facts::{IntentId, OrderId};
use store::{Look, Result, Tx, params, sql};

/// Says that an order is no longer to be paid. Money that still comes for it is shown to a person; an intent that
/// is paid stays so.
///
/// # Errors
/// Whatever the database refuses.
pub async fn cancel(tx: &mut Tx, order: OrderId) -> Result<()> {
    let id: Option<IntentId> =
        tx.maybe(sql!("SELECT id FROM intents WHERE tenant_id = $1 AND order_id = $2"), params![tx.tenant(), order]).await?;
    if let Some(id) = id
        && let Some(intent) = rows::lock_intent(tx, id).await?
    {
        rows::move_intent(tx, &intent, IntentEvent::Cancelled).await?;
    }
    Ok(())
}
