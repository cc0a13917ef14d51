//! `/admin/subscriptions`: who has subscribed to what.

use super::{HERE, PLANS, may, tabs};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, as_file};
use crate::model::{Offer, Subscription};
use crate::queries::{self, Count};
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use facts::subscriptions::SubscriptionState;
use maud::{Markup, html};
use web::ui::{self, Badge, Button, Calendar, Column, Empty, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let rows = queries::page(&mut read, &query.filter()?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::place);
    let offers = queries::offers(&mut read).await?;
    let counts = queries::counts(&mut read).await?;
    let raw = raw.unwrap_or_default();
    let here = ui::Query::parse(HERE, &raw);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let ready = may(&caller) && !offers.is_empty();
    let action = html! { @if ready { (Button::primary("New subscription").href("/admin/subscriptions/new")) } };
    let body = html! { (tabs(HERE)) (sums(&counts)) (table(&here, &raw, page, &offers, &calendar)) };
    let lead = html! { "What customers pay for month by month, or year by year." };
    Ok(back_office(&app, &caller, BackOffice { title: "Subscriptions", lead, action, place: HERE, crumbs: &[], body }))
}

/// What somebody should look at first.
fn sums(counts: &[Count]) -> Markup {
    let shown = [SubscriptionState::Active, SubscriptionState::Trialing, SubscriptionState::PastDue, SubscriptionState::Paused];
    let count = |state| counts.iter().find(|count| count.state == state).map_or(0, |count| count.count);
    let stat = |state: SubscriptionState| {
        let words = match state {
            SubscriptionState::Trialing => "On trial",
            SubscriptionState::PastDue => "Payment late",
            SubscriptionState::Paused => "Paused",
            _ => "Active",
        };
        Stat::new(words, html! { (ui::count(u64::try_from(count(state)).unwrap_or(0))) }).href(format!("{HERE}?state={state}"))
    };
    html! { @if !counts.is_empty() { (ui::stats(shown.map(stat))) } }
}

fn table(here: &ui::Query, raw: &str, page: Listed<Subscription>, offers: &[Offer], calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("customer", "Customer").matters(),
        Column::text("plan", "Plan").matters(),
        Column::text("state", "State").matters(),
        Column::text("until", "Paid period").optional(),
        Column::text("next", "Then").optional(),
        Column::number("mrr", "A month").matters(),
    ];
    let empty = if offers.is_empty() {
        Empty::new("Make a plan first", "A plan says what is paid each month or each year.").action("Plans", PLANS)
    } else {
        Empty::new("Nobody has subscribed yet", "Subscribe somebody here, or let a program of yours do it with POST /api/v1/subscriptions.")
    };
    Table::new("Subscriptions", here, columns)
        .filter(
            "state",
            "State",
            &[
                ("active", "Active", None),
                ("trialing", "On trial", None),
                ("past_due", "Payment late", None),
                ("paused", "Paused", None),
                ("incomplete", "Not begun", None),
                ("unpaid", "Unpaid", None),
                ("canceled", "Ended", None),
                ("expired", "Never begun", None),
            ],
        )
        .filter("parked", "Attention", &[("true", "Waits for a person", None)])
        .find("A part of the customer's name")
        .choose_columns()
        .export(format!("/admin/subscriptions.csv?{raw}"))
        .rows(page.data.iter().map(|sub| row(sub, offers, calendar)))
        .next(page.next_cursor)
        .empty(empty)
}

fn row(sub: &Subscription, offers: &[Offer], calendar: &Calendar) -> Row {
    let plan = plan(sub, offers);
    let cells = [
        html! { bdi { (sub.customer_name) } },
        html! { bdi { (plan) } @if sub.quantity > 1 { ", " (sub.quantity) } },
        state(sub),
        html! { (calendar.date_text(sub.period_start)) " – " (calendar.date_text(sub.period_end.yesterday().unwrap_or(sub.period_end))) },
        html! { (then(sub, calendar)) },
        html! { @if sub.mrr_minor > 0 { (ui::money(sub.money(sub.mrr_minor))) } },
    ];
    Row::new(sub.id, cells).href(format!("{HERE}/{}", sub.id))
}

/// What its plan is called, here or by the provider that runs it.
pub(super) fn plan<'a>(sub: &'a Subscription, offers: &'a [Offer]) -> &'a str {
    let ours = offers.iter().find(|offer| Some(offer.plan.id) == sub.plan_id).map(|offer| offer.plan.name.as_str());
    ours.or_else(|| sub.run.as_ref().map(|run| run.0.plan.as_str())).unwrap_or("")
}

/// How it stands; that it waits for a person is said first, and who runs it last.
pub(super) fn state(sub: &Subscription) -> Markup {
    html! {
        @if sub.parked.is_some() { (ui::badge("parked")) " " }
        (ui::badge(sub.state.as_str()))
        @if let Some(run) = &sub.run { " " (Badge::new(Meaning::Information, format!("{} runs it", run.0.provider.title()))) }
    }
}

/// What comes after the period.
pub(super) fn then(sub: &Subscription, calendar: &Calendar) -> String {
    let on = |words: &str, day| format!("{words} {}", calendar.date_text(day));
    match (sub.ended_on, sub.cancel_on, sub.pause_on, sub.resume_on) {
        (Some(day), ..) => on("Ended", day),
        (_, Some(day), ..) => on("Ends", day),
        (_, _, Some(day), _) => on("Pauses", day),
        (.., Some(day)) => on("Goes on", day),
        _ if sub.has_access() => on("Renews", sub.period_end),
        _ => String::new(),
    }
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::SubscriptionsRead, list).page().says("Subscriptions", ""),
        Route::get("/admin/subscriptions.csv", Permission::SubscriptionsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Subscriptions", "As a file."),
    ]
}
