//! Noting money that came outside the payment provider, or that was given back.

use super::online::stop_collecting;
use super::{RemindOfInvoice, locked, today};
use crate::compose::day;
use crate::model::{Invoice, InvoiceState, NotedPayment};
use crate::rows;
use crate::rules::{self, Event};
use facts::invoices::{InvoiceKind, InvoicePaymentNoted, PaidBy};
use facts::{InvoiceId, Money};
use store::{Command, Error, Result, Tx};
use web::text;

/// Notes money for an invoice; below zero what was given back of what came too much.
#[derive(Debug, Clone)]
pub struct NotePayment {
    /// The invoice.
    pub id: InvoiceId,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaidBy,
    /// On which day; today where nothing is said.
    pub paid_on: Option<String>,
    /// The other side's reference.
    pub reference: String,
    /// The idempotency key it came with, which is the note's for ever.
    pub key: Option<String>,
}

impl Command for NotePayment {
    const NAME: &'static str = "note_invoice_payment";
    type Out = NotedPayment;

    async fn run(&self, tx: &mut Tx) -> Result<NotedPayment> {
        let invoice = locked(tx, self.id).await?;
        rules::next(invoice.state, Event::Pay)?;
        if invoice.kind == InvoiceKind::CreditNote {
            return Err(Error::conflict("invoice_state", "A credit note takes no payments. Note what was given back on its invoice."));
        }
        if self.method == PaidBy::Online {
            return Err(Error::field("method", "cash, upi, bank or cheque; what is paid online is noted by itself"));
        }
        if self.amount.currency != invoice.currency {
            return Err(Error::field("amount", format!("an amount in {}", invoice.currency)));
        }
        let left = (invoice.total_minor - invoice.credited_minor - invoice.paid_minor).max(0);
        let back = invoice.owed_back().minor;
        if self.amount.minor == 0 || self.amount.minor > left || self.amount.minor < -back {
            let message = match (left, back) {
                (0, 0) => "Nothing is left to pay of this invoice, and nothing to give back.".to_owned(),
                (0, back) => format!("Nothing is left to pay; at most {} can be given back, as an amount below zero.", invoice.money(back)),
                (left, _) => format!("An amount up to {}, which is what is left to pay.", invoice.money(left)),
            };
            return Err(Error::field("amount", message));
        }
        let (_, now) = today(tx).await?;
        let paid_on = self.paid_on.as_deref().map(|text| day("paid_on", text)).transpose()?.unwrap_or_else(|| now.to_string());
        if paid_on > now.to_string() {
            return Err(Error::field("paid_on", "today or a day before"));
        }
        let noted = NotedPayment {
            id: tx.id(),
            invoice_id: self.id,
            method: self.method,
            amount_minor: self.amount.minor,
            currency: invoice.currency,
            paid_on,
            reference: text("reference", &self.reference, 100)?,
            source_id: None,
            created_at: tx.now(),
        };
        stop_collecting(tx, self.id).await?;
        if !note(tx, &invoice, &noted, self.key.as_deref()).await? {
            return Err(Error::conflict("payment_noted_before", "This Idempotency-Key noted a payment before."));
        }
        Ok(noted)
    }
}

/// Notes money for a locked invoice, and says so; `false` where its key or its source has noted some already.
pub(super) async fn note(tx: &mut Tx, invoice: &Invoice, noted: &NotedPayment, key: Option<&str>) -> Result<bool> {
    if !rows::insert_payment(tx, noted, key).await? {
        return Ok(false);
    }
    let Invoice { id, total_minor, credited_minor, .. } = *invoice;
    let paid = invoice.paid_minor + noted.amount_minor;
    rows::set_settled(tx, id, rules::payment(total_minor, credited_minor, paid), paid, credited_minor).await?;
    let left = invoice.money((total_minor - credited_minor - paid).max(0));
    if left.minor == 0 {
        RemindOfInvoice::stop(tx, id).await?;
    }
    tx.state(InvoicePaymentNoted {
        invoice_id: id,
        invoice_payment_id: noted.id,
        number: invoice.number.clone().unwrap_or_default(),
        contact_id: invoice.contact_id,
        amount: invoice.money(noted.amount_minor),
        method: noted.method,
        left,
        written_off: invoice.state == InvoiceState::Uncollectible,
    })
    .await?;
    Ok(true)
}
