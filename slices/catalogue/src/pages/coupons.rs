//! `/admin/coupons`: every code, what it takes off, and how far it is used.

use super::COUPONS;
use crate::api::ListQuery;
use crate::model::{Coupon, CouponKind};
use crate::queries;
use crate::tax::percent;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use facts::{Id, Money, Time};
use maud::{Markup, html};
use web::ui::{self, Badge, Button, Calendar, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Listed, PRODUCTS, Permission, Query, Route, back_office, product_tabs};

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = queries::coupon_page(&mut caller.read(&app), &query.narrow()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, |row| Cursor { at: row.created_at, id: row.id.uuid() });
    let here = ui::Query::parse(COUPONS, raw.as_deref().unwrap_or_default());
    let now = app.db.clock().now();
    let calendar = Calendar::new(&caller.time_zone, now);
    let may = caller.may(Permission::CatalogueWrite);
    let action = html! { @if may { (Button::primary("New coupon").href("/admin/coupons/new")) } };
    let body = html! { (product_tabs(COUPONS)) (table(&here, page, &calendar, now, may)) };
    let lead = html! { "Codes that take something off an order. Nobody gets more out of one than it gives." };
    Ok(back_office(&app, &caller, BackOffice { title: "Coupons", lead, action, place: PRODUCTS, crumbs: &[], body }))
}

fn table(here: &ui::Query, page: Listed<Coupon>, calendar: &Calendar, now: Time, may: bool) -> Table {
    let columns = vec![
        Column::text("code", "Code").matters(),
        Column::text("state", "State").matters(),
        Column::text("off", "Takes off").matters(),
        Column::text("until", "Until").optional(),
        Column::number("used", "Used").matters(),
    ];
    let narrowed = here.get("q").is_some() || here.get("active").is_some();
    let empty = if narrowed {
        Empty::new("Nothing fits", "Look for another part of the code, or take the filter away.")
    } else {
        let empty = Empty::new("No coupons yet", "Give out a code that makes an order cheaper, as often as you say.");
        if may { empty.action("New coupon", "/admin/coupons/new") } else { empty }
    };
    Table::new("Coupons", here, columns)
        .filter("active", "State", &[("true", "Can be used", None), ("false", "Switched off", None)])
        .find("A part of the code")
        .choose_columns()
        .rows(page.data.iter().map(|coupon| row(coupon, calendar, now)))
        .next(page.next_cursor)
        .empty(empty)
}

fn row(coupon: &Coupon, calendar: &Calendar, now: Time) -> Row {
    let cells = [
        html! { code { (coupon.code) } },
        state(coupon, now),
        html! { (off(coupon)) },
        html! { @if let Some(end) = coupon.ends_at { (calendar.day(end)) } },
        html! { (used(coupon)) },
    ];
    Row::new(coupon.id, cells).href(format!("{COUPONS}/{}", coupon.id))
}

/// What it takes off, as people say it.
pub(super) fn off(coupon: &Coupon) -> String {
    match coupon.kind {
        CouponKind::Percent => percent(coupon.value),
        CouponKind::Fixed => Money::new(coupon.value, coupon.currency).to_string(),
    }
}

/// How far it is used.
pub(super) fn used(coupon: &Coupon) -> String {
    coupon.max_uses.map_or_else(|| coupon.used.to_string(), |most| format!("{} of {most}", coupon.used))
}

/// Whether it is good now, and why not.
pub(super) fn state(coupon: &Coupon, now: Time) -> Markup {
    let (meaning, words) = if !coupon.active {
        (Meaning::Neutral, "Switched off")
    } else if coupon.ends_at.is_some_and(|end| end <= now) {
        (Meaning::Neutral, "Over")
    } else if coupon.starts_at.is_some_and(|start| start > now) {
        (Meaning::Information, "Not yet")
    } else if coupon.max_uses.is_some_and(|most| coupon.used >= most) {
        (Meaning::Attention, "Used up")
    } else {
        (Meaning::Good, "Can be used")
    };
    html! { (Badge::new(meaning, words)) }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(COUPONS, Permission::CatalogueRead, list).page().says("Coupons", "")]
}
