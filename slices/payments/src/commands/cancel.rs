//! Giving up on being paid.

use facts::OrderId;
use store::{Result, Tx, params, sql};

/// Says that an order is no longer to be paid. Money that still comes for it is shown to a person; an intent that
/// is paid stays so.
///
/// # Errors
/// Whatever the database refuses.
pub async fn cancel(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.exec(
        sql!("UPDATE intents SET state = 'cancelled' WHERE tenant_id = $1 AND order_id = $2 AND state IN ('opening', 'open', 'expired')"),
        params![tx.tenant(), order],
    )
    .await?;
    Ok(())
}
