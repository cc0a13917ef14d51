//! `GET /api/v1/invoices/gstr1`: the month's return, in the shape that it is filed in.

use super::EXPORTS_A_MINUTE;
use crate::returns::Month;
use crate::rules::quantity_text;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{Currency, Money};
use http::header;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use std::str::FromStr;
use store::{Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Permission, Query, Route, csv};

/// Which file of the return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A row for each document and rate.
    Documents,
    /// What was sold, by HSN or SAC.
    Hsn,
    /// The series of numbers.
    Series,
}

impl FromStr for Part {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "documents" => Ok(Part::Documents),
            "hsn" => Ok(Part::Hsn),
            "series" => Ok(Part::Series),
            _ => Err(Error::field("part", "documents, hsn or series")),
        }
    }
}

/// Which month, and which file of it.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ReturnQuery {
    /// The month, such as 2026-11.
    pub month: Option<String>,
    /// `documents` for a row for each document and rate, `hsn` for the summary by code, `series` for the numbers.
    pub part: Option<String>,
}

/// The first day of a month that is written as `2026-11`.
///
/// # Errors
/// `month`.
pub(crate) fn month(text: &str) -> Result<Date> {
    let wrong = || Error::field("month", "a month such as 2026-11");
    if text.len() != 7 {
        return Err(wrong());
    }
    format!("{text}-01").parse().map_err(|_| wrong())
}

async fn file(State(app): State<App>, caller: Caller, Query(query): Query<ReturnQuery>) -> Answer<Response> {
    let month = month(query.month.as_deref().unwrap_or_default())?;
    let part = query.part.as_deref().unwrap_or("documents").parse()?;
    Ok(as_csv(caller.read(&app), month, part).await?)
}

/// One file of a month's return.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_csv(mut read: Read, first: Date, part: Part) -> Result<Response> {
    let after = first.saturating_add(1.month());
    let month = Month::read(&mut read, &first.to_string(), &after.to_string()).await?;
    let (name, text) = match part {
        Part::Documents => ("documents", documents(&month)),
        Part::Hsn => ("hsn", hsn(&month)),
        Part::Series => ("series", series(&month)),
    };
    let file = format!("attachment; filename=\"gstr1-{}-{name}.csv\"", first.strftime("%Y-%m"));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((headers, text).into_response())
}

fn lines(columns: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("{columns}\r\n");
    for row in rows {
        text.push_str(&csv::line(row.iter().map(String::as_str)));
    }
    text
}

/// A rate as the return writes it: 18, 2.5.
fn percent(bps: i64) -> String {
    quantity_text(bps * 10)
}

fn documents(month: &Month) -> String {
    let columns = "section,gstin,receiver,number,date,value,place_of_supply,reverse_charge,rate,taxable_value,igst,cgst,sgst,cess";
    let rows = month.by_rate().map(|(document, section, tax)| {
        let money = |minor: i64| Money::new(minor, document.currency).decimal();
        vec![
            section.to_owned(),
            document.buyer.0.gstin.as_ref().map(ToString::to_string).unwrap_or_default(),
            document.buyer.0.name.clone(),
            document.number.clone(),
            document.issued_on.clone(),
            money(document.total_minor),
            format!("{}-{}", document.place, document.place.name()),
            "N".to_owned(),
            percent(tax.rate_bps),
            money(tax.taxable_minor),
            money(tax.igst_minor),
            money(tax.cgst_minor),
            money(tax.sgst_minor),
            money(0),
        ]
    });
    lines(columns, rows)
}

fn hsn(month: &Month) -> String {
    let money = |minor: i64| Money::new(minor, Currency::INR).decimal();
    let rows = month.by_code().into_iter().map(|((hsn, unit, rate), sold)| {
        vec![
            hsn,
            unit,
            format!("{}{}", if sold.quantity_milli < 0 { "-" } else { "" }, quantity_text(sold.quantity_milli.abs())),
            money(sold.taxable_minor + sold.cgst_minor + sold.sgst_minor + sold.igst_minor),
            percent(rate),
            money(sold.taxable_minor),
            money(sold.igst_minor),
            money(sold.cgst_minor),
            money(sold.sgst_minor),
            money(0),
        ]
    });
    lines("hsn,unit,quantity,value,rate,taxable_value,igst,cgst,sgst,cess", rows)
}

fn series(month: &Month) -> String {
    let rows = month.by_series().into_iter().map(|(series, numbers)| {
        let net = numbers.count - numbers.void;
        let counts = [numbers.count, numbers.void, net].map(|count| count.to_string());
        [series.to_owned(), numbers.first.to_owned(), numbers.last.to_owned()].into_iter().chain(counts).collect()
    });
    lines("series,from,to,total,cancelled,net_issued", rows)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/invoices/gstr1", Permission::InvoicesRead, file)
            .says("Export a month's return", "CSV in the shape of GSTR-1; have an accountant look before you file it.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ReturnQuery>(),
    ]
}
