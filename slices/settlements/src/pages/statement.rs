//! `/admin/reconcile/bank/{id}`: what was understood of a file, before it is taken, and how far it is.

use super::{BANK, PLACE, calendar, told, wrong};
use crate::api::taken;
use crate::commands::DropStatement;
use crate::model::{FileState, Source, Statement};
use crate::queries::{self, Kept};
use crate::reading::{self, Field as Says, Read};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{Money, StatementId};
use maud::{Markup, html};
use std::collections::{BTreeMap, HashMap};
use store::{Error, Result};
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Column, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

/// Lines that are shown before a file is taken.
const SHOWN: i64 = 10;
/// How often progress is looked at, in seconds.
const EVERY: u32 = 2;

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<StatementId>) -> Answer<Html<String>> {
    page(&app, &caller, id, None).await
}

async fn page(app: &App, caller: &Caller, id: StatementId, failure: Option<&Failure>) -> Answer<Html<String>> {
    let mut look = app.db.read_main(caller.tenant());
    let it = queries::statement(&mut look, id).await?.ok_or_else(|| Error::not_found("statement"))?;
    let lines = if it.state == FileState::Ready { queries::lines(&mut look, id, 0, SHOWN).await? } else { Vec::new() };
    let may = caller.may(Permission::PaymentsWrite);
    let body = html! {
        (wrong(failure))
        @match it.state {
            FileState::Ready => {
                (ui::section("What was understood", "", preview(&it, &lines, &calendar(app, caller))))
                @if may { (ui::section("What its columns mean", "", mapping(&it, caller.csrf()))) }
            },
            FileState::Arriving => { (Alert::new(Meaning::Attention, "It never arrived whole").body(html! { p { "Upload it again; what is there of it is cleared up by itself." } })) },
            FileState::Taking => { (ui::live(&format!("{BANK}/{id}/progress"), EVERY, progress(&it))) },
            FileState::Taken => { (progress(&it)) p { a href=(BANK) { "Look at the lines" } } },
        }
    };
    let lead = match it.state {
        FileState::Ready => html! { (it.lines) " lines. Nothing of it counts before you take it." },
        FileState::Taken => html! { (it.lines) " lines, " (it.added) " of them new." },
        FileState::Taking | FileState::Arriving => html! { (it.lines) " lines." },
    };
    let title = if it.name.is_empty() { "Statement" } else { it.name.as_str() };
    let crumbs = [("Payments", PLACE), ("Bank", BANK)];
    let action = html! { @if may && it.state == FileState::Ready { (ui::post(&format!("{BANK}/{id}/forget"), caller.csrf(), Button::quiet("Forget it"))) } };
    Ok(back_office(app, caller, BackOffice { title, lead, action, place: PLACE, crumbs: &crumbs, body }))
}

/// The first lines as they would be taken; what cannot be read is said with its line.
fn preview(it: &Statement, lines: &[Kept], calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::number("line", "Line"),
        Column::text("day", "Day").matters(),
        Column::text("text", "Description"),
        Column::number("amount", "Amount").matters(),
    ];
    let row = |kept: &Kept| {
        let (day, text, amount) = match understood(it, kept) {
            Ok(Some((day, text, amount))) => (html! { (calendar.date_text(day)) }, html! { bdi { (text) } }, ui::money(amount)),
            Ok(None) => (html! {}, html! { span.quiet { "Left out: " bdi { (kept.cells.0.join(" ")) } } }, html! {}),
            Err(error) => (html! {}, html! { strong { (error.message()) } }, html! {}),
        };
        Row::new(kept.line, [html! { (kept.line) }, day, text, amount])
    };
    html! {
        @if it.columns.0.complete(it.source).is_err() {
            (Alert::new(Meaning::Attention, "Say what the columns mean").body(html! { p { "The names of the columns are not known. Choose them below, and take the file." } }))
        } @else { (Table::new("First lines", &ui::Query::default(), columns).rows(lines.iter().map(row))) }
    }
}

/// A line's day, words and amount.
fn understood(it: &Statement, kept: &Kept) -> Result<Option<(jiff::civil::Date, String, Money)>> {
    let date = |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(match it.source {
        Source::Bank => match reading::line(&it.columns.0, kept.line, kept.ordinal, &kept.cells.0, it.currency)? {
            Read::Line(line) => {
                let text = format!("{} {}", line.narration, line.reference);
                Some((date(line.day * 86_400), text, Money::new(line.amount, it.currency)))
            }
            Read::Nothing => None,
        },
        Source::Razorpay => match reading::settled(&it.columns.0, kept.line, &kept.cells.0, it.currency)? {
            Read::Line(row) => {
                let text = format!("{} {} in {}", row.kind, row.entity_ref, row.settlement_ref);
                Some((date(row.settled_at.seconds()), text, Money::new(row.net, it.currency)))
            }
            Read::Nothing => None,
        },
    })
}

fn mapping(it: &Statement, csrf: &str) -> Markup {
    let names = &it.columns.0.names;
    let choices = || {
        let some = names
            .iter()
            .enumerate()
            .map(|(at, name)| (at.to_string(), if name.is_empty() { format!("Column {}", at + 1) } else { name.clone() }));
        std::iter::once((String::new(), "Not in the file".to_owned())).chain(some)
    };
    let field = |says: &Says| {
        let value = it.columns.0.at.get(says).map(ToString::to_string).unwrap_or_default();
        Field::select(says.as_str(), says.title(), choices()).value(value)
    };
    html! {
        form method="post" action={ (BANK) "/" (it.id) "/take" } {
            (ui::csrf(csrf))
            (ui::beside(Says::of(it.source).iter().map(field)))
            (ui::actions(Button::primary("Take it")))
        }
    }
}

fn progress(it: &Statement) -> Markup {
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    // The last line's number is that of the file, where headings count too.
    let done = if it.state == FileState::Taken { it.lines } else { it.taken_through.min(it.lines) };
    html! { (ui::progress("Lines taken", number(done), number(it.lines))) @if it.state == FileState::Taken { p { "All of it is taken: " (it.added) " new." } } }
}

async fn look(State(app): State<App>, caller: Caller, Path(id): Path<StatementId>) -> Answer<Html<String>> {
    let it = queries::statement(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("statement"))?;
    Ok(Html(progress(&it).into_string()))
}

async fn take(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<StatementId>,
    Form(typed): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let chosen = typed.iter().filter_map(|(name, at)| Some((name.parse::<Says>().ok()?, at.parse::<usize>().ok()?)));
    let chosen: BTreeMap<Says, usize> = chosen.collect();
    match taken(&app, &caller, id, Some(chosen).filter(|chosen| !chosen.is_empty())).await {
        Ok(_) => Ok(Redirect::to(&format!("{BANK}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, id, Some(&failure)).await?).into_response())
        }
    }
}

async fn forget(State(app): State<App>, caller: Caller, Path(id): Path<StatementId>) -> Answer<Redirect> {
    app.db.run(&caller.who, DropStatement(id)).await?;
    Ok(Redirect::to(BANK))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{PaymentsRead, PaymentsWrite};
    vec![
        Route::get("/admin/reconcile/bank/{id}", PaymentsRead, show).page().says("A statement", "What was understood of it."),
        Route::get("/admin/reconcile/bank/{id}/progress", PaymentsRead, look).page().says("How far it is", "For the page that shows it."),
        Route::post("/admin/reconcile/bank/{id}/take", PaymentsWrite, take).page().says("Take it", "All of its lines."),
        Route::post("/admin/reconcile/bank/{id}/forget", PaymentsWrite, forget).page().says("Forget it", "Before it is taken."),
    ]
}
