//! Paying online: at most one live way to collect an invoice, and what came of it.

use super::pay::note;
use super::{locked, today};
use crate::model::{Invoice, NotedPayment};
use crate::queries;
use crate::rules::{self, Event};
use facts::invoices::PaidBy;
use facts::{InvoiceId, Money};
use payments::{IntentState, NewIntent};
use store::{Command, Error, Result, Tx};
use uuid::Uuid;

/// Wants what is left of an invoice to be paid online. Pressed again it is the same, until what is left has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PayOnline {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for PayOnline {
    const NAME: &'static str = "pay_invoice_online";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let invoice = locked(tx, self.id).await?;
        let due = invoice.due();
        if due.minor == 0 {
            return Err(Error::conflict("nothing_due", "Nothing is left to pay of it."));
        }
        none_under_way(tx, self.id).await?;
        let earlier = payments::intent(tx, self.id).await?;
        // The janitor no longer asks about one that expired.
        if earlier.is_some_and(|intent| intent.state == IntentState::Expired || intent.amount() != due) {
            payments::cancel(tx, self.id).await?;
        }
        let buyer = invoice.buyer.0;
        let new = NewIntent {
            payable: self.id.into(),
            amount: due,
            description: format!("Invoice {}", invoice.number.unwrap_or_default()),
            name: Some(buyer.name),
            phone: buyer.phone,
            email: buyer.email,
        };
        payments::open(tx, new).await?;
        Ok(())
    }
}

/// What is left of a locked invoice is about to change: what was to be paid online is no longer wanted. Money that still comes
/// for it is shown to a person.
///
/// # Errors
/// `invoice_paid_online` where it has come already, and the invoice does not know of it yet.
pub(super) async fn stop_collecting(tx: &mut Tx, id: InvoiceId) -> Result<()> {
    payments::cancel(tx, id).await?;
    none_under_way(tx, id).await
}

async fn none_under_way(tx: &mut Tx, id: InvoiceId) -> Result<()> {
    if queries::uncounted(tx, id).await? {
        let message = "This invoice has just been paid online. Look at it again in a moment.";
        return Err(Error::conflict("invoice_paid_online", message));
    }
    Ok(())
}

/// What the payment provider took for an invoice, or below zero gave back.
pub(crate) struct CameOnline {
    /// The invoice.
    pub id: InvoiceId,
    /// The payment, or the refund.
    pub source: Uuid,
    /// How much.
    pub amount: Money,
    /// The provider's id of the payment.
    pub reference: String,
}

/// Notes what the provider says, once: it has happened, whatever is left to pay.
///
/// # Errors
/// `invoice_state` where the invoice takes no money, which nothing can bring about.
pub(crate) async fn note_online(tx: &mut Tx, came: CameOnline) -> Result<()> {
    let invoice: Invoice = locked(tx, came.id).await?;
    rules::next(invoice.state, Event::Pay)?;
    // What went back is owed again: a checkout that is open asks for less than is left now.
    if came.amount.minor < 0 {
        payments::cancel(tx, came.id).await?;
    }
    let (_, today) = today(tx).await?;
    let noted = NotedPayment {
        id: tx.id(),
        invoice_id: came.id,
        method: PaidBy::Online,
        amount_minor: came.amount.minor,
        currency: invoice.currency,
        paid_on: today.to_string(),
        reference: came.reference,
        source_id: Some(came.source),
        created_at: tx.now(),
    };
    note(tx, &invoice, &noted, None).await?;
    Ok(())
}
