//! `/admin/journeys`: every journey.

use super::HERE;
use super::words::{badge, state_words};
use crate::model::{Journey, State};
use crate::queries;
use crate::ready::READY;
use axum::extract::{RawQuery, State as Of};
use axum::response::Html;
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Paging, Permission, Query, Route, back_office, filter_part};

#[derive(Debug, Default, Deserialize)]
struct ListQuery {
    state: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

async fn list(Of(app): Of<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let limit = paging.limit()?;
    let state = filter_part::<State>("state", query.state.as_deref(), "a state of journeys, such as active")?;
    let rows = queries::page(&mut app.db.read_main(caller.tenant()), state.map(State::as_str), paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::place);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("name", "Journey").matters(),
        Column::text("state", "State").matters(),
        Column::number("steps", "Steps"),
        Column::number("live", "Version").optional(),
        Column::text("changed", "Changed").optional(),
    ];
    let may = caller.may(Permission::MessagesWrite);
    let empty = Empty::new(
        "No journeys yet",
        "A journey leads each person along by themselves: it welcomes whoever is new, waits for an order, reminds, and stops when it is paid.",
    );
    let empty = if may { empty.action("Write a journey", format!("{HERE}/new")) } else { empty };
    let states = State::ALL.iter().map(|state| (state.as_str(), state_words(*state).1, None)).collect::<Vec<_>>();
    let body = Table::new("Journeys", &ui::Query::parse(HERE, &raw.unwrap_or_default()), columns)
        .filter("state", "State", &states)
        .choose_columns()
        .rows(page.data.iter().map(|journey| row(journey, &calendar)))
        .next(page.next_cursor)
        .empty(empty);
    let body = html! { (body) @if may { (ui::section("Written already", "", ready())) } };
    let action = html! { @if may { (Button::primary("Write a journey").href(format!("{HERE}/new"))) } };
    let lead = html! { "What happens to each person, step by step." };
    Ok(back_office(&app, &caller, BackOffice { title: "Journeys", lead, action, place: HERE, crumbs: &[], body }))
}

/// Journeys to begin with: each opens the form with all that it says, to be changed and saved.
fn ready() -> Markup {
    html! {
        dl {
            @for ready in &READY {
                dt { a href={ (HERE) "/new?ready=" (ready.slug) } { (ready.name) } }
                dd { (ready.says) }
            }
        }
    }
}

fn row(journey: &Journey, calendar: &Calendar) -> Row {
    let cells = [
        html! { bdi { (journey.name) } },
        badge(journey.state),
        html! { (journey.draft.0.steps.len()) },
        html! { @if journey.live > 0 { (journey.live) } },
        calendar.time(journey.updated_at),
    ];
    Row::new(journey.id, cells).href(format!("{HERE}/{}", journey.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::MessagesRead, list).page().says("Journeys", "What happens to each person, step by step.")]
}
