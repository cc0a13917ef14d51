//! What orders do when two customers turned out to be one: what either has ordered, and the coupons that they used, are the one's who stays.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was ordered under an id that nobody has any more. The names that were typed stay as they were.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(sql!("UPDATE orders SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), params![tx.tenant(), who.kept, who.merged])
        .await?;
    // The catalogue stands beside contacts, so that it hears of them through orders.
    catalogue::bring_over(tx, who.kept, who.merged).await
}
