//! `/admin/entitlements/usage`: what was used, event by event.

use super::{CRUMBS, CUSTOMERS, PLACE, USED, tabs, whole};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, events_file};
use crate::model::{Subject, UsageEvent};
use crate::queries;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use facts::{ContactId, TenantId};
use maud::{Markup, html};
use std::collections::HashMap;
use web::ui::{self, Badge, Calendar, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let rows = queries::events(&mut read, &query.filter()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::event_place);
    let ids: Vec<ContactId> = page.data.iter().filter_map(|event| Subject::of(caller.tenant(), event.subject).contact()).collect();
    let names = contacts::known(&mut read, &ids).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let raw = raw.unwrap_or_default();
    let columns = vec![
        Column::text("customer", "Customer").matters(),
        Column::text("feature", "Feature").matters(),
        Column::number("quantity", "How much").matters(),
        Column::text("at", "When"),
        Column::text("source", "From").optional(),
        Column::text("period", "Counts from").optional(),
    ];
    let empty = Empty::new(
        "Nothing was used yet",
        "A program of yours tells it with POST /api/v1/usage-events, or asks with consume before something happens.",
    );
    let table = Table::new("Usage", &ui::Query::parse(USED, &raw), columns)
        .choose_columns()
        .export(format!("/admin/entitlements/usage.csv?{raw}"))
        .rows(page.data.iter().map(|event| row(event, caller.tenant(), &calendar, &names)))
        .next(page.next_cursor)
        .empty(empty);
    let lead = html! { "Each event counts once, however often it is sent." };
    let body = html! { (tabs(USED)) (table) };
    Ok(back_office(&app, &caller, BackOffice { title: "Usage", lead, action: Markup::default(), place: PLACE, crumbs: CRUMBS, body }))
}

fn row(event: &UsageEvent, tenant: TenantId, calendar: &Calendar, names: &HashMap<ContactId, Option<String>>) -> Row {
    let contact = Subject::of(tenant, event.subject).contact();
    let name = contact.map(|id| names.get(&id).cloned().flatten().unwrap_or_else(|| id.to_string()));
    let cells = [
        html! { bdi { (name.as_deref().unwrap_or("This account")) } },
        html! { code { (event.feature) } },
        html! { (ui::count(whole(event.quantity))) },
        html! { (calendar.time(event.at)) },
        html! { (event.source) },
        html! { (calendar.date_text(event.period_start)) @if event.adjusts.is_some() { " " (Badge::new(Meaning::Attention, "Came late")) } },
    ];
    let row = Row::new(event.id, cells);
    match contact {
        Some(id) => row.href(format!("{CUSTOMERS}/{id}")),
        None => row,
    }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(events_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(USED, Permission::EntitlementsRead, list).page().says("Usage", "What was used, event by event."),
        Route::get("/admin/entitlements/usage.csv", Permission::EntitlementsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Usage", "As a file."),
    ]
}
