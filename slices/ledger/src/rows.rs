//! Writing to the books: a transaction with its sides, once for each source.

use crate::rules::Side;
use facts::payments::Payable;
use facts::{EntryId, InvoiceId, OrderId, SubscriptionId, TransactionId};
use store::{Result, Tx, params, sql};
use uuid::Uuid;

/// What a transaction was booked for.
#[derive(Default)]
pub(crate) struct Source<'a> {
    /// `payment`, `payment_match`, `refund`, `invoice`, `invoice_void`, `invoice_payment`, `write_off`, `settlement`, `settlement_banked`, `commission`,
    /// `commission_reversal` or `commission_payout`.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// The order that it concerns, where there is one.
    pub order_id: Option<OrderId>,
    /// The invoice that it concerns, where there is one.
    pub invoice_id: Option<InvoiceId>,
    /// The subscription that it concerns, of one that a provider bills.
    pub subscription_id: Option<SubscriptionId>,
    /// What it was, in a sentence.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// Something that happened to an order, an invoice, or a subscription that a provider bills.
    pub(crate) fn of(kind: &'static str, id: Uuid, payable: Payable, text: &'a str) -> Self {
        Self { kind, id, order_id: payable.order(), invoice_id: payable.invoice(), subscription_id: payable.subscription(), text }
    }
}

/// Books the sides of a source; what was booked before is left as it is, and what moves nothing is no transaction.
pub(crate) async fn book(tx: &mut Tx, source: Source<'_>, sides: &[Side]) -> Result<()> {
    if sides.is_empty() {
        return Ok(());
    }
    let id: TransactionId = tx.id();
    let new = tx
        .exec(
            sql!(
                "INSERT INTO ledger_transactions (tenant_id, id, source_kind, source_id, order_id, invoice_id, subscription_id, text, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (tenant_id, source_kind, source_id) DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                source.kind,
                source.id,
                source.order_id,
                source.invoice_id,
                source.subscription_id,
                source.text,
                tx.now()
            ],
        )
        .await?;
    if new == 0 {
        return Ok(());
    }
    for side in sides {
        let entry: EntryId = tx.id();
        tx.put(
            sql!(
                "INSERT INTO ledger_entries (tenant_id, id, transaction_id, account, amount_minor, currency, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            params![tx.tenant(), entry, id, side.account.as_str(), side.amount.minor, side.amount.currency, tx.now()],
        )
        .await?;
    }
    Ok(())
}
