//! Taking an invoice back as a whole, and giving up what is left of one.

use super::online::stop_collecting;
use super::{RemindOfInvoice, locked};
use crate::model::InvoiceState;
use crate::rows;
use crate::rules::{self, Event};
use facts::InvoiceId;
use facts::invoices::{InvoiceKind, InvoiceVoided, InvoiceWrittenOff};
use store::{Command, Error, Result, Tx};
use web::text;

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// Voids a draft, or an issued invoice of which nothing was paid or credited.
#[derive(Debug, Clone)]
pub(crate) struct VoidInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// Why.
    pub reason: String,
}

impl Command for VoidInvoice {
    const NAME: &'static str = "void_invoice";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let reason = text("reason", &self.reason, LONGEST)?;
        let invoice = locked(tx, self.id).await?;
        let state = rules::next(invoice.state, Event::Void)?;
        if invoice.kind == InvoiceKind::CreditNote {
            return Err(Error::conflict("credit_note_stands", "A credit note that is issued stands. Issue another invoice instead."));
        }
        if invoice.paid_minor != 0 || invoice.credited_minor != 0 {
            return Err(Error::conflict("invoice_has_payments", "Something was paid or credited already. Issue a credit note instead."));
        }
        stop_collecting(tx, self.id).await?;
        rows::set_state(tx, self.id, state, &reason).await?;
        RemindOfInvoice::stop(tx, self.id).await?;
        let issued = invoice.state == InvoiceState::Issued;
        tx.state(InvoiceVoided { invoice_id: self.id, contact_id: invoice.contact_id, issued, sums: invoice.sums(), reason }).await?;
        Ok(())
    }
}

/// Gives up what is left to pay of an issued invoice.
#[derive(Debug, Clone)]
pub(crate) struct WriteOff {
    /// The invoice.
    pub id: InvoiceId,
    /// Why.
    pub reason: String,
}

impl Command for WriteOff {
    const NAME: &'static str = "write_off_invoice";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let reason = text("reason", &self.reason, LONGEST)?;
        let invoice = locked(tx, self.id).await?;
        let state = rules::next(invoice.state, Event::WriteOff)?;
        if invoice.due().minor == 0 {
            return Err(Error::conflict("nothing_due", "Nothing is left to pay of it."));
        }
        stop_collecting(tx, self.id).await?;
        rows::set_state(tx, self.id, state, &reason).await?;
        RemindOfInvoice::stop(tx, self.id).await?;
        tx.state(InvoiceWrittenOff { invoice_id: self.id, contact_id: invoice.contact_id, amount: invoice.due(), reason }).await?;
        Ok(())
    }
}
