//! The audit trail as a page.

use crate::api::{place, sought};
use crate::chain;
use crate::moment::moment;
use crate::narrow::Narrow;
use crate::people::People;
use crate::queries;
use axum::extract::State;
use axum::response::Html;
use facts::Change;
use http::Uri;
use maud::{Markup, html};
use serde_json::Value;
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
    ("product", "Products", None),
    ("settings", "Settings", None),
];

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::AuditRead, show).says("Audit trail", "").page()]
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    let paging = narrow.paging();
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let filter = sought(&app, &mut read, narrow.filter(&caller.time_zone)?).await?;
    let rows = queries::journal(&mut read, &filter, paging.cursor()?, limit + 1).await?;
    let people = People::of(&app, &mut read, &rows).await?;
    let head = chain::head(&mut read).await?;
    let facts = Listed::new(rows, limit, place);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let lead = match facts.data.first() {
        Some(last) => html! { "Last of what fits: " (calendar.ago(last.at)) "." },
        None => html! { "Nothing fits." },
    };
    let action = form(&here, &narrow, &people);
    let body = html! {
        (account_tabs(HERE))
        (table(&here, &calendar, &facts, &people))
        @if let Some(head) = head { (sealed(&calendar, &head)) }
    };
    Ok(back_office(&app, &caller, BackOffice { title: "Audit trail", lead, action, place: ACCOUNT, crumbs: &[], body }))
}

fn form(here: &ui::Query, narrow: &Narrow, people: &People) -> Markup {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    html! {
        details.drop {
            summary class="button quiet" { "Narrow" }
            form.panel action=(HERE) {
                @for kept in ["kind", "q"] { @if let Some(value) = here.get(kept) { (ui::hidden(kept, value)) } }
                (Field::select("actor", "Who", people.choices(narrow.actor.as_deref())).value(value(&narrow.actor)))
                (Field::text("about", "What").value(value(&narrow.about)).placeholder("ord_…"))
                (Field::input("date", "from", "From").value(value(&narrow.from)))
                (Field::input("date", "to", "To").value(value(&narrow.to)))
                (ui::actions(html! { (Button::quiet("Show these").small()) }))
            }
        }
    }
}

fn table(here: &ui::Query, calendar: &Calendar, facts: &Listed<Stated>, people: &People) -> Markup {
    let columns = vec![
        Column::text("what", "What happened"),
        Column::text("when", "When").matters(),
        Column::text("who", "Who").matters(),
        Column::text("from", "From"),
        Column::text("request", "Request"),
    ];
    let export = ui::Query::parse("/api/v1/audit", here.to_string().split_once('?').map_or("", |(_, query)| query));
    let table = Table::new("Audit trail", here, columns)
        .filter("kind", "Kind", THINGS)
        .find("Who, what or an id")
        .export(export.without("cursor").with("format", "csv").to_string())
        .rows(facts.data.iter().map(|fact| row(calendar, fact, people)))
        .next(facts.next_cursor.as_deref())
        .empty(Empty::new("Nothing has happened yet", "Every order, payment, message and change will be here, with who did it."));
    html! { (table) }
}

fn row(calendar: &Calendar, fact: &Stated, people: &People) -> Row {
    let moment = moment(fact);
    let changes: Vec<Change> = fact.body.0.get("changes").and_then(|list| serde::Deserialize::deserialize(list).ok()).unwrap_or_default();
    let what = html! {
        span.person title=(fact.kind) { span.happened { (moment.title) } @if !moment.note.0.is_empty() { span.second { (moment.note) } } }
        @if !changes.is_empty() { (before_and_after(&changes)) }
    };
    let who = html! { span title=(fact.actor) { bdi { (people.name(&fact.actor)) } } };
    let from = html! { @if let Some(address) = &fact.address { code { (address) } } };
    let request = html! { @if let Some(request) = &fact.request_id { (ui::id(request)) } };
    Row::new(fact.id, [what, calendar.time(fact.at), who, from, request])
}

/// What it was and what it is, behind a line that says how much.
fn before_and_after(changes: &[Change]) -> Markup {
    html! {
        details.changes {
            summary { @if changes.len() == 1 { "What changed" } @else { (changes.len()) " changes" } }
            dl {
                @for change in changes {
                    dt { (change.field.replace('_', " ")) }
                    dd { (value(&change.before)) " → " (value(&change.after)) }
                }
            }
        }
    }
}

fn value(value: &Value) -> Markup {
    html! {
        @match value {
            Value::Null => span.none { "nothing" },
            Value::String(text) if text.is_empty() => span.none { "empty" },
            Value::String(text) => bdi { (text) },
            Value::Bool(true) => "yes",
            Value::Bool(false) => "no",
            other => code { (other) },
        }
    }
}

/// How far the journal is sealed. Noted elsewhere, the hash shows that nothing before it was altered since.
fn sealed(calendar: &Calendar, head: &chain::Head) -> Markup {
    html! {
        p.sealed {
            "Sealed " (calendar.time(head.sealed_at)) ", number " (head.number) ": " (ui::id(head.shown()))
            " Keep this number and hash somewhere else: whoever has both can prove later what stood here."
        }
    }
}
