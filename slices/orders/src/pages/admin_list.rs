//! `/admin/orders`: every order, narrowed and searched, and as a file.

use crate::api::{EXPORTS_A_MINUTE, ListQuery, as_file};
use crate::model::{Order, OrderState};
use crate::queries;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use maud::{Markup, html};
use web::ui::{self, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office, order_tabs};

const PLACE: &str = "/admin/orders";

/// The chips, and what they are called.
const STATES: &[(OrderState, &str)] = &[
    (OrderState::Created, "Not paid"),
    (OrderState::Paid, "Paid"),
    (OrderState::PartiallyRefunded, "Partly refunded"),
    (OrderState::Refunded, "Refunded"),
    (OrderState::Cancelled, "Cancelled"),
];

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::page(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::place);
    let raw = raw.unwrap_or_default();
    let here = ui::Query::parse(PLACE, &raw);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    Ok(back_office(
        &app,
        &caller,
        BackOffice {
            title: "Orders",
            lead: lead(&query, &page.data),
            action: html! { (ui::Button::quiet("Imports").href("/admin/imports")) " " (ui::Button::primary("Packing list").href("/admin/orders/packing")) },
            place: PLACE,
            crumbs: &[],
            body: html! { (order_tabs(PLACE)) (table(&here, &raw, page, &calendar)) },
        },
    ))
}

/// How the orders on this page stand, in one line.
fn lead(query: &ListQuery, orders: &[Order]) -> Markup {
    let unpaid = orders.iter().filter(|order| order.state == OrderState::Created).count();
    html! {
        @if orders.is_empty() { "No order here." }
        @else if query.state.as_deref().is_some_and(|state| !state.is_empty()) { "Narrowed, newest first." }
        @else if unpaid == 0 { "Newest first. All on this page are settled." }
        @else { "Newest first. " (unpaid) " on this page " (if unpaid == 1 { "is" } else { "are" }) " not paid yet." }
    }
}

fn table(here: &ui::Query, raw: &str, page: Listed<Order>, calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("number", "Order"),
        Column::text("customer", "Customer").matters(),
        Column::text("product", "Product").optional(),
        Column::text("state", "State").matters(),
        Column::text("placed", "Placed").optional(),
        Column::number("total", "Total").matters(),
    ];
    let chips: Vec<(&str, &str, Option<u64>)> = STATES.iter().map(|(state, words)| (state.as_str(), *words, None)).collect();
    let empty = Empty::new("No orders yet", "The first order that a customer places will stand here.").action("Look at your shop", "/");
    Table::new("Orders", here, columns)
        .filter("state", "State", &chips)
        .find("Name, phone, e-mail or order")
        .choose_columns()
        .export(format!("/admin/orders.csv?{raw}"))
        .rows(page.data.iter().map(|order| row(order, calendar)))
        .next(page.next_cursor)
        .empty(empty)
}

fn row(order: &Order, calendar: &Calendar) -> Row {
    let reach = order.customer_reach.as_deref().map(ui::phone_text).unwrap_or_default();
    let customer = match (&order.customer_name, reach.is_empty()) {
        (None, true) => html! { "Not said" },
        (name, _) => ui::person(name.as_deref().unwrap_or_default(), None, html! { (reach) }),
    };
    let cells = [
        html! { (order.title()) },
        customer,
        html! { (order.product) },
        ui::badge(order.state.as_str()),
        calendar.time(order.created_at),
        ui::money(order.total()),
    ];
    Row::new(order.id, cells).href(format!("{PLACE}/{}", order.id))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, Permission::OrdersRead, list).page().says("Orders", "Every order."),
        Route::get("/admin/orders.csv", Permission::OrdersRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Orders", "As a file."),
    ]
}
