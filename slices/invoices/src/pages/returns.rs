//! `/admin/invoices/returns`: a month's tax, and the files that the return is filed with.

use super::{HERE, RETURNS, tabs};
use crate::api::{EXPORTS_A_MINUTE, Part, as_csv, month};
use crate::returns::{Month, Sold};
use crate::today;
use axum::extract::State;
use axum::response::{Html, Response};
use catalogue::tax::percent;
use facts::{Currency, Money};
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::ui::{self, Button, Column, Empty, Field, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Permission, Query, Route, back_office};

#[derive(Debug, Default, Deserialize)]
struct Which {
    month: Option<String>,
    part: Option<String>,
}

impl Which {
    /// The month that was asked for; the one before this one where none was, since that is the one to be filed.
    fn first(&self, today: &str) -> Result<Date> {
        match self.month.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => month(text),
            None => {
                let today: Date = today.parse().map_err(Error::internal)?;
                Ok(today.first_of_month().saturating_sub(1.month()))
            }
        }
    }
}

async fn show(State(app): State<App>, caller: Caller, Query(which): Query<Which>) -> Answer<Html<String>> {
    let first = which.first(&today(&app, &caller.time_zone))?;
    let after = first.saturating_add(1.month());
    let month = Month::read(&mut caller.read(&app), &first.to_string(), &after.to_string()).await?;
    let sold = month.by_code();
    let all = sold.values().fold(Sold::default(), |sum, sold| Sold {
        quantity_milli: 0,
        taxable_minor: sum.taxable_minor + sold.taxable_minor,
        cgst_minor: sum.cgst_minor + sold.cgst_minor,
        sgst_minor: sum.sgst_minor + sold.sgst_minor,
        igst_minor: sum.igst_minor + sold.igst_minor,
    });
    let documents: i64 = month.by_series().values().map(|numbers| numbers.count).sum();
    let name = first.strftime("%B %Y").to_string();
    let body = html! {
        (tabs(RETURNS))
        form method="get" action=(RETURNS) {
            (ui::beside([Field::input("month", "month", "Month").value(first.strftime("%Y-%m").to_string())]))
            (ui::actions(html! { (Button::quiet("Show")) }))
        }
        @if documents == 0 { (Empty::new("Nothing in this month", "Invoices that are issued in it will be summed up here.").action("Invoices", HERE)) }
        @else { (sums(&all)) (ui::section("By HSN or SAC", "", by_code(&sold))) (ui::section("Files", "", files(first))) }
    };
    let lead = html! { (name) ": " (documents) @if documents == 1 { " document." } @else { " documents." } " Have your accountant look before you file." };
    let crumbs = [("Invoices", HERE)];
    let page = BackOffice { title: "GST return", lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body };
    Ok(back_office(&app, &caller, page))
}

fn inr(minor: i64) -> Markup {
    ui::money(Money::new(minor, Currency::INR))
}

fn sums(all: &Sold) -> Markup {
    ui::stats([
        Stat::new("Taxable", inr(all.taxable_minor)),
        Stat::new("CGST", inr(all.cgst_minor)),
        Stat::new("SGST", inr(all.sgst_minor)),
        Stat::new("IGST", inr(all.igst_minor)),
    ])
}

fn by_code(sold: &std::collections::BTreeMap<(String, String, i64), Sold>) -> Markup {
    let columns = vec![
        Column::text("hsn", "Code").matters(),
        Column::text("rate", "Rate").matters(),
        Column::number("taxable", "Taxable").matters(),
        Column::number("tax", "Tax").matters(),
    ];
    let rows = sold.iter().map(|((hsn, unit, rate), sold)| {
        let code = html! { @if hsn.is_empty() { "None" } @else { (hsn) } };
        let tax = sold.cgst_minor + sold.sgst_minor + sold.igst_minor;
        Row::new(format!("{hsn}-{unit}-{rate}"), [code, html! { (percent(*rate)) }, inr(sold.taxable_minor), inr(tax)])
    });
    html! { (Table::new("By code", &ui::Query::default(), columns).rows(rows)) }
}

fn files(first: Date) -> Markup {
    let href = |part: &str| format!("/admin/invoices/returns.csv?month={}&part={part}", first.strftime("%Y-%m"));
    ui::actions(html! {
        (Button::quiet("Documents by rate").href(href("documents")))
        (Button::quiet("Summary by code").href(href("hsn")))
        (Button::quiet("Series of numbers").href(href("series")))
    })
}

async fn file(State(app): State<App>, caller: Caller, Query(which): Query<Which>) -> Answer<Response> {
    let first = which.first(&today(&app, &caller.time_zone))?;
    let part: Part = which.part.as_deref().unwrap_or("documents").parse()?;
    Ok(as_csv(caller.read(&app), first, part).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(RETURNS, Permission::InvoicesRead, show).page().says("GST return", "A month's tax."),
        Route::get("/admin/invoices/returns.csv", Permission::InvoicesRead, file)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("GST return", "As files."),
    ]
}
