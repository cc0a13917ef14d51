//! `/admin/webhooks`: what providers called us with, and what came of it.

use crate::commands::DropWebhook;
use crate::provider::Provider;
use crate::queries::{self, EventRow, EventState};
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::{ErrandId, Id, InboundId};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::Error;
use store::errand::Redrive;
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Form, Listed, Paging, Permission, Query, back_office, webhook_tabs};

const STATES: [(&str, &str, Option<u64>); 3] =
    [("buried", "Given up", None), ("waiting", "Waiting", None), ("processed", "Worked on", None)];

#[derive(Debug, Deserialize)]
pub(super) struct Filters {
    state: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

pub(super) async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(filters): Query<Filters>) -> Answer<Html<String>> {
    let word = filters.state.as_deref().filter(|word| !word.is_empty());
    let state = word.map(|word| word.parse::<EventState>().map_err(|message| Error::field("state", message))).transpose()?;
    let paging = Paging { limit: filters.limit, cursor: filters.cursor };
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let rows = queries::events(&mut app.db.read_main(caller.tenant()), state, cursor, limit + 1).await?;
    let listed = Listed::new(rows, limit, |event| Cursor { at: event.received_at, id: event.id.uuid() });
    let here = ui::Query::parse("/admin/webhooks", uri.query().unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("time", "Received").matters(),
        Column::text("provider", "From"),
        Column::text("state", "State").matters(),
        Column::text("note", "What came of it"),
        Column::text("do", "What to do"),
    ];
    let table = Table::new("Webhooks", &here, columns)
        .filter("state", "State", &STATES)
        .rows(listed.data.iter().map(|event| row(&caller, event, &calendar)))
        .next(listed.next_cursor)
        .empty(Empty::new(
            "No provider has called yet",
            "Enter the address of your webhook at the payment provider, and every call shows up here.",
        ));
    let address = |provider: Provider| app.absolute(&format!("/webhooks/{provider}/{}", caller.tenant()));
    let body = html! {
        (webhook_tabs(&caller, "/admin/webhooks"))
        @for provider in Provider::ALL { (ui::code_block(&format!("{} calls", provider.title()), &address(*provider))) }
        (table)
    };
    let lead = html! { "Each call is kept as it came, answered at once, and worked on afterwards." };
    let page = BackOffice {
        title: "Webhooks",
        lead,
        action: html! {},
        place: "/admin/payments",
        crumbs: &[("Payments", "/admin/payments")],
        body,
    };
    Ok(back_office(&app, &caller, page))
}

fn row(caller: &Caller, event: &EventRow, calendar: &Calendar) -> Row {
    let note = html! { (event.note.as_deref().unwrap_or_default()) };
    let buttons = html! { @if event.state == EventState::Buried { (buttons(caller, event.id)) } };
    let cells = [calendar.time(event.received_at), html! { (event.provider) }, ui::badge(event.state.as_str()), note, buttons];
    Row::new(event.id, cells).href(format!("/admin/webhooks/{}", event.id))
}

/// What a person can do about a webhook that was given up.
pub(super) fn buttons(caller: &Caller, id: InboundId) -> Markup {
    html! {
        @if caller.may(Permission::OperationsWrite) {
            form.inline method="post" action="/admin/webhooks" {
                (ui::csrf(caller.csrf())) (ui::hidden("id", &id.to_string()))
                (Button::quiet("Requeue").small().value("action", "requeue"))
                (Button::bare("Drop").small().value("action", "drop"))
            }
        }
    }
}

/// Which button, and of which webhook.
#[derive(Debug, Deserialize)]
pub(super) struct Act {
    action: String,
    id: String,
}

pub(super) async fn act(State(app): State<App>, caller: Caller, Form(act): Form<Act>) -> Answer<Redirect> {
    let id: InboundId = act.id.parse().map_err(|_| Error::field("id", "the id of a webhook"))?;
    match act.action.as_str() {
        "requeue" => app.db.run(&caller.who, Redrive(ErrandId::from_uuid(id.uuid()))).await?,
        "drop" => app.db.run(&caller.who, DropWebhook(id)).await?,
        _ => return Err(Error::field("action", "requeue or drop").into()),
    }
    Ok(Redirect::to("/admin/webhooks"))
}
