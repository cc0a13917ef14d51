//! `/admin/imports/{id}`: how far an import is, what it changes, and what could not be read.

use super::{HERE, PLACE, calendar, count, state};
use crate::api::mistakes_file;
use crate::commands::ApplyImport;
use crate::model::{Difference, Import, Mistake};
use crate::{queries, rows};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::ImportId;
use http::{HeaderName, HeaderValue};
use maud::{Markup, html};
use store::Error;
use web::ui::{self, Alert, Button, Column, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Path, Permission, Route, back_office};

/// Mistakes that the page shows; the file has more.
const SHOWN: i64 = 20;

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ImportId>) -> Answer<Response> {
    let look = &mut app.db.read_main(caller.tenant());
    let import = queries::import(look, id).await?.ok_or_else(|| Error::not_found("import"))?;
    let differences = queries::differences(look, id).await?;
    let mistakes = queries::mistakes(look, id, -1, SHOWN).await?;
    let calendar = calendar(&app, &caller);
    let page = back_office(
        &app,
        &caller,
        BackOffice {
            title: &import.name,
            lead: html! { (state(&import)) ", begun " (calendar.ago(import.created_at)) },
            action: action(&caller, &import),
            place: PLACE,
            crumbs: &[("Orders", PLACE), ("Imports", HERE)],
            body: body(&import, &differences, &mistakes),
        },
    );
    let mut response = Html(page.0).into_response();
    if rows::open(&import) {
        // It looks again by itself until all is done.
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("2"));
    }
    Ok(response)
}

fn action(caller: &Caller, import: &Import) -> Markup {
    let may = caller.may(Permission::OrdersWrite) && import.may_apply() && import.new_orders + import.changed_orders > 0;
    html! {
        @if may { (ui::post(&format!("{HERE}/{}/apply", import.id), caller.csrf(), Button::primary("Import these orders"))) }
    }
}

fn body(import: &Import, differences: &[Difference], mistakes: &[Mistake]) -> Markup {
    let would = |said: &'static str, dry: &'static str| if import.dry { dry } else { said };
    let stat = |name: &'static str, number: i64, note: &'static str| Stat::new(name, html! { (count(number)) }).note(note);
    html! {
        @if let Some(trouble) = &import.trouble {
            (Alert::new(Meaning::Bad, "It stopped").body(html! { p { (trouble) " Nothing is lost: begin it again, and it goes on from what is known." } }))
        }
        @if import.may_apply() {
            (Alert::new(Meaning::Information, "Nothing was taken in yet").body(html! { p { "This is what the file would change. It is kept for a day." } }))
        }
        @if let (true, Some(of)) = (rows::open(import), import.of_pages) {
            (ui::progress("Pages taken in", u64::try_from(import.pages).unwrap_or(0), u64::try_from(of).unwrap_or(0)))
        }
        (ui::stats([
            stat(would("New", "Would be new"), import.new_orders, "not known before"),
            stat(would("Changed", "Would be changed"), import.changed_orders, "newer than what was known"),
            stat("Same", import.same_orders, "as they are known"),
            stat("Older", import.older_orders, "a newer version is known"),
            stat("Not read", import.wrong_orders, "left out"),
        ]))
        @if !mistakes.is_empty() { (ui::section("What could not be read", file(import), wrong(mistakes))) }
        @if !differences.is_empty() { (ui::section("What changes", Markup::default(), changed(differences))) }
    }
}

fn file(import: &Import) -> Markup {
    html! { a href={ (HERE) "/" (import.id) "/mistakes.csv" } { "All as CSV" } }
}

fn wrong(mistakes: &[Mistake]) -> Table {
    let columns = vec![Column::number("line", "Line").matters(), Column::text("message", "What is wrong").matters()];
    let rows = mistakes.iter().map(|mistake| Row::new(mistake.number, [html! { (mistake.line) }, html! { bdi { (mistake.message) } }]));
    Table::new("Mistakes", &ui::Query::default(), columns).rows(rows)
}

fn changed(differences: &[Difference]) -> Table {
    let columns = vec![Column::text("order", "Order").matters(), Column::text("changes", "From what to what").matters()];
    let rows = differences.iter().enumerate().map(|(at, difference)| {
        let row =
            Row::new(at, [html! { bdi { (difference.name) } }, html! { @for change in &difference.changes.0 { (ui::change(change)) } }]);
        match difference.order_id {
            Some(id) => row.href(format!("/admin/orders/{id}")),
            None => row,
        }
    });
    Table::new("Differences", &ui::Query::default(), columns).rows(rows)
}

async fn apply(State(app): State<App>, caller: Caller, Path(id): Path<ImportId>) -> Answer<Redirect> {
    app.db.run(&caller.who, ApplyImport(id)).await?;
    Ok(Redirect::to(&format!("{HERE}/{id}")))
}

async fn mistakes(State(app): State<App>, caller: Caller, Path(id): Path<ImportId>) -> Answer<Response> {
    let mut read = app.db.read_main(caller.tenant());
    queries::import(&mut read, id).await?.ok_or_else(|| Error::not_found("import"))?;
    Ok(mistakes_file(read, id).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/imports/{id}", Permission::OrdersRead, show).page().says("An import", "How far it is."),
        Route::get("/admin/imports/{id}/mistakes.csv", Permission::OrdersRead, mistakes).page().says("Mistakes", "As a file."),
        Route::post("/admin/imports/{id}/apply", Permission::OrdersWrite, apply).page().says("Import", "What was looked at."),
    ]
}
