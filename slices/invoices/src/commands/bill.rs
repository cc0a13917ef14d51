//! An invoice that another part of the house wants, in that part's own transaction.

use super::{VoidInvoice, issue_at_once, seller};
use crate::compose::{NewLine, Wanted};
use crate::model::{Seller, Whole};
use crate::reactions::buyer;
use facts::{ContactId, InvoiceId, Money};
use jiff::civil::Date;
use store::{Command, Error, Kind, Result, Tx};

/// What somebody is to pay for.
#[derive(Debug, Clone)]
pub struct Bill {
    /// Who pays. Their name, address and GSTIN are taken from what is known of them.
    pub contact_id: ContactId,
    /// What for: 1 to 200 lines, in one currency.
    pub lines: Vec<NewLine>,
    /// Whether the amounts have the tax in them.
    pub inclusive: bool,
    /// The last day to pay; the seller's days after its issue where nothing is said.
    pub due_on: Option<Date>,
    /// What stands under the lines.
    pub note: String,
}

/// What [`bill`] issued.
#[derive(Debug, Clone)]
pub struct Billed {
    /// The invoice.
    pub id: InvoiceId,
    /// Its number.
    pub number: String,
    /// What it comes to, tax included.
    pub total: Money,
    /// The last day to pay.
    pub due_on: Option<String>,
}

/// Issues an invoice with whatever else the caller's transaction does: both become true, or neither. That a thing is billed once
/// is for the caller to see to, by a unique row of its own.
///
/// # Errors
/// `seller_unknown` before anything is written (see [`crate::can_bill`]), `contact_not_found`, the first line that does not fit.
pub async fn bill(tx: &mut Tx, bill: Bill) -> Result<Billed> {
    let seller = seller(tx).await?;
    let whole = drafted(tx, bill, &seller).await?;
    let issued = issue_at_once(tx, whole, seller).await?.invoice;
    let number = issued.number.clone().unwrap_or_default();
    Ok(Billed { id: issued.id, number, total: issued.total(), due_on: issued.due_on })
}

/// What [`bill`] would come to, tax and rounding included, if it were issued now. Nothing is written.
///
/// # Errors
/// As [`bill`].
pub async fn would_bill(tx: &mut Tx, bill: Bill) -> Result<Money> {
    let seller = seller(tx).await?;
    Ok(drafted(tx, bill, &seller).await?.invoice.total())
}

async fn drafted(tx: &mut Tx, bill: Bill, seller: &Seller) -> Result<Whole> {
    let contact = contacts::find(tx, bill.contact_id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let contact_id = contact.id;
    let wanted = Wanted {
        buyer: buyer(None, Some(contact)),
        lines: bill.lines,
        inclusive: bill.inclusive,
        due_on: bill.due_on.map(|day| day.to_string()),
        note: bill.note,
    };
    let mut whole = wanted.draft(tx, seller)?;
    whole.invoice.contact_id = Some(contact_id);
    Ok(whole)
}

/// Takes back an invoice of which nothing was paid or credited, in the caller's own transaction; `false` for any other, which stands.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn take_back(tx: &mut Tx, id: InvoiceId, reason: &str) -> Result<bool> {
    let void = VoidInvoice { id, reason: reason.to_owned() };
    match void.run(tx).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == Kind::Conflict => Ok(false),
        Err(error) => Err(error),
    }
}
