//! `/admin/products`: what is sold, and what was.

use crate::api::ListQuery;
use crate::model::{Interval, Product};
use crate::queries;
use crate::tax::percent;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use facts::Id;
use maud::{Markup, html};
use web::ui::{self, Badge, Button, Calendar, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Listed, PRODUCTS, Permission, Query, Route, back_office, product_tabs};

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::product_page(&mut caller.read(&app), &query.narrow()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, |row| Cursor { at: row.created_at, id: row.id.uuid() });
    let here = ui::Query::parse(PRODUCTS, raw.as_deref().unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::CatalogueWrite);
    let action = html! { @if may { (Button::primary("New product").href("/admin/products/new")) } };
    let body = html! { (product_tabs(PRODUCTS)) (table(&here, page, &calendar, may)) };
    let lead = html! { "What your shop offers, at which price and with which tax." };
    Ok(back_office(&app, &caller, BackOffice { title: "Products", lead, action, place: PRODUCTS, crumbs: &[], body }))
}

fn table(here: &ui::Query, page: Listed<Product>, calendar: &Calendar, may: bool) -> Table {
    let columns = vec![
        Column::text("name", "Product").matters(),
        Column::text("state", "State").matters(),
        Column::text("slug", "Address").optional(),
        Column::text("tax", "Tax").optional(),
        Column::text("since", "Since").optional(),
        Column::number("price", "Price").matters(),
    ];
    let narrowed = here.get("q").is_some() || here.get("active").is_some();
    let empty = if narrowed {
        Empty::new("Nothing fits", "Look for another part of the name, or take the filter away.")
    } else {
        let empty = Empty::new("Nothing to sell yet", "A product has a name, a price and a page of its own in your shop.");
        if may { empty.action("New product", "/admin/products/new") } else { empty }
    };
    Table::new("Products", here, columns)
        .filter("active", "State", &[("true", "On sale", None), ("false", "Not on sale", None)])
        .find("Name or address")
        .choose_columns()
        .rows(page.data.iter().map(|product| row(product, calendar)))
        .next(page.next_cursor)
        .empty(empty)
}

fn row(product: &Product, calendar: &Calendar) -> Row {
    let tax = product.tax_bps.map_or_else(|| "The shop's".to_owned(), percent);
    let cells = [
        html! { bdi { (product.name) } },
        offered(product.active),
        html! { "/buy/" (product.slug) },
        html! { (tax) @if !product.hsn.is_empty() { ", " (product.hsn) } },
        calendar.day(product.created_at),
        html! { (ui::money(product.price())) (per(product.interval)) },
    ];
    Row::new(product.id, cells).href(format!("{PRODUCTS}/{}", product.id))
}

/// Whether the shop offers it.
pub(super) fn offered(active: bool) -> Markup {
    html! { @if active { (Badge::new(Meaning::Good, "On sale")) } @else { (Badge::new(Meaning::Neutral, "Not on sale")) } }
}

fn per(interval: Interval) -> &'static str {
    match interval {
        Interval::Once => "",
        Interval::Month => " a month",
        Interval::Year => " a year",
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(PRODUCTS, Permission::CatalogueRead, list).page().says("Products", "")]
}
