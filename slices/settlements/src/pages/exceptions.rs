//! `/admin/reconcile/exceptions`: what does not add up, each with why and what to do.

use super::{EXCEPTIONS, EXPORTS_A_MINUTE, PLACE, SETTLEMENTS, calendar, told, wrong};
use crate::api::{ExceptionsQuery, exceptions_file, place_of_exception, side_of};
use crate::commands::Accept;
use crate::model::{Exception, Reason, Side};
use crate::queries;
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{Id, PaymentId, SettlementId};
use maud::{Markup, html};
use payments::reconcile_tabs;
use serde::Deserialize;
use web::problem::status;
use web::ui::{self, Button, Calendar, Column, Dialog, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Listed, Permission, Query, Route, back_office};

async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ExceptionsQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    page(&app, &caller, &query, raw.as_deref().unwrap_or_default(), None).await
}

async fn page(app: &App, caller: &Caller, query: &ExceptionsQuery, raw: &str, failure: Option<&Failure>) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut look = app.db.read_main(caller.tenant());
    let rows = queries::exceptions(&mut look, query.wanted()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, place_of_exception);
    let open = queries::open(&mut look).await?;
    let may = caller.may(Permission::PaymentsWrite);
    let count: i64 = open.iter().map(|it| it.count).sum();
    let body = html! {
        (reconcile_tabs(EXCEPTIONS))
        (wrong(failure))
        (table(raw, &page, &open, &calendar(app, caller), may))
        @if may { @for it in page.data.iter().filter(|it| !it.accepted) { (dialog(it, caller.csrf())) } }
    };
    let lead = match count {
        0 => html! { "Everything adds up: payments, settlements and bank." },
        1 => html! { "One thing does not add up." },
        many => html! { (many) " things do not add up." },
    };
    let crumbs = [("Payments", PLACE)];
    Ok(back_office(app, caller, BackOffice { title: "Exceptions", lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

fn table(raw: &str, page: &Listed<Exception>, open: &[queries::Open], calendar: &Calendar, may: bool) -> Table {
    let columns = vec![
        Column::text("day", "Day"),
        Column::text("what", "What does not add up").matters(),
        Column::text("text", "Where"),
        Column::number("amount", "Amount").matters(),
        Column::text("do", "What to do"),
    ];
    let total = |reason: Reason| u64::try_from(open.iter().filter(|it| it.reason == reason).map(|it| it.count).sum::<i64>()).unwrap_or(0);
    let reasons: Vec<(&str, &str, Option<u64>)> = Reason::ALL.iter().map(|it| (it.as_str(), it.title(), Some(total(*it)))).collect();
    let sides: Vec<(&str, &str, Option<u64>)> = Side::ALL.iter().map(|it| (it.as_str(), it.title(), None)).collect();
    let row = |it: &Exception| {
        let cells = [
            calendar.day(it.at),
            html! { strong { (it.reason.title()) } " " span.quiet { (it.reason.advice()) } },
            html! { (it.side.title()) " " bdi { (it.text) } @if let Some(note) = &it.note { " " span.quiet { bdi { (note) } } } },
            ui::money(it.amount()),
            html! { @if may && !it.accepted { (Button::quiet("Accept").small().opens(format!("a-{}", it.row()))) } },
        ];
        let shown = Row::new(it.row(), cells);
        match (it.side, it.place) {
            (Side::Payment, Some(id)) => shown.href(format!("/admin/payments/{}", PaymentId::from_uuid(id))),
            (_, Some(id)) => shown.href(format!("{SETTLEMENTS}/{}", SettlementId::from_uuid(id))),
            (_, None) => shown,
        }
    };
    Table::new("Exceptions", &ui::Query::parse(EXCEPTIONS, raw), columns)
        .filter("reason", "Reason", &reasons)
        .filter("side", "Where", &sides)
        .filter("state", "State", &[("open", "Open", None), ("accepted", "Accepted", None)])
        .export(format!("{EXCEPTIONS}.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor.as_deref())
        .empty(Empty::new("Nothing here", "Upload the bank's statement now and then: what does not add up shows up here, with its reason."))
}

fn dialog(it: &Exception, csrf: &str) -> Markup {
    let (row, id) = (it.row(), format!("a-{}", it.row()));
    let body = html! {
        p { (it.reason.advice()) }
        (ui::hidden("id", &row))
        (Field::text("note", "Why may it stand?").of_form(&id).required())
    };
    html! { (Dialog { id: &id, title: "Let it stand?", body, action: EXCEPTIONS, csrf, button: Button::primary("Accept"), typed: None }) }
}

/// What is accepted, and why.
#[derive(Debug, Deserialize)]
struct Accepted {
    id: String,
    #[serde(default)]
    note: String,
}

async fn accept(State(app): State<App>, caller: Caller, Form(accepted): Form<Accepted>) -> Answer<Response> {
    let (side, id) = side_of(&accepted.id)?;
    match app.db.run(&caller.who, Accept { side, id, note: accepted.note }).await {
        Ok(()) => Ok(Redirect::to(EXCEPTIONS).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, &ExceptionsQuery::default(), "", Some(&failure)).await?).into_response())
        }
    }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ExceptionsQuery>) -> Answer<Response> {
    Ok(exceptions_file(caller.read(&app), query.wanted()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(EXCEPTIONS, Permission::PaymentsRead, list).page().says("Exceptions", "What does not add up."),
        Route::post(EXCEPTIONS, Permission::PaymentsWrite, accept).page().says("Accept", "Lets one stand, with a note."),
        Route::get("/admin/reconcile/exceptions.csv", Permission::PaymentsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Exceptions", "As a file."),
    ]
}
