//! `/admin/experiments`: every experiment.

use super::HERE;
use super::words::{badge, goal, number, state_words, verdict};
use crate::figures::Figures;
use crate::model::{State, Whole};
use crate::queries;
use axum::extract::{RawQuery, State as Of};
use axum::response::Html;
use maud::html;
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
    let state = filter_part::<State>("state", query.state.as_deref(), "draft, running or stopped")?;
    let rows = queries::page(&mut app.db.read_main(caller.tenant()), state, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::place);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("name", "Experiment").matters(),
        Column::text("state", "State").matters(),
        Column::text("says", "What it says"),
        Column::text("goal", "What it is for").optional(),
        Column::number("people", "People"),
        Column::text("made", "Made").optional(),
    ];
    let may = caller.may(Permission::MessagesWrite);
    let empty = Empty::new(
        "No experiments yet",
        "An experiment shows some people one variant and others another, a price or a text, and says which does more of what it is for, \
         once that can be told.",
    );
    let empty = if may { empty.action("New experiment", format!("{HERE}/new")) } else { empty };
    let states = State::ALL.iter().map(|state| (state.as_str(), state_words(*state).1, None)).collect::<Vec<_>>();
    let body = Table::new("Experiments", &ui::Query::parse(HERE, &raw.unwrap_or_default()), columns)
        .filter("state", "State", &states)
        .choose_columns()
        .rows(page.data.iter().map(|whole| row(whole, &calendar)))
        .next(page.next_cursor)
        .empty(empty);
    let action = html! { @if may { (Button::primary("New experiment").href(format!("{HERE}/new"))) } };
    let lead = html! { "Which variant does more of what it is for." };
    Ok(back_office(&app, &caller, BackOffice { title: "Experiments", lead, action, place: HERE, crumbs: &[], body: html! { (body) } }))
}

fn row(whole: &Whole, calendar: &Calendar) -> Row {
    let experiment = &whole.experiment;
    let cells = [
        html! { bdi { (experiment.name) } },
        badge(experiment.state),
        html! { @if experiment.state != State::Draft { (verdict(Figures::of(whole).verdict)) } },
        html! { (goal(experiment)) },
        html! { (number(whole.variants.iter().map(|variant| variant.exposed).sum())) },
        calendar.time(experiment.created_at),
    ];
    Row::new(experiment.id, cells).href(format!("{HERE}/{}", experiment.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::MessagesRead, list).page().says("Experiments", "Which variant does more of what it is for.")]
}
