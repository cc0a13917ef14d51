//! `/admin/inbox/leads`: who may buy, and what they are worth by stage.

use super::thread::words;
use super::{HERE, LEADS, tabs};
use crate::model::{Conversation, Stage};
use crate::queries::{self, StageSum};
use axum::extract::{RawQuery, State};
use axum::response::Html;
use facts::{Currency, Money};
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{self, Bar, BarChart, Calendar, Column, Empty, Row, Table, Unit};
use web::{Answer, App, BackOffice, Caller, Listed, Paging, Permission, Query, Route, back_office, filter_part};

/// Which leads.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    stage: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

async fn show(State(app): State<App>, caller: Caller, Query(wanted): Query<Wanted>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let stage = filter_part::<Stage>("stage", wanted.stage.as_deref(), "new, contacted, won or lost")?;
    let paging = Paging { limit: wanted.limit, cursor: wanted.cursor };
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let rows = queries::leads(&mut read, stage, paging.cursor()?, limit + 1).await?;
    let sums = queries::lead_sums(&mut read).await?;
    let page = Listed::new(rows, limit, Conversation::place);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("customer", "Customer").matters(),
        Column::text("stage", "Stage").matters(),
        Column::number("value", "Worth").matters(),
        Column::text("last", "Last said"),
    ];
    let here = ui::Query::parse(LEADS, &raw.unwrap_or_default());
    let choices: Vec<(&str, &str, Option<u64>)> = Stage::ALL.iter().map(|stage| (stage.as_str(), words(*stage), None)).collect();
    let empty = Empty::new("No leads yet", "Open a conversation with somebody who may buy, and press Lead.").action("Conversations", HERE);
    let table = Table::new("Leads", &here, columns)
        .filter("stage", "Stage", &choices)
        .rows(page.data.iter().map(|it| row(it, &calendar)))
        .next(page.next_cursor)
        .empty(empty);
    let body = html! { (tabs(LEADS)) (charts(&sums)) (table) };
    let lead = html! { "Conversations with people who may buy." };
    Ok(back_office(&app, &caller, BackOffice { title: "Leads", lead, action: Markup::default(), place: HERE, crumbs: &[], body }))
}

fn row(it: &Conversation, calendar: &Calendar) -> Row {
    let lead = it.lead();
    let cells = [
        html! { bdi { (it.customer) } },
        html! { @if let Some(lead) = lead { (ui::badge(lead.stage.as_str())) } },
        html! { @if let Some(value) = lead.and_then(|lead| lead.value) { (ui::money(value)) } },
        calendar.ago(it.last_at),
    ];
    Row::new(it.id, cells).href(format!("{HERE}/{}", it.id))
}

/// What leads are worth by stage, a chart for each currency.
fn charts(sums: &[StageSum]) -> Markup {
    let mut currencies: Vec<Currency> = sums.iter().filter_map(|sum| sum.currency).collect();
    currencies.dedup();
    html! { @for currency in currencies { (chart(sums, currency)) } }
}

fn chart(sums: &[StageSum], currency: Currency) -> Markup {
    let of = |stage: Stage| sums.iter().find(|sum| sum.stage == stage && sum.currency == Some(currency)).map_or(0, |sum| sum.minor);
    let open = Money::new(of(Stage::New) + of(Stage::Contacted), currency);
    let bar = |stage: &Stage| Bar::new(words(*stage), of(*stage)).href(format!("{LEADS}?stage={stage}"));
    let sentence = format!("{open} may still be won.");
    html! { (BarChart { sentence, of: "Stage", unit: Unit::Money(currency), bars: Stage::ALL.iter().map(bar).collect() }) }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(LEADS, Permission::InboxRead, show).page().says("Leads", "Who may buy, and what they are worth.")]
}
