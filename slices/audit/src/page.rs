//! The audit trail as a page.

use crate::api::place;
use crate::moment::moment;
use crate::narrow::Narrow;
use crate::queries;
use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::{Markup, html};
use store::Stated;
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, account_tabs, back_office};

const HERE: &str = "/admin/audit";
/// What the trail can be narrowed to by one click.
const THINGS: &[(&str, &str, Option<u64>)] = &[
    ("order", "Orders", None),
    ("payment", "Payments", None),
    ("refund", "Refunds", None),
    ("message", "Messages", None),
    ("contact", "Contacts", None),
    ("member", "Members", None),
    ("api_key", "API keys", None),
    ("settings", "Settings", None),
];

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::AuditRead, show).says("Audit trail", "").page()]
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    let filter = narrow.filter(&caller.time_zone)?;
    let paging = narrow.paging();
    let limit = paging.limit()?;
    let rows = queries::journal(&mut caller.read(&app), &filter, paging.cursor()?, limit + 1).await?;
    let facts = Listed::new(rows, limit, place);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let lead = match facts.data.first() {
        Some(last) => html! { "Last of what fits: " (calendar.ago(last.at)) "." },
        None => html! { "Nothing fits." },
    };
    let action = form(&here, &narrow);
    let body = html! {
        (account_tabs(HERE))
        (table(&here, &calendar, &facts))
    };
    Ok(back_office(&app, &caller, BackOffice { title: "Audit trail", lead, action, place: ACCOUNT, crumbs: &[], body }))
}

fn form(here: &ui::Query, narrow: &Narrow) -> Markup {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    html! {
        details.drop {
            summary class="button quiet" { "Narrow" }
            form.panel action=(HERE) {
                @if let Some(kind) = here.get("kind") { (ui::hidden("kind", kind)) }
                (Field::text("actor", "Who").value(value(&narrow.actor)).placeholder("member:usr_… or provider:razorpay"))
                (Field::text("about", "What").value(value(&narrow.about)).placeholder("ord_…"))
                (Field::input("date", "from", "From").value(value(&narrow.from)))
                (Field::input("date", "to", "To").value(value(&narrow.to)))
                (ui::actions(html! { (Button::quiet("Show these").small()) }))
            }
        }
    }
}

fn table(here: &ui::Query, calendar: &Calendar, facts: &Listed<Stated>) -> Markup {
    let columns = vec![
        Column::text("what", "What happened"),
        Column::text("when", "When").matters(),
        Column::text("who", "Who").matters(),
        Column::text("kind", "Kind"),
        Column::text("request", "Request"),
    ];
    let export = ui::Query::parse("/api/v1/audit", here.to_string().split_once('?').map_or("", |(_, query)| query));
    let table = Table::new("Audit trail", here, columns)
        .filter("kind", "Kind", THINGS)
        .export(export.without("cursor").with("format", "csv").to_string())
        .rows(facts.data.iter().map(|fact| row(calendar, fact)))
        .next(facts.next_cursor.as_deref())
        .empty(Empty::new("Nothing has happened yet", "Every order, payment, message and change will be here, with who did it."));
    html! { (table) }
}

fn row(calendar: &Calendar, fact: &Stated) -> Row {
    let moment = moment(fact);
    let what = html! { span.person { span { (moment.title) } @if !moment.note.0.is_empty() { span.second { (moment.note) } } } };
    let request = html! { @if let Some(request) = &fact.request_id { (ui::id(request)) } };
    let who = html! { @if let Some(by) = &moment.by { span title=(fact.actor) { (by) } } };
    Row::new(fact.id, [what, calendar.time(fact.at), who, html! { code { (fact.kind) } }, request])
}
