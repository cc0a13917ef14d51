//! Issuing: from here on a document has its number and stands.

use super::{locked, seller, today};
use crate::commands::RemindOfInvoice;
use crate::compose;
use crate::model::{Seller, Whole};
use crate::rules::{self, Event};
use crate::{queries, rows};
use facts::InvoiceId;
use facts::invoices::{InvoiceIssued, InvoiceKind};
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
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
    ready(&mut whole, &seller)?;
    let place = number(tx, &mut whole, seller).await?;
    rows::replace(tx, &whole, Some(&place)).await?;
    tell(tx, &whole, &place).await?;
    Ok(whole)
}

/// Issues what was never a draft: it is written once, as it stands. Only for what cannot be there already, since a number that is taken
/// and not used would be a gap. From the number on every moment is one that the next one waits, so what does not depend on it is
/// written before.
///
/// # Errors
/// `number_too_long`.
pub(crate) async fn issue_at_once(tx: &mut Tx, mut whole: Whole, seller: Seller) -> Result<Whole> {
    ready(&mut whole, &seller)?;
    rows::insert_parts(tx, &whole).await?;
    let place = number(tx, &mut whole, seller).await?;
    rows::insert_issued(tx, &whole, &place).await?;
    tell(tx, &whole, &place).await?;
    Ok(whole)
}

/// Where a number stands, and the day on which it was taken.
pub(crate) struct Place {
    pub series: String,
    /// The calendar year in which the financial year began.
    pub financial_year: i64,
    today: Date,
    zone: TimeZone,
}

/// Makes of a draft what is issued, but for its number.
fn ready(whole: &mut Whole, seller: &Seller) -> Result<()> {
    whole.invoice.state = rules::next(whole.invoice.state, Event::Issue)?;
    if whole.invoice.kind != InvoiceKind::CreditNote {
        compose::reckon(whole, seller)?;
    }
    Ok(())
}

/// Gives it the next number of its series.
async fn number(tx: &mut Tx, whole: &mut Whole, seller: Seller) -> Result<Place> {
    let (zone, today) = today(tx).await?;
    let series = rules::series(whole.invoice.kind, &seller).to_owned();
    let financial_year = rules::financial_year(today);
    let (nth, issued_on) = rows::next_number(tx, &series, financial_year, &today.to_string()).await?;
    let invoice = &mut whole.invoice;
    invoice.number = Some(rules::number(&series, financial_year, nth)?);
    if invoice.settled_by_order && invoice.kind != InvoiceKind::CreditNote {
        invoice.paid_minor = invoice.total_minor;
    }
    invoice.payment = rules::payment(invoice.total_minor, invoice.credited_minor, invoice.paid_minor);
    if invoice.kind != InvoiceKind::CreditNote && invoice.due_on.is_none() {
        let day: Date = issued_on.parse().unwrap_or(today);
        invoice.due_on = Some(day.saturating_add(Span::new().days(seller.due_days)).to_string());
    }
    invoice.issued_on = Some(issued_on);
    invoice.issued_at = Some(tx.now());
    invoice.seller = Some(Json(seller));
    Ok(Place { series, financial_year, today, zone })
}

/// States that a document is issued, and sets its reminders.
async fn tell(tx: &mut Tx, whole: &Whole, place: &Place) -> Result<()> {
    let invoice = &whole.invoice;
    let remind = invoice.seller.as_ref().is_some_and(|seller| seller.0.reminders) && invoice.due().minor > 0;
    if remind && let Some(due) = invoice.due_on.as_deref().and_then(|day| day.parse().ok()) {
        RemindOfInvoice::set(tx, invoice.id, due, place.today, &place.zone).await?;
    }
    tx.state(InvoiceIssued {
        invoice_id: invoice.id,
        kind: invoice.kind,
        number: invoice.number.clone().unwrap_or_default(),
        contact_id: invoice.contact_id,
        order_id: invoice.order_id,
        of_id: invoice.of_id,
        sums: invoice.sums(),
        due_on: invoice.due_on.clone(),
        settled_by_order: invoice.settled_by_order,
    })
    .await
    .map(drop)
}
