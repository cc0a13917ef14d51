//! Who typed what to pay: forgotten when a customer is erased. Amounts and the provider's ids stay, as the law asks for.

use facts::OrderId;
use store::{Result, Tx, many, sql};

/// Takes out of these orders' intents who was to pay.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn forget_payers(tx: &mut Tx, orders: &[OrderId]) -> Result<()> {
    let forget =
        sql!(concat!("UPDATE intents SET name = NULL, phone = NULL, email = NULL WHERE tenant_id = $1 AND payable_id IN (", many!(), ")"));
    tx.put_in(forget, orders, &[]).await
}
