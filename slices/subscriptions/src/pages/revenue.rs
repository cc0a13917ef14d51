//! `/admin/subscriptions/revenue`: what they bring each month, how it moved, and where it is going.

use super::{HERE, REVENUE, tabs};
use crate::revenue::{self, Month, Opportunity, Revenue};
use crate::today;
use axum::extract::State;
use axum::response::Html;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use web::ui::{self, Column, Empty, LineChart, Query, Row, Series, Stat, Table, Unit};
use web::{Answer, App, BackOffice, Caller, Permission, Route, back_office};

/// Opportunities that are named.
const NAMED: i64 = 20;

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let today = today(&app, &caller);
    let mut read = caller.read(&app);
    let mut all = revenue::revenue(&mut read, today).await?;
    // A line along the bottom says less than a sentence.
    all.retain(|revenue| revenue.months.iter().any(|month| month.end_minor > 0 || month.start_minor > 0));
    let could = revenue::opportunities(&mut read, NAMED).await?;
    let body = html! {
        (tabs(REVENUE))
        @if all.is_empty() { (Empty::new("Nothing yet", "What subscriptions bring each month is drawn here, from the first one on.").action("Subscriptions", HERE)) }
        @for revenue in &all { (of(revenue, today)) }
        @if !could.is_empty() { (ui::section("Who would pay less by the year", "", opportunities(&could))) }
    };
    let lead = html! { "Without tax. Those on trial and those that are paused count nothing; those who pay late count until their subscription ends." };
    Ok(back_office(
        &app,
        &caller,
        BackOffice { title: "Revenue", lead, action: Markup::default(), place: HERE, crumbs: &[("Subscriptions", HERE)], body },
    ))
}

fn of(revenue: &Revenue, today: Date) -> Markup {
    let before = revenue.months.last().map_or(0, |month| month.start_minor);
    let churn = revenue.months.iter().rev().find_map(Month::churn_bps).unwrap_or(0);
    let stats = [
        Stat::new("Each month", ui::money(revenue.money(revenue.mrr_minor)))
            .against(revenue.mrr_minor, before, "since the month began")
            .points(revenue.months.iter().map(|month| month.end_minor)),
        Stat::new("A year, as it is now", ui::money(revenue.arr())),
        Stat::new("Left this month", html! { (catalogue::tax::percent(churn)) }).less_is_better(),
    ];
    html! {
        (ui::stats(stats))
        (ui::section("Last year and next", "", drawn(revenue, today)))
        (ui::section("What moved it", "", movements(revenue)))
    }
}

/// Twelve months behind, and the twelve that are likely to follow.
fn drawn(revenue: &Revenue, today: Date) -> LineChart {
    let ahead = (1..=12).map(|month: i64| today.first_of_month().saturating_add(month.months()).strftime("%b %Y").to_string());
    let behind = revenue.months.iter().map(|month| {
        format!("{}-01", month.moved.month)
            .parse::<Date>()
            .map_or_else(|_| month.moved.month.clone(), |day| day.strftime("%b %Y").to_string())
    });
    let known = revenue.months.iter().map(|month| Some(month.end_minor));
    let next = revenue.forecast.last().copied().unwrap_or(revenue.mrr_minor);
    let none = |count: usize| std::iter::repeat_n(None, count);
    LineChart {
        sentence: format!(
            "{} each month now; {} in twelve months, if customers come and leave as they did.",
            revenue.money(revenue.mrr_minor),
            revenue.money(next)
        ),
        each: "Month",
        unit: Unit::Money(revenue.currency),
        times: behind.chain(ahead).collect(),
        series: vec![
            Series { name: "Was".to_owned(), points: known.chain(none(12)).collect() },
            Series {
                name: "Is likely".to_owned(),
                points: none(11).chain([Some(revenue.mrr_minor)]).chain(revenue.forecast.iter().map(|minor| Some(*minor))).collect(),
            },
        ],
    }
}

fn movements(revenue: &Revenue) -> Markup {
    let columns = vec![
        Column::text("month", "Month").matters(),
        Column::number("new", "New"),
        Column::number("back", "Came back").optional(),
        Column::number("more", "More"),
        Column::number("less", "Less"),
        Column::number("left", "Left"),
        Column::number("end", "At its end").matters(),
    ];
    let money = |minor: i64| html! { @if minor != 0 { (ui::money(revenue.money(minor))) } };
    let rows = revenue.months.iter().rev().map(|month| {
        let moved = &month.moved;
        let cells = [
            html! { (moved.month) },
            money(moved.new_minor),
            money(moved.reactivation_minor),
            money(moved.expansion_minor),
            money(moved.contraction_minor),
            money(moved.churn_minor),
            ui::money(revenue.money(month.end_minor)),
        ];
        Row::new(&moved.month, cells)
    });
    html! { (Table::new("What moved it", &Query::default(), columns).rows(rows)) }
}

fn opportunities(all: &[Opportunity]) -> Markup {
    let columns = vec![
        Column::text("customer", "Customer").matters(),
        Column::text("plan", "Plan"),
        Column::number("months", "Months"),
        Column::number("saves", "Would save a year").matters(),
    ];
    let rows = all.iter().map(|found| {
        let cells =
            [html! { bdi { (found.customer_name) } }, html! { bdi { (found.plan) } }, html! { (found.periods) }, ui::money(found.saves())];
        Row::new(found.id, cells).href(format!("{HERE}/{}", found.id))
    });
    html! { (Table::new("Who would pay less by the year", &Query::default(), columns).rows(rows)) }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(REVENUE, Permission::SubscriptionsRead, show).page().says("Revenue", "By month and movement, with a forecast.")]
}
