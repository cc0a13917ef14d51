//! `/admin/contacts/segments/{id}`: what a segment says, and who is in it.

use super::{HERE, PLACE, count, unsigned};
use crate::api::one::lists;
use crate::api::{members_file, place};
use crate::commands::DeleteSegment;
use crate::filter;
use crate::model::Segment;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, Redirect, Response};
use contacts::Contact;
use facts::SegmentId;
use http::Uri;
use maud::{Markup, html};
use store::Error;
use web::ui::{self, Button, Calendar, Column, Dialog, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Paging, Path, Permission, Query, Route, back_office};

/// Exports that one address may begin in a minute.
const EXPORTS_A_MINUTE: u32 = 15;
/// How often the page asks how far a build is, in seconds.
const LOOK: u32 = 3;

async fn show(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Path(id): Path<SegmentId>,
    Query(paging): Query<Paging>,
) -> Answer<Html<String>> {
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let segment = queries::segment(&mut read, id).await?.ok_or_else(|| Error::not_found("segment"))?;
    let lists = lists(&mut read, std::slice::from_ref(&segment)).await?;
    let rows = queries::people(&mut read, id, paging.cursor()?, limit + 1).await?;
    let people = Listed::new(rows, limit, place);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::ContactsWrite);
    let here = format!("{HERE}/{id}");
    let body = html! {
        (ui::detail_list([
            ("Who is in it", html! { bdi { (filter::words(&segment.filter, &lists)) } }),
            ("Id", ui::id(segment.id)),
            ("State", ui::live(&format!("{here}/state"), LOOK, standing(&segment, &calendar))),
        ]))
        (ui::section("Who is in it", "", table(&here, uri.query().unwrap_or_default(), &people, &calendar)))
        @if may { (dialog(&segment, caller.csrf())) }
    };
    let lead = match segment.contacts {
        1 => html! { "One person is in it." },
        many => html! { (count(many)) " people are in it." },
    };
    let action = html! {
        @if may {
            (Button::danger("Delete").opens("delete"))
            (Button::primary("Change").href(format!("{here}/change")))
        }
    };
    let crumbs = [("Contacts", PLACE), ("Segments", HERE)];
    Ok(back_office(&app, &caller, BackOffice { title: &segment.name, lead, action, place: PLACE, crumbs: &crumbs, body }))
}

fn standing(segment: &Segment, calendar: &Calendar) -> Markup {
    match segment.built_at {
        Some(at) if segment.is_ready() => html! { (ui::badge("ready")) " Kept up to date since " (calendar.time(at)) "." },
        _ => ui::progress("Looking at everybody", unsigned(segment.looked_at), unsigned(segment.of_contacts.max(segment.looked_at))),
    }
}

/// How far a build is, for the page that shows it.
async fn state(State(app): State<App>, caller: Caller, Path(id): Path<SegmentId>) -> Answer<Html<String>> {
    let found = queries::segment(&mut app.db.read_main(caller.tenant()), id).await?;
    let segment = found.ok_or_else(|| Error::not_found("segment"))?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    Ok(Html(standing(&segment, &calendar).into_string()))
}

fn table(here: &str, raw: &str, people: &Listed<Contact>, calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("name", "Name"),
        Column::text("phone", "Phone").matters(),
        Column::text("email", "E-mail").matters(),
        Column::text("since", "Known since").optional(),
    ];
    let row = |contact: &Contact| {
        let name = contact.name.as_deref().unwrap_or("No name");
        let phone = html! { @if let Some(phone) = &contact.phone { (ui::phone(phone)) } };
        let email = html! { @if let Some(email) = &contact.email { a href={ "mailto:" (email) } { (email) } } };
        let cells = [html! { bdi { (name) } }, phone, email, calendar.day(contact.created_at)];
        Row::new(contact.id, cells).href(format!("{PLACE}/{}", contact.id))
    };
    let empty = Empty::new("Nobody fits", "Whoever fits comes in by themselves. Change the conditions if you expected somebody.");
    Table::new("Contacts", &ui::Query::parse(here, raw), columns)
        .rows(people.data.iter().map(row))
        .next(people.next_cursor.as_deref())
        .export(format!("{here}/contacts.csv"))
        .empty(empty)
}

fn dialog(segment: &Segment, csrf: &str) -> Markup {
    html! {
        (Dialog {
            id: "delete",
            title: &format!("Delete {}?", segment.name),
            body: html! { p { "The " (count(segment.contacts)) " people in it stay known; only the segment goes." } },
            action: &format!("{HERE}/{}/delete", segment.id),
            csrf,
            button: Button::danger("Delete the segment"),
            typed: None,
        })
    }
}

async fn export(State(app): State<App>, caller: Caller, Path(id): Path<SegmentId>) -> Answer<Response> {
    let mut read = caller.read(&app);
    queries::segment(&mut read, id).await?.ok_or_else(|| Error::not_found("segment"))?;
    Ok(members_file(read, id).await?)
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<SegmentId>) -> Answer<Redirect> {
    app.db.run(&caller.who, DeleteSegment(id)).await?;
    Ok(Redirect::to(HERE))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    vec![
        Route::get("/admin/contacts/segments/{id}", ContactsRead, show).page().says("A segment", "And who is in it."),
        Route::get("/admin/contacts/segments/{id}/state", ContactsRead, state).page().says("How far a segment is", "A part of its page."),
        Route::get("/admin/contacts/segments/{id}/contacts.csv", ContactsRead, export)
            .says("Who is in a segment", "As a file.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .page(),
        Route::post("/admin/contacts/segments/{id}/delete", ContactsWrite, delete).page().says("Delete a segment", ""),
    ]
}
