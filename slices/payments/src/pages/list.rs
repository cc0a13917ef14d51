//! `/admin/payments`: every try at paying.

use super::place;
use crate::api::{Filters, as_file, page};
use crate::model::Payment;
use axum::extract::State;
use axum::response::{Html, Response};
use facts::payments::Payable;
use http::Uri;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Query, back_office};

const STATES: [(&str, &str, Option<u64>); 5] = [
    ("captured", "Captured", None),
    ("authorized", "Authorised", None),
    ("failed", "Failed", None),
    ("refunded", "Refunded", None),
    ("created", "Begun", None),
];

pub(super) async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(filters): Query<Filters>) -> Answer<Html<String>> {
    let (wanted, paging) = (filters.wanted()?, filters.paging());
    let listed = page(&mut caller.read(&app), wanted, paging.cursor()?, paging.limit()?).await?;
    let here = ui::Query::parse("/admin/payments", uri.query().unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("time", "Time").matters(),
        Column::text("order", "For"),
        Column::number("amount", "Amount").matters(),
        Column::text("method", "Method"),
        Column::text("state", "State"),
        Column::text("learnt_by", "Learnt by").optional(),
    ];
    let file = ui::Query::parse("/admin/payments/file", uri.query().unwrap_or_default()).without("cursor");
    let table = Table::new("Payments", &here, columns)
        .filter("state", "State", &STATES)
        .export(file.to_string())
        .choose_columns()
        .rows(listed.data.iter().map(|payment| row(payment, &calendar)))
        .next(listed.next_cursor)
        .empty(Empty::new("No payments yet", "When a buyer pays in your shop, each try shows up here.").action("Open the shop", "/"));
    Ok(back_office(
        &app,
        &caller,
        BackOffice {
            title: "Payments",
            lead: html! { "Every try at paying, newest first." },
            action: html! { (Button::quiet("Mandates").href("/admin/mandates")) (Button::quiet("Webhooks").href("/admin/webhooks")) (Button::primary("What needs you").href("/admin/reconcile")) },
            place: "/admin/payments",
            crumbs: &[],
            body: html! { (table) },
        },
    ))
}

pub(super) async fn file(State(app): State<App>, caller: Caller, Query(filters): Query<Filters>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), filters.wanted()?).await?)
}

fn row(payment: &Payment, calendar: &Calendar) -> Row {
    let cells = [
        calendar.time(payment.created_at),
        html! { a href=(place(payment.payable())) { (payment.payable) " " (short(payment.payable())) } },
        ui::money(payment.amount()),
        html! { (payment.method) },
        state(payment),
        html! { (payment.learnt_by) },
    ];
    Row::new(payment.id, cells).href(format!("/admin/payments/{}", payment.id))
}

/// The end of an id, which tells two of one minute apart.
fn short(what: Payable) -> String {
    let id = match what {
        Payable::Order(id) => id.to_string(),
        Payable::Invoice(id) => id.to_string(),
        Payable::Subscription(id) => id.to_string(),
    };
    format!("…{}", id.get(id.len().saturating_sub(6)..).unwrap_or(&id))
}

/// The state, and beside it whether the money fits.
pub(super) fn state(payment: &Payment) -> Markup {
    let captured = payment.captured_at.is_some();
    html! { (ui::badge(payment.state.as_str())) @if captured && !payment.matched { " " (ui::badge("unmatched")) } }
}
