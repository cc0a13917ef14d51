//! `/admin/rounds/bills`: which months are billed, and which are open.

use super::{BILLS, HERE, calendar, tabs, told};
use crate::api::today;
use crate::commands::BillMonth;
use crate::month;
use crate::queries::{self, MonthBill, Open};
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::Money;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Listed, Paging, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    page(&app, &caller, &paging, raw.as_deref().unwrap_or_default(), None).await
}

async fn page(app: &App, caller: &Caller, paging: &Paging, raw: &str, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let limit = paging.limit()?;
    let look = &mut app.db.read_main(caller.tenant());
    let open = queries::open_months(look, today(app, caller).first_of_month()).await?;
    let ready = invoices::can_bill(look).await?;
    let bills = Listed::new(queries::bills(look, None, paging.cursor()?, limit + 1).await?, limit, queries::place_of_bill);
    let may = caller.may(Permission::InvoicesWrite);
    let calendar = calendar(app, caller);
    let body = html! {
        (tabs(BILLS))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if !ready {
            (Alert::new(Meaning::Attention, "Say first who sells").body(html! {
                p { "Every bill names your business, its address and its GSTIN. Nothing is lost meanwhile: as soon as that is said, every open month is billed on the next morning." }
            }).action(Button::quiet("Billing settings").href("/admin/invoices/settings")))
        }
        @if !open.is_empty() { (ui::section("Open months", "", months(&open, may && ready, caller.csrf()))) }
        (ui::section("Billed", "", table(raw, bills, &calendar)))
    };
    Ok(back_office(
        app,
        caller,
        BackOffice {
            title: "Month's bills",
            lead: html! { "Each customer gets one bill for a month, on the morning of the first. What was missed or skipped is not on it." },
            action: Markup::default(),
            place: HERE,
            crumbs: &[],
            body,
        },
    ))
}

/// Months that are over and not billed to everybody.
fn months(open: &[Open], may: bool, csrf: &str) -> Markup {
    let mut by_month: BTreeMap<&str, usize> = BTreeMap::new();
    open.iter().for_each(|open| *by_month.entry(open.month.as_str()).or_default() += 1);
    let columns = vec![
        Column::text("month", "Month").matters(),
        Column::number("customers", "Customers").matters(),
        Column::text("bill", "Bill").matters(),
    ];
    let rows = by_month.into_iter().map(|(name, count)| {
        let bill = html! { @if may { (ui::post(BILLS, csrf, Button::quiet("Bill now").value("month", name))) } };
        Row::new(name, [html! { (month::words(name)) }, html! { (count) }, bill])
    });
    html! { (Table::new("Open months", &ui::Query::default(), columns).rows(rows)) }
}

fn table(raw: &str, bills: Listed<MonthBill>, calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("number", "Invoice").matters(),
        Column::text("customer", "Customer").matters(),
        Column::text("month", "Month").matters(),
        Column::text("billed", "Billed"),
        Column::number("total", "Total").matters(),
    ];
    let row = |bill: &MonthBill| {
        let cells = [
            html! { (bill.number) },
            html! { bdi { (bill.customer) } },
            html! { (month::words(&bill.month)) },
            calendar.day(bill.billed_at),
            ui::money(Money::new(bill.total_minor, bill.currency)),
        ];
        Row::new(bill.invoice_id, cells).href(format!("/admin/invoices/{}", bill.invoice_id))
    };
    Table::new("Bills", &ui::Query::parse(BILLS, raw), columns)
        .rows(bills.data.iter().map(row))
        .next(bills.next_cursor)
        .empty(Empty::new("Nothing is billed yet", "A month is billed when it is over. Payments by cash and UPI are noted on the invoice."))
}

/// Which month.
#[derive(Debug, Deserialize)]
struct Pressed {
    month: String,
}

async fn bill(State(app): State<App>, caller: Caller, Form(pressed): Form<Pressed>) -> Answer<Response> {
    match app.db.run(&caller.who, BillMonth { month: pressed.month }).await {
        Ok(_) => Ok(Redirect::to(BILLS).into_response()),
        Err(error) => {
            let failure = told(error)?;
            let page = page(&app, &caller, &Paging::default(), "", Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(BILLS, Permission::RoundsRead, show).page().says("Month's bills", "What is billed, and what is open."),
        Route::post(BILLS, Permission::InvoicesWrite, bill).page().says("Bill a month", "Everybody who is not billed for it."),
    ]
}
