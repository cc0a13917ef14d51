//! `/admin/reconcile/settlements`: what the providers paid out, and how captured, settled and banked money stand.

use super::{BANK, EXCEPTIONS, EXPORTS_A_MINUTE, PLACE, SETTLEMENTS, calendar, state};
use crate::api::{FetchNow, LATELY, SettlementsQuery, settlements_file};
use crate::model::Settlement;
use crate::queries::{self, Totals};
use axum::extract::{RawQuery, State};
use axum::response::{Html, Redirect, Response};
use facts::{Id, Money};
use maud::{Markup, html};
use payments::reconcile_tabs;
use web::ui::{self, Button, Calendar, Column, Empty, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Cursor, Listed, Permission, Query, Route, back_office};

const STATES: [(&str, &str, Option<u64>); 4] = [
    ("waiting", "On its way", None),
    ("matched", "In the bank", None),
    ("exception", "Does not add up", None),
    ("accepted", "Accepted", None),
];

async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SettlementsQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    let paging = query.paging();
    let (limit, raw) = (paging.limit()?, raw.unwrap_or_default());
    let mut look = app.db.read_main(caller.tenant());
    let rows = queries::settlements(&mut look, query.state()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, |it: &Settlement| Cursor { at: it.settled_at, id: it.id.uuid() });
    let totals = queries::totals(&mut look, app.db.clock().now().before(LATELY)).await?;
    let open: i64 = queries::open(&mut look).await?.iter().map(|it| it.count).sum();
    let fetched = queries::reconciler(&mut look).await?;
    let calendar = calendar(&app, &caller);
    let may = caller.may(Permission::PaymentsWrite);
    let action = html! { @if may { (ui::post("/admin/reconcile/fetch", caller.csrf(), Button::primary("Fetch settlements"))) } };
    let body = html! {
        (reconcile_tabs(SETTLEMENTS))
        (numbers(&totals, open))
        (table(&raw, page, &calendar))
        @if let Some(reconciler) = fetched { p.quiet { "The providers were asked up to " (calendar.time_text(reconciler.fetched_through())) "." } }
    };
    let lead = html! { "What the providers paid out, held against your payments and your bank." };
    Ok(back_office(&app, &caller, BackOffice { title: "Settlements", lead, action, place: PLACE, crumbs: &[("Payments", PLACE)], body }))
}

/// Captured, settled and in the bank, in the last thirty days.
fn numbers(totals: &[Totals], open: i64) -> Markup {
    let sum = |of: fn(&Totals) -> i64| {
        html! {
            @if totals.is_empty() { (ui::money(Money::inr(0))) }
            @for (at, it) in totals.iter().enumerate() { @if at > 0 { " + " } (ui::money(Money::new(of(it), it.currency))) }
        }
    };
    let named = if open == 1 { "1 thing does not add up".to_owned() } else { format!("{open} things do not add up") };
    ui::stats([
        Stat::new("Captured", sum(|it| it.captured)).note("in 30 days, less what went back").href("/admin/payments?state=captured"),
        Stat::new("Settled", sum(|it| it.settled)).note("paid out by the providers"),
        Stat::new("Fees kept", sum(|it| it.fees)).note("tax included"),
        Stat::new("In the bank", sum(|it| it.banked)).note(named).href(if open == 0 { BANK } else { EXCEPTIONS }),
        Stat::new("Still held", sum(|it| it.held)).note("captured and not settled yet"),
    ])
}

fn table(raw: &str, page: Listed<Settlement>, calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("settled", "Settled").matters(),
        Column::text("id", "Settlement"),
        Column::text("utr", "UTR").optional(),
        Column::number("rows", "Rows").optional(),
        Column::number("amount", "Amount").matters(),
        Column::number("fees", "Fees"),
        Column::text("state", "State").matters(),
    ];
    let row = |it: &Settlement| {
        let cells = [
            calendar.time(it.settled_at),
            html! { bdi { (it.settlement_ref) } },
            html! { bdi { (it.utr.as_deref().unwrap_or_default()) } },
            html! { (it.rows_count) },
            ui::money(it.money(it.net_minor)),
            ui::money(it.money(it.fee_minor)),
            state(it.state, it.reason),
        ];
        Row::new(it.id, cells).href(format!("{SETTLEMENTS}/{}", it.id))
    };
    Table::new("Settlements", &ui::Query::parse(SETTLEMENTS, raw), columns)
        .filter("state", "State", &STATES)
        .choose_columns()
        .export(format!("{SETTLEMENTS}.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor)
        .empty(
            Empty::new(
                "No settlements yet",
                "The providers' settlements are fetched every day once something was captured. A report of Razorpay's can be uploaded too.",
            )
            .action("Upload a file", BANK),
        )
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<SettlementsQuery>) -> Answer<Response> {
    Ok(settlements_file(caller.read(&app), query.state()?).await?)
}

async fn fetch(State(app): State<App>, caller: Caller) -> Answer<Redirect> {
    app.db.run(&caller.who, FetchNow).await?;
    Ok(Redirect::to(SETTLEMENTS))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(SETTLEMENTS, Permission::PaymentsRead, list).page().says("Settlements", "What the providers paid out."),
        Route::get("/admin/reconcile/settlements.csv", Permission::PaymentsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Settlements", "As a file."),
        Route::post("/admin/reconcile/fetch", Permission::PaymentsWrite, fetch)
            .page()
            .says("Fetch settlements", "From the providers, now."),
    ]
}
