//! Payments, listed and alone.

use super::shown::PaymentShown;
use crate::model::{Payment, PaymentState};
use crate::queries::{self, Wanted};
use axum::Json;
use axum::response::{IntoResponse, Response};
use facts::{Id, OrderId, PaymentId};
use http::header;
use serde::Deserialize;
use store::{Error, Look, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Cursor, Listed, Paging, Path, Query};

/// Rows that a file holds at the most.
const LONGEST_FILE: usize = 50_000;
/// Rows read at once for a file.
const PAGE: i64 = 1_000;

/// Which payments.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct Filters {
    /// `created`, `failed`, `authorized`, `captured` or `refunded`.
    pub state: Option<String>,
    /// Those of one order.
    pub order_id: Option<String>,
    /// `csv` for a file of all that match.
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
        Ok(Wanted { state: state.transpose()?, order_id: order.transpose()? })
    }

    /// Which page is asked for.
    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    fn wants_file(&self) -> Result<bool> {
        match filled(&self.format) {
            None | Some("json") => Ok(false),
            Some("csv") => Ok(true),
            Some(_) => Err(Error::field("format", "json or csv")),
        }
    }
}

/// A filter that is there but empty is none.
pub(super) fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

pub(super) async fn list(app: axum::extract::State<App>, caller: Caller, Query(filters): Query<Filters>) -> Answer {
    let wanted = filters.wanted()?;
    let mut read = caller.read(&app);
    if filters.wants_file()? {
        return Ok(csv_of(&mut read, wanted).await?);
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
pub async fn csv_of(look: &mut impl Look, wanted: Wanted) -> Result<Response> {
    let mut file =
        String::from("time,payment_id,order_id,provider_payment_id,amount,fee,refunded,currency,method,state,matched,learnt_by\r\n");
    let (mut cursor, mut count) = (Cursor::START, 0);
    loop {
        let rows = queries::payments(look, wanted, cursor, PAGE).await?;
        rows.iter().for_each(|payment| line(&mut file, payment));
        count += rows.len();
        match rows.last() {
            Some(last) if count < LONGEST_FILE && i64::try_from(rows.len()) == Ok(PAGE) => cursor = place(last),
            _ => break,
        }
    }
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"payments.csv\"")];
    Ok((headers, file).into_response())
}

fn line(file: &mut String, payment: &Payment) {
    let fee = payment.fee().map(|fee| fee.decimal()).unwrap_or_default();
    let line = format!(
        "{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
        payment.created_at,
        payment.id,
        payment.order_id,
        cell(&payment.provider_payment_id),
        payment.amount().decimal(),
        fee,
        payment.refunded().decimal(),
        payment.currency,
        cell(&payment.method),
        payment.state,
        payment.matched,
        payment.learnt_by,
    );
    file.push_str(&line);
}

/// A text that a spreadsheet takes for a text: quoted, and never for a formula.
fn cell(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_a_text_and_no_formula() {
        assert_eq!(cell("upi"), "\"upi\"");
        assert_eq!(cell("a\"b,c"), "\"a\"\"b,c\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }
}
