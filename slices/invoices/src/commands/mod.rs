//! What changes invoices.

mod bill;
mod bill_order;
mod credit;
mod draft;
mod issue;
mod online;
mod pay;
mod remind;
mod seller;
mod void;

pub use bill::{Bill, Billed, bill, take_back, would_bill};
pub(crate) use bill_order::BillOrder;
pub(crate) use credit::{CreditInvoice, credit_refund};
pub(crate) use draft::{ChangeInvoice, DraftInvoice, draft_once};
pub(crate) use issue::{IssueInvoice, Place, issue, issue_at_once};
pub(crate) use online::{CameOnline, MakePaymentLink, PayOnline, note_online};
pub use online::{Collecting, collect};
pub use pay::NotePayment;
pub(crate) use remind::{RemindNow, RemindOfInvoice};
pub(crate) use seller::PutSeller;
pub(crate) use void::{VoidInvoice, WriteOff};

use crate::model::{Invoice, Seller};
use crate::{queries, rows};
use facts::InvoiceId;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::{Error, Result, Tx};

/// Whoever bills has said who they are.
async fn seller(tx: &mut Tx) -> Result<Seller> {
    queries::seller(tx).await?.ok_or_else(|| {
        Error::conflict("seller_unknown", "Say first who sells, under Invoices, Billing settings, or with PUT /api/v1/invoice-settings.")
    })
}

async fn locked(tx: &mut Tx, id: InvoiceId) -> Result<Invoice> {
    rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("invoice"))
}

/// The tenant's wall clock, and the day that it shows.
async fn today(tx: &mut Tx) -> Result<(TimeZone, Date)> {
    let zone = TimeZone::get(&identity::tenant(tx).await?.time_zone).unwrap_or(TimeZone::UTC);
    let day = tx.now().timestamp().to_zoned(zone.clone()).date();
    Ok((zone, day))
}
