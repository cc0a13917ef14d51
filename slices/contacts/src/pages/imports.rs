//! `/admin/contacts/imports`: every file of people, and the form that brings one.

use super::{HERE, IMPORTS, calendar, count, tabs, told};
use crate::import::{self, Import};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::Uri;
use maud::{Markup, html};
use store::Result;
use web::problem::status;
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Incoming, Listed, Paging, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(paging): Query<Paging>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, &paging, uri.query().unwrap_or_default(), None).await?)
}

/// A file from the form. What is refused is said beside it.
async fn upload(State(app): State<App>, caller: Caller, file: Incoming) -> Answer<Response> {
    match import::receive(&app, &caller.who, None, file).await {
        Ok(import) => Ok(Redirect::to(&format!("{IMPORTS}/{}", import.id)).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, &Paging::default(), "", Some(&failure)).await?).into_response())
        }
    }
}

async fn page(app: &App, caller: &Caller, paging: &Paging, raw: &str, wrong: Option<&Failure>) -> Result<Html<String>> {
    let limit = paging.limit()?;
    let rows = import::page(&mut app.db.read_main(caller.tenant()), paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, import::place);
    let calendar = calendar(app, caller);
    let columns = vec![
        Column::text("name", "File").matters(),
        Column::text("state", "State").matters(),
        Column::number("new", "New").matters(),
        Column::number("changed", "Changed"),
        Column::number("refused", "Left out"),
        Column::text("begun", "Uploaded").optional(),
    ];
    let rows = listed.data.iter().map(|import| row(import, &calendar));
    let empty = Empty::new("No imports yet", "Choose a file above. It is looked at first, and nobody is taken in before you say so.");
    let table = Table::new("Imports", &ui::Query::parse(IMPORTS, raw), columns).rows(rows).next(listed.next_cursor).empty(empty);
    let body = html! {
        (tabs(IMPORTS))
        @if caller.may(Permission::ContactsWrite) { (ui::section("Import a file", Markup::default(), form(caller.csrf(), wrong))) }
        (ui::section("All imports", Markup::default(), table))
    };
    let lead = html! { "People whom you know already, from another program or a spreadsheet. Nobody is written to because of it." };
    let crumbs = [("Contacts", HERE)];
    Ok(back_office(
        app,
        caller,
        BackOffice { title: "Imports of contacts", lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body },
    ))
}

fn form(csrf: &str, wrong: Option<&Failure>) -> Markup {
    let wrong = wrong.map(|failure| failure.0.fields().first().map_or(failure.0.message(), |field| field.message.as_str()).to_owned());
    html! {
        form method="post" action=(IMPORTS) enctype="multipart/form-data" {
            // The token has to come before the file, which is read while it arrives.
            (ui::csrf(csrf))
            (Field::input("file", "file", "File").required().error(wrong)
                .help("CSV, also packed with gzip, of any length. Its first line names the columns: name, mobile, e-mail, tags, whatever you have."))
            (ui::actions(Button::primary("Upload")))
        }
    }
}

fn row(import: &Import, calendar: &Calendar) -> Row {
    let cells = [
        html! { bdi { (import.name) } },
        ui::badge(import.state.as_str()),
        html! { (count(import.new_contacts)) },
        html! { (count(import.changed_contacts)) },
        html! { (count(import.refused_lines)) },
        calendar.time(import.created_at),
    ];
    Row::new(import.id, cells).href(format!("{IMPORTS}/{}", import.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(IMPORTS, Permission::ContactsRead, show).page().says("Imports of contacts", "Files of people."),
        Route::post(IMPORTS, Permission::ContactsWrite, upload).page().says("Upload a file", "Of people.").streamed(import::LARGEST),
    ]
}
