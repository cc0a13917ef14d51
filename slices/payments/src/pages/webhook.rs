//! `/admin/webhooks/{id}`: one call of a provider, word for word.

use axum::extract::State;
use axum::response::Html;
use facts::{ErrandId, Id, InboundId};
use maud::html;
use store::{Error, errand, inbound};
use web::ui::{self, Calendar, Column, Row, Table};
use web::{Answer, App, BackOffice, Caller, Path, back_office};

pub(super) async fn show(State(app): State<App>, caller: Caller, Path(id): Path<InboundId>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let event = inbound::find(&mut read, id).await?.ok_or_else(|| Error::not_found("webhook"))?;
    let attempts = errand::attempts(&mut read, ErrandId::from_uuid(id.uuid())).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![Column::text("time", "Time").matters(), Column::text("class", "Came to").matters(), Column::text("note", "Details")];
    let rows = attempts.iter().map(|attempt| {
        let class = ui::badge(attempt.class.as_deref().unwrap_or("running"));
        Row::new(attempt.try_number, [calendar.time(attempt.started_at), class, html! { (attempt.note.as_deref().unwrap_or_default()) }])
    });
    let details = ui::detail_list([
        ("Event", ui::id(&event.event_id)),
        ("From", html! { (event.provider) }),
        ("Worked on", event.processed_at.map(|at| calendar.time(at)).unwrap_or_default()),
        ("What came of it", html! { (event.note.as_deref().unwrap_or_default()) }),
    ]);
    let body = html! {
        (details)
        @if !attempts.is_empty() { (ui::section("Tries", html! {}, html! { (Table::new("Tries", &ui::Query::default(), columns).rows(rows)) })) }
        (ui::code_block("As it came", &pretty(&event.body)))
    };
    let page = BackOffice {
        title: "Webhook",
        lead: html! { "Received " (calendar.time(event.received_at)) },
        action: html! {},
        place: "/admin/payments",
        crumbs: &[("Payments", "/admin/payments"), ("Webhooks", "/admin/webhooks")],
        body,
    };
    Ok(back_office(&app, &caller, page))
}

/// The body with its lines broken where it is JSON, else as it is.
fn pretty(body: &[u8]) -> String {
    let value: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}
