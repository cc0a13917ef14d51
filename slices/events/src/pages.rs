//! `/admin/contacts/events`: what the shop's own programs said that people did.

use crate::api::{EventQuery, file};
use crate::model::{Event, Known};
use crate::queries::{self, place};
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use contacts::Contact;
use facts::ContactId;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::HashMap;
use web::ui::{self, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

const HERE: &str = "/admin/contacts/events";
/// The page above, and the place in the rail.
const CONTACTS: &str = "/admin/contacts";
/// Names that are offered as filters: those that happened most.
const CHIPS: usize = 8;
/// Exports that one address may begin in a minute.
const EXPORTS_A_MINUTE: u32 = 15;
/// A first event, for whoever has none yet.
const FIRST: &str = r#"curl -H "Authorization: Bearer $KEY" -H "Idempotency-Key: service-2041" \
  --json '{"name": "service_due", "phone": "+919876543210", "data": {"machine": "RO filter"}}' \
  "$ORIGIN/api/v1/events""#;

/// What the page shows.
struct Shown {
    events: Listed<Event>,
    people: HashMap<ContactId, Contact>,
    known: Vec<Known>,
}

async fn show(State(app): State<App>, caller: Caller, Query(query): Query<EventQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let (filter, paging) = (query.filter(&mut read).await?, query.paging());
    let limit = paging.limit()?;
    let events = Listed::new(queries::page(&mut read, &filter, paging.cursor()?, limit + 1).await?, limit, place);
    let people: Vec<ContactId> = events.data.iter().map(|event| event.contact_id).collect();
    let people = contacts::those(&mut read, &people).await?.into_iter().map(|person| (person.id, person)).collect();
    let shown = Shown { people, known: queries::known(&mut read).await?, events };
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let body = html! {
        (contacts::tabs(HERE))
        (shown.table(raw.as_deref().unwrap_or_default(), &calendar))
        @if shown.known.is_empty() { (ui::section("Tell of a first one", "", html! { (ui::code_block("From a program of yours", FIRST)) })) }
    };
    let lead = html! { "What programs of yours say that people did. Journeys, segments and experiments know them by their names." };
    let crumbs = [("Contacts", CONTACTS)];
    let page = BackOffice { title: "Events", lead, action: Markup::default(), place: CONTACTS, crumbs: &crumbs, body };
    Ok(back_office(&app, &caller, page))
}

impl Shown {
    fn table(&self, raw: &str, calendar: &Calendar) -> Table {
        let here = ui::Query::parse(HERE, raw);
        let columns = vec![
            Column::text("name", "Event").matters(),
            Column::text("contact", "Who").matters(),
            Column::text("data", "What was said"),
            Column::text("at", "When").matters(),
        ];
        let rows = self.events.data.iter().map(|event| {
            let cells = [html! { bdi { (event.name) } }, self.who(event.contact_id), data(event), calendar.time(event.at)];
            Row::new(event.id, cells)
        });
        let mut most: Vec<&Known> = self.known.iter().collect();
        most.sort_by_key(|known| (here.get("name") != Some(known.name.as_str()), std::cmp::Reverse(known.count)));
        let chips: Vec<(&str, &str, Option<u64>)> =
            most.into_iter().take(CHIPS).map(|known| (known.name.as_str(), known.name.as_str(), u64::try_from(known.count).ok())).collect();
        let empty = Empty::new(
            "No events yet",
            "A machine that is due for service, a class that somebody missed: a program of yours tells of it, and a journey writes to them.",
        );
        let table = Table::new("Events", &here, columns).rows(rows).empty(empty).next(self.events.next_cursor.as_deref());
        let table = if chips.is_empty() { table } else { table.filter("name", "Event", &chips) };
        table.export(ui::Query::parse(&format!("{HERE}.csv"), raw).without("cursor").to_string())
    }

    fn who(&self, contact: ContactId) -> Markup {
        let called = |person: &Contact| [&person.name, &person.phone, &person.email].into_iter().flatten().next().cloned();
        html! {
            @match self.people.get(&contact).and_then(called) {
                Some(called) => a href={ (CONTACTS) "/" (contact) } { bdi { (called) } },
                None => "Erased",
            }
        }
    }
}

/// What was said of it: `machine RO filter, price 1200`.
fn data(event: &Event) -> Markup {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let all: Vec<String> = event.data.0.iter().map(|(name, value)| format!("{}: {}", name.replace('_', " "), plain(value))).collect();
    html! { bdi { (all.join(", ")) } }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<EventQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    let filter = query.filter(&mut read).await?;
    Ok(file(read, filter).await?)
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::ContactsRead, show).page().says("Events", "What programs say that people did."),
        Route::get("/admin/contacts/events.csv", Permission::ContactsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Events", "As a file."),
    ]
}
