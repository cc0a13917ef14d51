//! `/admin/reconcile/bank`: the bank's statements and their lines.

use super::{BANK, EXPORTS_A_MINUTE, PLACE, SETTLEMENTS, calendar, state, told, wrong};
use crate::api::{BankQuery, LARGEST, bank_file};
use crate::model::{BankRow, FileState, Source, Statement};
use crate::queries;
use crate::receive::receive;
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::Id;
use maud::{Markup, html};
use payments::reconcile_tabs;
use web::problem::status;
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Failure, Incoming, Listed, Permission, Query, Route, back_office};

/// Files that are shown above the lines.
const FILES: i64 = 5;
/// The reports of providers.
const REPORTS: &str = "/admin/reconcile/reports";
const STATES: [(&str, &str, Option<u64>); 4] =
    [("matched", "Matched", None), ("exception", "Unknown", None), ("accepted", "Accepted", None), ("aside", "Money out", None)];

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<BankQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    page(&app, &caller, &query, raw.as_deref().unwrap_or_default(), None).await
}

async fn page(app: &App, caller: &Caller, query: &BankQuery, raw: &str, failure: Option<&Failure>) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut look = app.db.read_main(caller.tenant());
    let rows = queries::bank_rows(&mut look, query.state()?, query.words()?.as_deref(), paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, |row: &BankRow| Cursor { at: row.at, id: row.id.uuid() });
    let files = queries::statements(&mut look, Cursor::START, FILES).await?;
    let calendar = calendar(app, caller);
    let body = html! {
        (reconcile_tabs(BANK))
        (wrong(failure))
        @if caller.may(Permission::PaymentsWrite) {
            (ui::section("Upload the bank's statement", "", upload(BANK, "bank", caller.csrf(),
                "The CSV file that your bank offers for download. You see what was understood before anything is taken; the same file twice adds nothing.")))
            (ui::section("Upload a report of Razorpay's", "", upload(REPORTS, "report", caller.csrf(),
                "The combined settlement report of its dashboard, as CSV: where it cannot be fetched by itself.")))
        }
        @if !files.is_empty() { (ui::section("Files", "", statements(&files, &calendar))) }
        (ui::section("Lines", "", table(raw, page, &calendar)))
    };
    let lead = html! { "What came to your account, held against what the providers paid out." };
    Ok(back_office(
        app,
        caller,
        BackOffice { title: "Bank", lead, action: Markup::default(), place: PLACE, crumbs: &[("Payments", PLACE)], body },
    ))
}

fn upload(action: &str, form: &'static str, csrf: &str, help: &str) -> Markup {
    html! {
        form method="post" action=(action) enctype="multipart/form-data" {
            // The token has to come before the file, which is read while it arrives.
            (ui::csrf(csrf))
            (Field::input("file", "file", "CSV file").of_form(form).required().help(help))
            (ui::actions(Button::primary("Upload")))
        }
    }
}

fn statements(files: &[Statement], calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("added", "Uploaded").matters(),
        Column::text("name", "File").matters(),
        Column::number("lines", "Lines"),
        Column::number("new", "New"),
        Column::text("state", "State").matters(),
    ];
    let row = |it: &Statement| {
        let words = match it.state {
            FileState::Arriving => "On its way in",
            FileState::Ready => "Look at it and take it",
            FileState::Taking => "Being taken",
            FileState::Taken => "Taken",
        };
        let cells =
            [calendar.time(it.created_at), html! { bdi { (it.name) } }, html! { (it.lines) }, html! { (it.added) }, html! { (words) }];
        Row::new(it.id, cells).href(format!("{BANK}/{}", it.id))
    };
    Table::new("Files", &ui::Query::default(), columns).rows(files.iter().map(row))
}

fn table(raw: &str, page: Listed<BankRow>, calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("day", "Day").matters(),
        Column::text("narration", "Description"),
        Column::text("reference", "Reference").optional(),
        Column::number("amount", "Amount").matters(),
        Column::text("state", "State").matters(),
    ];
    let row = |row: &BankRow| {
        let cells = [
            html! { (calendar.date_text(row.at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date())) },
            html! { bdi { (row.narration) } },
            html! { bdi { (row.reference) } },
            ui::money(row.amount()),
            state(row.state, row.reason),
        ];
        let shown = Row::new(row.id, cells);
        match row.settlement_id {
            Some(settlement) => shown.href(format!("{SETTLEMENTS}/{settlement}")),
            None => shown,
        }
    };
    Table::new("Lines", &ui::Query::parse(BANK, raw), columns)
        .filter("state", "State", &STATES)
        .find("Description or reference")
        .choose_columns()
        .export(format!("{BANK}.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor)
        .empty(Empty::new(
            "Nothing of the bank yet",
            "Upload the statement of your account above: what the providers paid out finds itself in it.",
        ))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<BankQuery>) -> Answer<Response> {
    Ok(bank_file(caller.read(&app), query.state()?, query.words()?).await?)
}

async fn add(app: App, caller: Caller, source: Source, incoming: Incoming) -> Answer<Response> {
    match receive(&app, &caller.who, source, None, incoming).await {
        Ok(statement) => Ok(Redirect::to(&format!("{BANK}/{}", statement.id)).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, &BankQuery::default(), "", Some(&failure)).await?).into_response())
        }
    }
}

async fn statement(State(app): State<App>, caller: Caller, incoming: Incoming) -> Answer<Response> {
    add(app, caller, Source::Bank, incoming).await
}

async fn report(State(app): State<App>, caller: Caller, incoming: Incoming) -> Answer<Response> {
    add(app, caller, Source::Razorpay, incoming).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{PaymentsRead, PaymentsWrite};
    vec![
        Route::get(BANK, PaymentsRead, list).page().says("Bank", "Its statements and their lines."),
        Route::post(BANK, PaymentsWrite, statement).page().says("Upload a statement", "Of the bank.").streamed(LARGEST),
        Route::post(REPORTS, PaymentsWrite, report).page().says("Upload a report", "Of Razorpay's settlements.").streamed(LARGEST),
        Route::get("/admin/reconcile/bank.csv", PaymentsRead, export).page().at_most("EXPORT", EXPORTS_A_MINUTE).says("Bank", "As a file."),
    ]
}
