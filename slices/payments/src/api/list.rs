//! Payments, listed and alone.

use super::shown::PaymentShown;
use crate::model::{Payment, PaymentState};
use crate::queries::{self, Wanted};
use axum::Json;
use axum::response::{IntoResponse, Response};
use facts::payments::Payable;
use facts::{Id, InvoiceId, OrderId, PaymentId};
use http::HeaderMap;
use serde::Deserialize;
use store::{Error, Look, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Cursor, Listed, Paging, Path, Query, csv};

/// The columns of the file.
const COLUMNS: &str = "time,payment_id,order_id,provider_payment_id,amount,fee,refunded,currency,method,state,matched,learnt_by,\
    invoice_id";

/// Which payments.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct Filters {
    /// `created`, `failed`, `authorized`, `captured` or `refunded`.
    pub state: Option<String>,
    /// Those of one order.
    pub order_id: Option<String>,
    /// Those of one invoice.
    pub invoice_id: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Filters {
    /// What is asked for, checked.
    ///
    /// # Errors
    /// The field that says what it may not.
    pub fn wanted(&self) -> Result<Wanted> {
        let state = filled(&self.state).map(|word| word.parse::<PaymentState>().map_err(|message| Error::field("state", message)));
        let order = filled(&self.order_id).map(|text| text.parse::<OrderId>().map_err(|error| Error::field("order_id", error.to_string())));
        let invoice =
            filled(&self.invoice_id).map(|text| text.parse::<InvoiceId>().map_err(|error| Error::field("invoice_id", error.to_string())));
        let payable = match (order.transpose()?, invoice.transpose()?) {
            (Some(_), Some(_)) => return Err(Error::field("invoice_id", "either an order or an invoice, not both")),
            (order, invoice) => order.map(Payable::from).or(invoice.map(Payable::from)),
        };
        Ok(Wanted { state: state.transpose()?, payable })
    }

    /// Which page is asked for.
    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// A filter that is there but empty is none.
pub(super) fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

pub(super) async fn list(app: axum::extract::State<App>, caller: Caller, headers: HeaderMap, Query(filters): Query<Filters>) -> Answer {
    let wanted = filters.wanted()?;
    let mut read = caller.read(&app);
    if csv::wanted(&headers, filters.format.as_deref())? {
        return Ok(as_file(read, wanted).await?);
    }
    let paging = filters.paging();
    let page = page(&mut read, wanted, paging.cursor()?, paging.limit()?).await?;
    Ok(Json(page.map(PaymentShown::from)).into_response())
}

pub(super) async fn one(app: axum::extract::State<App>, caller: Caller, Path(id): Path<PaymentId>) -> Answer<Json<PaymentShown>> {
    let payment = queries::payment(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("payment"))?;
    Ok(Json(payment.into()))
}

/// One page of payments.
///
/// # Errors
/// Whatever the database refuses.
pub async fn page(look: &mut impl Look, wanted: Wanted, cursor: Cursor, limit: i64) -> Result<Listed<Payment>> {
    let rows = queries::payments(look, wanted, cursor, limit + 1).await?;
    Ok(Listed::new(rows, limit, place))
}

fn place(payment: &Payment) -> Cursor {
    Cursor { at: payment.created_at, id: payment.id.uuid() }
}

/// All that match, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub async fn as_file(read: Read, wanted: Wanted) -> Result<Response> {
    let page = move |after, limit| {
        let mut read = read.clone();
        async move { queries::payments(&mut read, wanted, after, limit).await }
    };
    csv::file("payments", COLUMNS, page, place, cells).await
}

fn cells(payment: &Payment) -> Vec<String> {
    vec![
        payment.created_at.to_string(),
        payment.id.to_string(),
        payment.payable().order().map(|id| id.to_string()).unwrap_or_default(),
        payment.provider_payment_id.clone(),
        payment.amount().decimal(),
        payment.fee().map(|fee| fee.decimal()).unwrap_or_default(),
        payment.refunded().decimal(),
        payment.currency.to_string(),
        payment.method.clone(),
        payment.state.to_string(),
        payment.matched.to_string(),
        payment.learnt_by.to_string(),
        payment.payable().invoice().map(|id| id.to_string()).unwrap_or_default(),
    ]
}
