//! `GET /api/v1/invoices`, as pages of JSON or as one file.

use super::EXPORTS_A_MINUTE;
use super::view::InvoiceView;
use crate::model::{Invoice, InvoiceState, PaymentStatus};
use crate::queries::{self, Filter};
use crate::today;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::invoices::InvoiceKind;
use facts::{ContactId, Money, OrderId, Time};
use serde::Deserialize;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "id,number,kind,state,payment,issued_on,due_on,customer,gstin,place_of_supply,currency,taxable,cgst,sgst,igst,\
    round_off,total,paid,credited,due,order_id";

/// Which invoices, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `invoice`, `bill_of_supply` or `credit_note`.
    pub kind: Option<String>,
    /// `draft`, `issued`, `void` or `uncollectible`.
    pub state: Option<String>,
    /// Of those that are issued: `unpaid`, `partially_paid`, `paid`, or `overdue`.
    pub payment: Option<String>,
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// Those of one order.
    pub order_id: Option<String>,
    /// Begun at this time or later, such as 2026-11-01T00:00:00Z.
    pub from: Option<String>,
    /// Begun before this time.
    pub to: Option<String>,
    /// A part of the number or of the customer's name.
    pub q: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// What it asks for on the day `today`.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn filter(&self, today: &str) -> Result<Filter> {
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        let overdue = self.payment.as_deref() == Some("overdue");
        let payment = self.payment.as_deref().filter(|_| !overdue);
        Ok(Filter {
            kind: filter_part("kind", self.kind.as_deref(), "invoice, bill_of_supply or credit_note")?,
            state: filter_part("state", self.state.as_deref(), "draft, issued, void or uncollectible")?,
            payment: filter_part::<PaymentStatus>("payment", payment, "unpaid, partially_paid, paid or overdue")?,
            overdue_on: overdue.then(|| today.to_owned()),
            contact: filter_part::<ContactId>("contact_id", self.contact_id.as_deref(), "an id like con_01j8…")?,
            order: filter_part::<OrderId>("order_id", self.order_id.as_deref(), "an id like ord_01j8…")?,
            from: filter_part::<Time>("from", self.from.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
            to: filter_part::<Time>("to", self.to.as_deref(), "a time like 2026-11-21T09:30:00Z")?,
            q: self.q.clone(),
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<InvoiceView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let today = today(&app, &caller.time_zone);
    let rows = queries::page(&mut caller.read(&app), &query.filter(&today)?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(|invoice| InvoiceView::of(invoice, &today))))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    let filter = query.filter(&today(&app, &caller.time_zone))?;
    Ok(as_file(caller.read(&app), filter).await?)
}

/// Every document that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    csv::file("invoices", COLUMNS, page, queries::place, cells).await
}

fn cells(invoice: &Invoice) -> Vec<String> {
    let amount = |minor: i64| Money::new(minor, invoice.currency).decimal();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        invoice.id.to_string(),
        text(&invoice.number),
        invoice.kind.to_string(),
        invoice.state.to_string(),
        if invoice.kind == InvoiceKind::CreditNote || invoice.state == InvoiceState::Draft {
            String::new()
        } else {
            invoice.payment.to_string()
        },
        text(&invoice.issued_on),
        text(&invoice.due_on),
        invoice.buyer.0.name.clone(),
        invoice.buyer.0.gstin.as_ref().map(ToString::to_string).unwrap_or_default(),
        invoice.place.map(|place| place.to_string()).unwrap_or_default(),
        invoice.currency.to_string(),
        amount(invoice.taxable_minor),
        amount(invoice.cgst_minor),
        amount(invoice.sgst_minor),
        amount(invoice.igst_minor),
        amount(invoice.round_off_minor),
        amount(invoice.total_minor),
        amount(invoice.paid_minor),
        amount(invoice.credited_minor),
        invoice.due().decimal(),
        invoice.order_id.map(|order| order.to_string()).unwrap_or_default(),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/invoices", Permission::InvoicesRead, list)
            .says("List invoices", "Credit notes and drafts among them, newest first, without their lines.")
            .query::<ListQuery>()
            .gives::<Listed<InvoiceView>>(200),
        Route::get("/api/v1/invoices/export", Permission::InvoicesRead, export)
            .says("Export invoices", "Every one that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
