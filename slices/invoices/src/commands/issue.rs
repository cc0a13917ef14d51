//! Issuing: from here on a document has its number and stands.

use super::{locked, seller, today};
use crate::commands::RemindOfInvoice;
use crate::compose;
use crate::model::Whole;
use crate::rules::{self, Event};
use crate::{queries, rows};
use facts::InvoiceId;
use facts::invoices::{InvoiceIssued, InvoiceKind};
use jiff::Span;
use jiff::civil::Date;
use store::{Command, Error, Json, Result, Tx};

/// Issues a draft.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IssueInvoice {
    /// The draft.
    pub id: InvoiceId,
}

impl Command for IssueInvoice {
    const NAME: &'static str = "issue_invoice";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let invoice = locked(tx, self.id).await?;
        rules::next(invoice.state, Event::Issue)?;
        let whole = queries::whole(tx, self.id).await?.ok_or_else(|| Error::not_found("invoice"))?;
        issue(tx, whole).await
    }
}

/// Gives a draft that this transaction holds its number.
///
/// # Errors
/// `invoice_state`, `seller_unknown`, `number_too_long`.
pub(crate) async fn issue(tx: &mut Tx, mut whole: Whole) -> Result<Whole> {
    let seller = seller(tx).await?;
    whole.invoice.state = rules::next(whole.invoice.state, Event::Issue)?;
    if whole.invoice.kind != InvoiceKind::CreditNote {
        compose::reckon(&mut whole, &seller)?;
    }
    let (zone, now) = today(tx).await?;
    let series = rules::series(whole.invoice.kind, &seller).to_owned();
    let year = rules::financial_year(now);
    let (nth, issued_on) = rows::next_number(tx, &series, year, &now.to_string()).await?;
    let number = rules::number(&series, year, nth)?;
    let invoice = &mut whole.invoice;
    if invoice.settled_by_order && invoice.kind != InvoiceKind::CreditNote {
        invoice.paid_minor = invoice.total_minor;
    }
    invoice.payment = rules::payment(invoice.total_minor, invoice.credited_minor, invoice.paid_minor);
    if invoice.kind != InvoiceKind::CreditNote && invoice.due_on.is_none() {
        let day: Date = issued_on.parse().unwrap_or(now);
        invoice.due_on = Some(day.saturating_add(Span::new().days(seller.due_days)).to_string());
    }
    invoice.number = Some(number.clone());
    invoice.issued_on = Some(issued_on);
    invoice.issued_at = Some(tx.now());
    let remind = seller.reminders && invoice.due().minor > 0;
    invoice.seller = Some(Json(seller));
    let (id, kind, contact_id, order_id, of_id) = (invoice.id, invoice.kind, invoice.contact_id, invoice.order_id, invoice.of_id);
    let (sums, due_on, settled_by_order) = (invoice.sums(), invoice.due_on.clone(), invoice.settled_by_order);
    rows::replace(tx, &whole).await?;
    rows::set_number(tx, id, &number, &series, year).await?;
    rows::set_settled(tx, id, whole.invoice.payment, whole.invoice.paid_minor, 0).await?;
    if remind && let Some(due) = due_on.as_deref().and_then(|day| day.parse().ok()) {
        RemindOfInvoice::set(tx, id, due, now, &zone).await?;
    }
    tx.state(InvoiceIssued { invoice_id: id, kind, number, contact_id, order_id, of_id, sums, due_on, settled_by_order }).await?;
    Ok(whole)
}
