//! `/admin/reconcile/settlements/{id}`: a settlement, what it is made of, and what it is in the bank.

use super::{PLACE, SETTLEMENTS, calendar, state, told, wrong};
use crate::commands::{MatchByHand, TakeApart};
use crate::model::{BankRow, Settlement, SettlementRow, State as Stands};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{BankRowId, Id, Money, SettlementId, Time};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::problem::status;
use web::ui::{self, Button, Calendar, Column, Dialog, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Failure, Form, Listed, Paging, Path, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<SettlementId>, Query(paging): Query<Paging>) -> Answer<Html<String>> {
    page(&app, &caller, id, &paging, None).await
}

async fn page(app: &App, caller: &Caller, id: SettlementId, paging: &Paging, failure: Option<&Failure>) -> Answer<Html<String>> {
    let mut look = app.db.read_main(caller.tenant());
    let it = queries::settlement(&mut look, id).await?.ok_or_else(|| Error::not_found("settlement"))?;
    let limit = paging.limit()?;
    let rows = Listed::new(queries::rows(&mut look, id, paging.cursor()?, limit + 1).await?, limit, |row: &SettlementRow| Cursor {
        at: Time(0),
        id: row.id.uuid(),
    });
    let line = match it.bank_row_id {
        Some(line) => queries::bank_row(&mut look, line).await?,
        None => None,
    };
    let may = caller.may(Permission::PaymentsWrite);
    let free = if line.is_none() && may && it.state != Stands::Matched { queries::candidates(&mut look, &it).await? } else { Vec::new() };
    let calendar = calendar(app, caller);
    let here = format!("{SETTLEMENTS}/{id}");
    let body = html! {
        (wrong(failure))
        @if let Some(reason) = it.reason { p { (reason.advice()) } }
        (ui::section("What it comes to", "", sums(&it, &calendar)))
        (ui::section("In the bank", "", bank(&it, line.as_ref(), &free, &calendar, may.then_some(caller.csrf()))))
        (ui::section("What it is made of", "", table(&here, rows, paging)))
    };
    let lead = html! { (state(it.state, it.reason)) " " (ui::money(it.money(it.net_minor))) " by " (it.provider) ", " (calendar.day_text(it.settled_at)) };
    let title = format!("Settlement {}", it.settlement_ref);
    let crumbs = [("Payments", PLACE), ("Settlements", SETTLEMENTS)];
    Ok(back_office(app, caller, BackOffice { title: &title, lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

fn sums(it: &Settlement, calendar: &Calendar) -> Markup {
    ui::detail_list([
        ("Paid out", ui::money(it.money(it.net_minor))),
        ("Its rows add up to", ui::money(it.money(it.rows_minor))),
        ("Fees kept", ui::money(it.money(it.fee_minor))),
        ("Tax in them", ui::money(it.money(it.tax_minor))),
        ("Corrections", ui::money(it.money(it.other_minor))),
        ("Found in the bank", ui::money(it.money(it.bank_minor))),
        ("UTR", html! { @if let Some(utr) = &it.utr { (ui::id(utr)) } }),
        ("Settled", calendar.time(it.settled_at)),
        ("Note", html! { bdi { (it.note.as_deref().unwrap_or_default()) } }),
    ])
}

/// The line that it is, or those that it could be; with a token where they may be matched.
fn bank(it: &Settlement, line: Option<&BankRow>, free: &[BankRow], calendar: &Calendar, csrf: Option<&str>) -> Markup {
    let here = format!("{SETTLEMENTS}/{}", it.id);
    if let Some(line) = line {
        return html! {
            p { (ui::money(line.amount())) " on " (calendar.date_text(line.at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date())) ": " bdi { (line.narration) } }
            @if let Some(csrf) = csrf.filter(|_| it.by_hand) { (ui::post(&format!("{here}/apart"), csrf, Button::quiet("Take apart"))) }
        };
    }
    if free.is_empty() {
        return html! { p { "No line of the bank's statement is it. " a href="/admin/reconcile/bank" { "Upload the statement" } " of these days." } };
    }
    let columns = vec![
        Column::text("day", "Day").matters(),
        Column::number("amount", "Amount").matters(),
        Column::text("narration", "Description"),
        Column::text("do", "What to do").matters(),
    ];
    let rows = free.iter().map(|line| {
        let day = calendar.date_text(line.at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date());
        let button = html! { (Button::quiet("This is it").small().opens(format!("m-{}", line.id))) };
        Row::new(line.id, [html! { (day) }, ui::money(line.amount()), html! { bdi { (line.narration) } }, button])
    });
    html! {
        p { "Lines of these days that nothing explains yet, the same amount first:" }
        (Table::new("Lines", &ui::Query::default(), columns).rows(rows))
        @if let Some(csrf) = csrf { @for line in free { (dialog(&here, line, it.net_minor == line.amount_minor, csrf)) } }
    }
}

fn dialog(here: &str, line: &BankRow, same: bool, csrf: &str) -> Markup {
    let id = format!("m-{}", line.id);
    let note = Field::text("note", "Note").of_form(&id);
    let note = if same { note } else { note.required().help("The amounts differ: say why.") };
    let body = html! { (ui::hidden("bank_row_id", &line.id.to_string())) (note) };
    let action = format!("{here}/match");
    html! { (Dialog { id: &id, title: "Match it with this line?", body, action: &action, csrf, button: Button::primary("Match"), typed: None }) }
}

fn table(here: &str, page: Listed<SettlementRow>, paging: &Paging) -> Table {
    let columns = vec![
        Column::text("entity", "Payment or refund").matters(),
        Column::text("kind", "Type"),
        Column::number("amount", "Amount").matters(),
        Column::number("fee", "Fee"),
        Column::number("net", "Paid out").matters(),
        Column::text("state", "State").matters(),
    ];
    let row = |row: &SettlementRow| {
        let money = |minor| ui::money(Money::new(minor, row.currency));
        let cells = [
            html! { bdi { (row.entity_ref) } @if !row.text.is_empty() { " " span.quiet { (row.text) } } },
            html! { (row.kind) },
            money(row.gross_minor),
            money(row.fee_minor),
            money(row.net_minor),
            state(row.state, row.reason),
        ];
        let shown = Row::new(row.id, cells);
        match row.payment_id {
            Some(payment) => shown.href(format!("/admin/payments/{payment}")),
            None => shown,
        }
    };
    let query = paging.limit.as_deref().map(|limit| format!("limit={limit}")).unwrap_or_default();
    Table::new("Rows", &ui::Query::parse(here, &query), columns).rows(page.data.iter().map(row)).next(page.next_cursor)
}

/// The line that was chosen.
#[derive(Debug, Deserialize)]
struct Chosen {
    bank_row_id: BankRowId,
    #[serde(default)]
    note: String,
}

async fn pair(State(app): State<App>, caller: Caller, Path(id): Path<SettlementId>, Form(chosen): Form<Chosen>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, MatchByHand { settlement: id, bank_row: chosen.bank_row_id, note: chosen.note }).await;
    done(&app, &caller, id, outcome).await
}

async fn apart(State(app): State<App>, caller: Caller, Path(id): Path<SettlementId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, TakeApart(id)).await;
    done(&app, &caller, id, outcome).await
}

async fn done<T>(app: &App, caller: &Caller, id: SettlementId, outcome: Result<T>) -> Answer<Response> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{SETTLEMENTS}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(app, caller, id, &Paging::default(), Some(&failure)).await?).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/reconcile/settlements/{id}", Permission::PaymentsRead, show)
            .page()
            .says("A settlement", "And what it is made of."),
        Route::post("/admin/reconcile/settlements/{id}/match", Permission::PaymentsWrite, pair)
            .page()
            .says("Match by hand", "With a line of the bank's statement."),
        Route::post("/admin/reconcile/settlements/{id}/apart", Permission::PaymentsWrite, apart)
            .page()
            .says("Take apart", "What was matched by hand."),
    ]
}
