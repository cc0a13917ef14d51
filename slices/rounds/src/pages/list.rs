//! `/admin/standing-orders`: every standing order, narrowed and searched.

use super::{HERE, ORDERS, ROUTES, calendar, day, state, tabs};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, as_file, today};
use crate::model::{Pricing, Route as Way, StandingOrder};
use crate::{queries, schedule};
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use facts::RouteId;
use jiff::civil::Date;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let (limit, today) = (paging.limit()?, today(&app, &caller));
    let mut read = caller.read(&app);
    let rows = queries::page(&mut read, &query.filter(today)?, paging.cursor()?, limit + 1).await?;
    let routes = queries::routes(&mut read).await?;
    let page = Listed::new(rows, limit, queries::place);
    let raw = raw.unwrap_or_default();
    let may = caller.may(Permission::RoundsWrite);
    let action = html! { @if may && !routes.is_empty() { (Button::primary("New standing order").href(format!("{ORDERS}/new"))) } };
    let table = Shown { routes: &routes, today, calendar: calendar(&app, &caller) }.table(&raw, page);
    Ok(back_office(
        &app,
        &caller,
        BackOffice {
            title: "Standing orders",
            lead: html! { "What customers get brought, every day or on some days of the week." },
            action,
            place: HERE,
            crumbs: &[],
            body: html! { (tabs(ORDERS)) (table) },
        },
    ))
}

struct Shown<'a> {
    routes: &'a [Way],
    today: Date,
    calendar: Calendar,
}

impl Shown<'_> {
    fn table(&self, raw: &str, page: Listed<StandingOrder>) -> Table {
        let here = ui::Query::parse(ORDERS, raw);
        let columns = vec![
            Column::text("customer", "Customer").matters(),
            Column::text("what", "What").matters(),
            Column::text("status", "State").matters(),
            Column::text("days", "Days").optional(),
            Column::text("route", "Route").optional(),
            Column::text("from", "From").optional(),
            Column::number("price", "Price").matters(),
        ];
        let empty = match self.routes {
            [] => Empty::new("No routes yet", "A standing order is brought on a route: make one first.").action("Make a route", ROUTES),
            _ => Empty::new("No standing orders yet", "Milk, a newspaper, lunch: say who gets what, and the sheets write themselves.")
                .action("New standing order", format!("{ORDERS}/new")),
        };
        let choices: Vec<(String, String)> = self.routes.iter().map(|route| (route.id.to_string(), route.name.clone())).collect();
        let choices: Vec<(&str, &str, Option<u64>)> = choices.iter().map(|(id, name)| (id.as_str(), name.as_str(), None)).collect();
        let states = [("active", "Active", None), ("paused", "Paused", None), ("upcoming", "To come", None), ("ended", "Over", None)];
        Table::new("Standing orders", &here, columns)
            .filter("status", "State", &states)
            .filter("route_id", "Route", &choices)
            .find("Customer or product")
            .choose_columns()
            .export(format!("{ORDERS}.csv?{raw}"))
            .rows(page.data.iter().map(|order| self.row(order)))
            .next(page.next_cursor)
            .empty(empty)
    }

    fn row(&self, order: &StandingOrder) -> Row {
        let cells = [
            html! { bdi { (order.customer) } },
            html! { bdi { (order.what()) } },
            status(order, self.today),
            html! { (schedule::words_of(order.weekdays)) },
            html! { bdi { (route_name(self.routes, order.route_id)) } ", " (order.stop) },
            html! { (day(&self.calendar, order.starts_on)) },
            price(order),
        ];
        Row::new(order.id, cells).href(format!("{ORDERS}/{}", order.id))
    }
}

/// What a route is called.
pub(super) fn route_name(routes: &[Way], id: RouteId) -> &str {
    routes.iter().find(|route| route.id == id).map_or("", |route| route.name.as_str())
}

/// How a standing order is on a day.
pub(super) fn status(order: &StandingOrder, today: Date) -> Markup {
    state(order.standing().status(today).as_str())
}

/// What it costs, and for how much of it.
pub(super) fn price(order: &StandingOrder) -> Markup {
    match (order.pricing, order.unit.as_str()) {
        (Pricing::Month, _) => html! { (ui::money(order.price())) " a month" },
        (Pricing::Unit, "") => html! { (ui::money(order.price())) " each" },
        (Pricing::Unit, unit) => html! { (ui::money(order.price())) " per " bdi { (unit) } },
    }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    let filter = query.filter(today(&app, &caller))?;
    Ok(as_file(caller.read(&app), filter).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ORDERS, Permission::RoundsRead, list).page().says("Standing orders", "Every one of them."),
        Route::get("/admin/standing-orders.csv", Permission::RoundsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Standing orders", "As a file."),
    ]
}
