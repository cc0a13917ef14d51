//! What orders do when a customer was erased: they forget who it was. What was bought and paid stays.

use facts::{ContactId, OrderId};
use store::{Look, Result, Tx, params, sql};

/// Takes an erased customer's name and address out of their orders, and out of what was typed to pay for them.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let orders: Vec<OrderId> = tx
        .all(
            sql!("UPDATE orders SET customer_name = NULL, customer_reach = NULL, visitor_id = NULL WHERE tenant_id = $1 AND contact_id = $2 RETURNING id"),
            params![tx.tenant(), contact],
        )
        .await?;
    payments::forget_payers(tx, &orders).await
}
