//! Looking at the books. A balance is always the sum of its entries.

use crate::model::EntryView;
use facts::OrderId;
use store::{Look, Result, params, sql};

/// The entries that concern an order, oldest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of_order(look: &mut impl Look, order: OrderId) -> Result<Vec<EntryView>> {
    look.all(
        sql!(
            "SELECT e.id, e.transaction_id, t.order_id, e.account, e.amount_minor, e.currency, t.text, e.at
             FROM ledger_transactions t JOIN ledger_entries e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
             WHERE t.tenant_id = $1 AND t.order_id = $2 ORDER BY e.at, e.id"
        ),
        params![look.tenant(), order],
    )
    .await
}
