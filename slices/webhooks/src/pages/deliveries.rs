//! `/admin/webhooks/deliveries`: what was sent, newest first.

use super::short;
use crate::api::Narrow;
use crate::model::{Delivery, State as Reached};
use crate::{kinds, queries};
use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::{Markup, html};
use web::ui::{self, Calendar, Column, Empty, Row, Table};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Cursor, Listed, Permission, Query, Route, back_office, webhook_tabs};

pub(super) const HERE: &str = "/admin/webhooks/deliveries";
const STATES: [(&str, &str, Option<u64>); 5] = [
    ("failed", "Failed", None),
    ("waiting", "Waiting", None),
    ("delivered", "Delivered", None),
    ("queued", "Queued", None),
    ("cancelled", "Cancelled", None),
];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::WebhooksWrite, show).says("Webhook deliveries", "").page()]
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    let filter = narrow.filter()?;
    let limit = narrow.paging().limit()?;
    let mut read = caller.read(&app);
    let rows = queries::deliveries(&mut read, &filter, narrow.paging().cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, Delivery::cursor);
    let endpoints = queries::endpoints(&mut read, None, Cursor::START, crate::rules::ENDPOINTS).await?;
    let endpoints: Vec<(String, String)> = endpoints.iter().map(|endpoint| (endpoint.id.to_string(), short(&endpoint.url))).collect();
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let body = html! { (webhook_tabs(&caller, HERE)) (table(&here, &calendar, &listed, &endpoints)) };
    let lead = html! { "Each event on its way to each endpoint. It is tried eight times within about a day, always under the same id." };
    let page = BackOffice { title: "Webhook deliveries", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body };
    Ok(back_office(&app, &caller, page))
}

fn table(here: &ui::Query, calendar: &Calendar, listed: &Listed<Delivery>, endpoints: &[(String, String)]) -> Markup {
    let columns = vec![
        Column::text("kind", "Event").matters(),
        Column::text("endpoint", "To"),
        Column::text("state", "State").matters(),
        Column::text("status", "Answer"),
        Column::number("attempts", "Tries").optional(),
        Column::text("at", "Made"),
    ];
    let rows = listed.data.iter().map(|delivery| {
        let cells = [
            html! { code { (delivery.kind) } },
            html! { bdi { (short(&delivery.url)) } },
            state(delivery, calendar),
            html! { @if let Some(status) = delivery.status { (status) } },
            html! { (delivery.attempts) },
            calendar.time(delivery.created_at),
        ];
        Row::new(delivery.id, cells).href(format!("{HERE}/{}", delivery.id))
    });
    let kinds: Vec<(&str, &str, Option<u64>)> =
        std::iter::once("webhook.test").chain(kinds::PUBLISHED.iter().map(|kind| kind.name)).map(|name| (name, name, None)).collect();
    let endpoints: Vec<(&str, &str, Option<u64>)> = endpoints.iter().map(|(id, words)| (id.as_str(), words.as_str(), None)).collect();
    let file = ui::Query::parse("/api/v1/webhook-deliveries", "").with("format", "csv");
    let file = ["state", "kind", "endpoint"]
        .into_iter()
        .filter_map(|key| here.get(key).map(|value| (key, value)))
        .fold(file, |file, (key, value)| file.with(key, value));
    let empty = Empty::new("Nothing was sent yet", "Add an endpoint, send it a test event, and see here what it answered.")
        .action("Add an endpoint", "/admin/webhooks/endpoints");
    let table = Table::new("Webhook deliveries", here, columns).rows(rows).filter("state", "State", &STATES);
    let table = if endpoints.len() > 1 { table.filter("endpoint", "To", &endpoints) } else { table };
    html! { (table.filter("kind", "Event", &kinds).choose_columns().export(file.to_string()).next(listed.next_cursor.as_deref()).empty(empty)) }
}

/// How far it is, and when it is tried again.
pub(super) fn state(delivery: &Delivery, calendar: &Calendar) -> Markup {
    let next = delivery.next_at.filter(|_| delivery.state == Reached::Waiting && delivery.attempts > 0);
    html! { (ui::badge(delivery.state.as_str())) @if let Some(at) = next { " again " (calendar.ago(at)) } }
}
