//! `/admin/invoices`: every document, narrowed and searched, and what is open.

use super::{HERE, SETTINGS, tabs};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, as_file};
use crate::model::{Invoice, InvoiceState};
use crate::queries::{self, Open};
use crate::today;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use facts::Money;
use facts::invoices::InvoiceKind;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let today = today(&app, &caller.time_zone);
    let mut read = caller.read(&app);
    let rows = queries::page(&mut read, &query.filter(&today)?, paging.cursor()?, limit + 1).await?;
    let open = queries::open(&mut read, &today).await?;
    let ready = queries::seller(&mut read).await?.is_some();
    let page = Listed::new(rows, limit, queries::place);
    let raw = raw.unwrap_or_default();
    let here = ui::Query::parse(HERE, &raw);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = ready && caller.may(Permission::InvoicesWrite);
    Ok(back_office(
        &app,
        &caller,
        BackOffice {
            title: "Invoices",
            lead: lead(&open),
            action: action(&caller, may, &query, &page.data),
            place: HERE,
            crumbs: &[],
            body: html! { (tabs(HERE)) (sums(&open)) (table(&here, &raw, page, &calendar, &today, ready)) },
        },
    ))
}

/// A new invoice, or the one of the order whose invoices are looked at and that has none yet.
fn action(caller: &Caller, may: bool, query: &ListQuery, shown: &[Invoice]) -> Markup {
    let order = query.order_id.as_deref().filter(|order| !order.is_empty() && shown.is_empty());
    match order {
        _ if !may => Markup::default(),
        Some(order) => ui::post("/admin/invoices/bill", caller.csrf(), Button::primary("Bill this order").value("order_id", order)),
        None => html! { (Button::primary("New invoice").href("/admin/invoices/new")) },
    }
}

/// How things stand, in one line.
fn lead(open: &[Open]) -> Markup {
    let overdue: i64 = open.iter().map(|open| open.overdue_minor).sum();
    html! {
        @if open.is_empty() { "Nobody owes you anything." }
        @else if overdue == 0 { "All that is owed is still in time." }
        @else { "Some of what is owed is overdue." }
    }
}

fn sums(open: &[Open]) -> Markup {
    let all = open.iter().flat_map(|open| {
        let money = |minor| ui::money(Money::new(minor, open.currency));
        let invoices = if open.count == 1 { "1 invoice".to_owned() } else { format!("{} invoices", open.count) };
        let owed = Stat::new("Owed to you", money(open.due_minor)).note(invoices).href("/admin/invoices?state=issued&payment=unpaid");
        [owed, Stat::new("Overdue", money(open.overdue_minor)).href("/admin/invoices?payment=overdue")]
    });
    html! { @if !open.is_empty() { (ui::stats(all)) } }
}

fn table(here: &ui::Query, raw: &str, page: Listed<Invoice>, calendar: &Calendar, today: &str, ready: bool) -> Table {
    let columns = vec![
        Column::text("number", "Number").matters(),
        Column::text("customer", "Customer").matters(),
        Column::text("state", "State").matters(),
        Column::text("issued", "Issued").optional(),
        Column::text("due", "Due").optional(),
        Column::number("open", "Left to pay").optional(),
        Column::number("total", "Total").matters(),
    ];
    let empty = if ready {
        Empty::new("No invoices yet", "Paid orders of your shop get theirs by themselves; make others here.")
            .action("New invoice", "/admin/invoices/new")
    } else {
        Empty::new("Say first who sells", "Every invoice names your business, its address and its GSTIN.")
            .action("Billing settings", SETTINGS)
    };
    Table::new("Invoices", here, columns)
        .filter(
            "payment",
            "Payment",
            &[("unpaid", "Not paid", None), ("partially_paid", "Partly paid", None), ("paid", "Paid", None), ("overdue", "Overdue", None)],
        )
        .filter(
            "state",
            "State",
            &[("draft", "Drafts", None), ("issued", "Issued", None), ("void", "Void", None), ("uncollectible", "Written off", None)],
        )
        .filter(
            "kind",
            "Kind",
            &[("invoice", "Invoices", None), ("bill_of_supply", "Bills of supply", None), ("credit_note", "Credit notes", None)],
        )
        .find("Number or customer")
        .choose_columns()
        .export(format!("/admin/invoices.csv?{raw}"))
        .rows(page.data.iter().map(|invoice| row(invoice, calendar, today)))
        .next(page.next_cursor)
        .empty(empty)
}

fn row(invoice: &Invoice, calendar: &Calendar, today: &str) -> Row {
    let day =
        |day: &Option<String>| html! { @if let Some(day) = day.as_deref().and_then(|day| day.parse().ok()) { (calendar.date_text(day)) } };
    let due = invoice.due();
    let cells = [
        html! { (invoice.title()) },
        html! { bdi { (invoice.buyer.0.name) } },
        state(invoice, today),
        day(&invoice.issued_on),
        day(&invoice.due_on),
        html! { @if due.minor > 0 { (ui::money(due)) } },
        ui::money(invoice.total()),
    ];
    Row::new(invoice.id, cells).href(format!("{HERE}/{}", invoice.id))
}

/// How a document stands: what it is, where it is no ordinary invoice, and how far its payment is.
pub(super) fn state(invoice: &Invoice, today: &str) -> Markup {
    let asks = invoice.state == InvoiceState::Issued && invoice.kind != InvoiceKind::CreditNote;
    html! {
        @match invoice.kind {
            InvoiceKind::CreditNote => { (ui::badge("credit_note")) }
            _ if !asks => { (ui::badge(invoice.state.as_str())) }
            _ if invoice.is_overdue(today) => { (ui::badge("overdue")) }
            _ => { (ui::badge(invoice.payment.as_str())) }
        }
    }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    let filter = query.filter(&today(&app, &caller.time_zone))?;
    Ok(as_file(caller.read(&app), filter).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::InvoicesRead, list).page().says("Invoices", "Every invoice and credit note."),
        Route::get("/admin/invoices.csv", Permission::InvoicesRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Invoices", "As a file."),
    ]
}
