//! Looking at the books. A balance is always the sum of its entries.

use crate::model::{Account, EntryView};
use facts::{Currency, InvoiceId, Money, OrderId};
use serde::Deserialize;
use store::{Look, Read, Result, params, sql};
use web::Cursor;

/// The entries that concern an order, oldest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of_order(look: &mut impl Look, order: OrderId) -> Result<Vec<EntryView>> {
    // CROSS JOIN, because SQLite keeps its order: it would rather walk all entries in the order of the list than sort three.
    look.all(
        sql!(
            "SELECT e.id, e.transaction_id, t.order_id, e.account, e.amount_minor, e.currency, t.text, e.at
             FROM ledger_transactions t CROSS JOIN ledger_entries e
             WHERE t.tenant_id = $1 AND t.order_id = $2 AND e.tenant_id = $1 AND e.transaction_id = t.id ORDER BY e.at, e.id"
        ),
        params![look.tenant(), order],
    )
    .await
}

/// The entries that concern an invoice and its credit notes, oldest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of_invoice(look: &mut impl Look, invoice: InvoiceId) -> Result<Vec<EntryView>> {
    look.all(
        sql!(
            "SELECT e.id, e.transaction_id, t.order_id, e.account, e.amount_minor, e.currency, t.text, e.at
             FROM ledger_transactions t CROSS JOIN ledger_entries e
             WHERE t.tenant_id = $1 AND t.invoice_id = $2 AND e.tenant_id = $1 AND e.transaction_id = t.id ORDER BY e.at, e.id"
        ),
        params![look.tenant(), invoice],
    )
    .await
}

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    pub account: Option<Account>,
    pub order_id: Option<OrderId>,
}

/// Entries after a place in the list, newest first.
pub(crate) async fn entries(look: &mut impl Look, wanted: Wanted, after: Cursor, limit: i64) -> Result<Vec<EntryView>> {
    look.all(
        sql!(
            "SELECT e.id, e.transaction_id, t.order_id, e.account, e.amount_minor, e.currency, t.text, e.at
             FROM ledger_entries e JOIN ledger_transactions t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
             WHERE e.tenant_id = $1 AND (e.at, e.id) < ($2, $3) AND (e.account = $4 OR $4 IS NULL) AND (t.order_id = $5 OR $5 IS NULL)
             ORDER BY e.at DESC, e.id DESC LIMIT $6"
        ),
        params![look.tenant(), after.at, after.id, wanted.account.map(Account::as_str), wanted.order_id, limit],
    )
    .await
}

/// What an account comes to.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Balance {
    pub account: Account,
    pub currency: Currency,
    pub minor: i64,
}

/// What every account comes to, by currency.
pub(crate) async fn balances(look: &mut impl Look) -> Result<Vec<Balance>> {
    look.all(
        sql!(
            "SELECT account, currency, CAST(SUM(amount_minor) AS BIGINT) AS minor FROM ledger_entries
             WHERE tenant_id = $1 GROUP BY account, currency ORDER BY account, currency"
        ),
        params![look.tenant()],
    )
    .await
}

#[derive(Deserialize)]
struct Received {
    currency: Currency,
    minor: i64,
}

/// What the books say was received from buyers, before fees and refunds, by currency.
///
/// # Errors
/// Whatever the database refuses.
pub async fn received(mut read: Read) -> Result<Vec<Money>> {
    let tenant = read.tenant();
    let rows: Vec<Received> = read
        .all(
            sql!(
                "SELECT e.currency, CAST(-SUM(e.amount_minor) AS BIGINT) AS minor
                 FROM ledger_entries e JOIN ledger_transactions t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
                 WHERE e.tenant_id = $1 AND t.source_kind = 'payment' AND e.amount_minor < 0 GROUP BY e.currency ORDER BY e.currency"
            ),
            params![tenant],
        )
        .await?;
    Ok(rows.into_iter().map(|row| Money::new(row.minor, row.currency)).collect())
}
