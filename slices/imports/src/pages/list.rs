//! `/admin/imports`: every import, and the form that begins one.

use super::{HERE, PLACE, calendar, count, state};
use crate::api::LARGEST;
use crate::model::Import;
use crate::queries;
use crate::receive::receive;
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use store::{Error, Kind, Result};
use web::ui::{self, Button, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Incoming, Listed, Paging, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    Ok(page(&app, &caller, &paging, &raw.unwrap_or_default(), None).await?)
}

/// A file from the form, looked at first. What is refused is said beside it.
async fn rehearse(State(app): State<App>, caller: Caller, incoming: Incoming) -> Answer<Response> {
    match receive(&app, &caller, true, None, incoming).await {
        Ok(import) => Ok(Redirect::to(&format!("{HERE}/{}", import.id)).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::TooLarge | Kind::Conflict) => {
            let status = if error.kind() == Kind::TooLarge { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok((status, page(&app, &caller, &Paging::default(), "", Some(&error)).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, caller: &Caller, paging: &Paging, raw: &str, wrong: Option<&Error>) -> Result<Html<String>> {
    let limit = paging.limit()?;
    let rows = queries::page(&mut app.db.read_main(caller.tenant()), paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, queries::place);
    let calendar = calendar(app, caller);
    let columns = vec![
        Column::text("name", "From").matters(),
        Column::text("state", "State").matters(),
        Column::number("new", "New").matters(),
        Column::number("changed", "Changed"),
        Column::number("wrong", "Not read"),
        Column::text("begun", "Begun").optional(),
    ];
    let rows = listed.data.iter().map(|import| row(import, &calendar));
    let empty = Empty::new("No imports yet", "Choose a file above. It is looked at first, and nothing is taken in before you say so.");
    let table = Table::new("Imports", &ui::Query::parse(HERE, raw), columns).rows(rows).next(listed.next_cursor).empty(empty);
    let body = html! {
        @if caller.may(Permission::OrdersWrite) { (ui::section("Import a file", Markup::default(), form(caller.csrf(), wrong))) }
        (ui::section("All imports", Markup::default(), table))
    };
    let lead = html! { "Orders from other shops, to be packed and found here like your own. Nobody is written to because of them." };
    let action = html! { (Button::quiet("Shops elsewhere").href(format!("{HERE}/shops"))) };
    let crumbs = &[("Orders", PLACE)];
    Ok(back_office(app, caller, BackOffice { title: "Imports", lead, action, place: PLACE, crumbs, body }))
}

fn form(csrf: &str, wrong: Option<&Error>) -> Markup {
    let wrong = wrong.map(|error| error.fields().first().map_or(error.message(), |field| field.message.as_str()).to_owned());
    html! {
        form method="post" action=(HERE) enctype="multipart/form-data" {
            // The token has to come before the file, which is read while it arrives.
            (ui::csrf(csrf))
            (Field::input("file", "file", "File").required().error(wrong)
                .help("CSV or JSON. It needs order_id, placed_at and total; customer_name, phone, email, item, quantity and more are taken where they are."))
            (ui::actions(Button::primary("Look at it first")))
        }
    }
}

fn row(import: &Import, calendar: &ui::Calendar) -> Row {
    let cells = [
        html! { bdi { (import.name) } },
        state(import),
        html! { (count(import.new_orders)) },
        html! { (count(import.changed_orders)) },
        html! { (count(import.wrong_orders)) },
        calendar.time(import.created_at),
    ];
    Row::new(import.id, cells).href(format!("{HERE}/{}", import.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::OrdersRead, show).page().says("Imports", "Orders from elsewhere."),
        Route::post(HERE, Permission::OrdersWrite, rehearse).page().says("Look at a file", "What it would change.").streamed(LARGEST),
    ]
}
