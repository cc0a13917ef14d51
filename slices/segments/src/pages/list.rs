//! `/admin/contacts/segments`: the segments.

use super::{HERE, PLACE, count};
use crate::api::one::lists;
use crate::filter;
use crate::model::Segment;
use crate::queries;
use axum::extract::State;
use axum::response::Html;
use http::Uri;
use maud::html;
use web::ui::{self, Button, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Paging, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(paging): Query<Paging>) -> Answer<Html<String>> {
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let rows = queries::page(&mut read, paging.cursor()?, limit + 1).await?;
    let lists = lists(&mut read, &rows).await?;
    let listed = Listed::new(rows, limit, queries::place);
    let may = caller.may(Permission::ContactsWrite);
    let columns = vec![
        Column::text("name", "Segment").matters(),
        Column::number("contacts", "Contacts").matters(),
        Column::text("who", "Who is in it"),
        Column::text("state", "State"),
    ];
    let row = |segment: &Segment| {
        let who = filter::words(&segment.filter, &lists);
        let cells = [
            html! { bdi { (segment.name) } },
            html! { (count(segment.contacts)) },
            html! { bdi { (who) } },
            ui::badge(segment.state.as_str()),
        ];
        Row::new(segment.id, cells).href(format!("{HERE}/{}", segment.id))
    };
    let empty = Empty::new(
        "No segments yet",
        "A segment finds people by what you know of them and what they did, such as everybody in Pune who paid twice in 30 days, and keeps \
         itself up to date.",
    );
    let empty = if may { empty.action("New segment", format!("{HERE}/new")) } else { empty };
    let query = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = html! {
        (contacts::tabs(HERE))
        (Table::new("Segments", &query, columns).rows(listed.data.iter().map(row)).next(listed.next_cursor).empty(empty))
    };
    let lead = html! { "People who are found by what you know of them." };
    let action = html! { @if may { (Button::primary("New segment").href(format!("{HERE}/new"))) } };
    Ok(back_office(&app, &caller, BackOffice { title: "Segments", lead, action, place: PLACE, crumbs: &[("Contacts", PLACE)], body }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::ContactsRead, show).page().says("Segments", "People who are found by a filter.")]
}
