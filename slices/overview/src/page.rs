//! `/admin`: how today compares, what needs a person, what just happened.

use crate::needs;
use crate::numbers::{DAYS, Day, Overview, overview, recent};
use axum::extract::State;
use axum::response::{Html, Json};
use facts::{Currency, Money};
use maud::{Markup, html};
use store::journal;
use web::ui::{self, Alert, Button, Calendar, LineChart, Meaning, Series, Stat, Unit};
use web::{Answer, App, BackOffice, Caller, back_office};

/// How many of the last happenings the page shows.
const HAPPENINGS: i64 = 12;

pub(crate) async fn api(State(app): State<App>, caller: Caller) -> Answer<Json<Overview>> {
    Ok(Json(overview(&mut caller.read(&app), app.db.clock().now(), &caller.time_zone).await?))
}

pub(crate) async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let now = app.db.clock().now();
    let mut read = caller.read(&app);
    let numbers = overview(&mut read, now, &caller.time_zone).await?;
    let buried = needs::buried(&mut read).await?;
    let silent = messages::silences(&mut read).await?;
    let happened = journal::latest(&mut read, recent(now), HAPPENINGS).await?;
    let calendar = Calendar::new(&caller.time_zone, now);
    let empty = Day::default();
    let today = numbers.days.last().unwrap_or(&empty);
    let week_ago = numbers.days.iter().rev().nth(7).unwrap_or(&empty);
    let body = html! {
        @if numbers.buried_errands + numbers.facts_set_aside > 0 { (waits(&numbers, buried.first())) }
        @for one in &silent { (has_fallen_silent(one)) }
        (figures(&numbers, today, week_ago))
        (ui::section("Sales by day", html! {}, sales(&numbers, &calendar)))
        (ui::section("Just now", html! { a href="/admin/audit" { "All" } }, html! {
            @if happened.is_empty() {
                (ui::Empty::new("Nothing in the last 24 hours", "Orders, payments and messages show up here as they happen.").action("Open the shop", "/"))
            } @else {
                (ui::timeline(&calendar, &happened.iter().map(audit::moment).collect::<Vec<_>>()))
            }
        }))
    };
    let page = BackOffice {
        title: "Overview",
        lead: lead(today, week_ago),
        action: html! { (Button::quiet("Open the shop").href("/")) },
        place: "/admin",
        crumbs: &[],
        body,
    };
    Ok(back_office(&app, &caller, page))
}

/// How today stands, in one line.
fn lead(today: &Day, before: &Day) -> Markup {
    let money = Money::inr(today.paid_minor);
    html! {
        (ui::money(money)) " today from " (today.paid_orders) @if today.paid_orders == 1 { " order" } @else { " orders" }
        @if before.paid_minor > 0 { ", " (compared(today.paid_minor, before.paid_minor)) " than a week ago" }
        "."
    }
}

/// `12 % more`; whole percent are enough to compare by.
fn compared(now: i64, before: i64) -> String {
    let change = i128::from(now - before) * 100 / i128::from(before.max(1));
    if change < 0 { format!("{} % less", -change) } else { format!("{change} % more") }
}

fn figures(numbers: &Overview, today: &Day, before: &Day) -> Markup {
    let points = |of: fn(&Day) -> i64| numbers.days.iter().map(of).collect::<Vec<_>>();
    ui::stats([
        Stat::new("Paid today", ui::money(Money::inr(today.paid_minor)))
            .against(today.paid_minor, before.paid_minor, "a week ago")
            .href("/admin/payments")
            .points(points(|day| day.paid_minor)),
        Stat::new("Orders today", html! { (today.orders) })
            .against(today.orders, before.orders, "a week ago")
            .href("/admin/orders")
            .points(points(|day| day.orders)),
        Stat::new("Refunded today", ui::money(Money::inr(today.refunded_minor))).note("given back to customers").href("/admin/payments"),
        Stat::new("Messages today", html! { (today.messages_sent) })
            .note(format!("{} in need of a person", today.messages_dead))
            .href("/admin/messages")
            .points(points(|day| day.messages_sent)),
    ])
}

fn sales(numbers: &Overview, calendar: &Calendar) -> Markup {
    let total: i64 = numbers.days.iter().map(|day| day.paid_minor).sum();
    let best = numbers.days.iter().max_by_key(|day| day.paid_minor).filter(|day| day.paid_minor > 0);
    let name = |day: &Day| day.day.parse().map_or_else(|_| day.day.clone(), |date| calendar.date_text(date));
    let sentence = match best {
        Some(best) => format!("{} in the last {DAYS} days; the best day was {}.", Money::inr(total), name(best)),
        None => format!("Nothing has been paid in the last {DAYS} days."),
    };
    let paid = Series { name: "Paid".to_owned(), points: numbers.days.iter().map(|day| Some(day.paid_minor)).collect() };
    let times = numbers.days.iter().map(name).collect();
    html! { (LineChart { sentence, each: "Day", unit: Unit::Money(Currency::INR), times, series: vec![paid] }) }
}

fn waits(numbers: &Overview, first: Option<&needs::Buried>) -> Markup {
    let count = numbers.buried_errands + numbers.facts_set_aside;
    let title = if count == 1 { "One thing needs you".to_owned() } else { format!("{count} things need you") };
    let why = first.and_then(|errand| errand.note.clone()).unwrap_or_else(|| "Something could not be carried out.".to_owned());
    html! { (Alert::new(Meaning::Attention, title).body(html! { p { (why) } }).action(Button::quiet("Look at them").href("/admin/needs"))) }
}

/// A provider that takes messages and says nothing more.
fn has_fallen_silent(one: &messages::Silence) -> Markup {
    let title = format!("{} says nothing of your messages", one.provider.title());
    let why = "It takes them, but what becomes of them is not known, and what customers write may not come in.";
    let look = Button::quiet("Look at the channels").href("/admin/messages/channels");
    html! { (Alert::new(Meaning::Attention, title).body(html! { p { (why) } }).action(look)) }
}
