//! `/admin/usage`: how much is used day by day, and how much the plan still allows.

use crate::api::totals;
use crate::narrow::{Narrow, Wanted, today};
use crate::queries::{self, Count};
use crate::rules::Feature;
use axum::extract::State;
use axum::response::Html;
use facts::Time;
use http::Uri;
use identity::Limit;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use store::{Read, Result};
use web::ui::{self, Button, Calendar, Column, Empty, Field, LineChart, Row, Series, Table, Unit};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Permission, Query, Route, account_tabs, back_office};

const HERE: &str = "/admin/usage";
/// Days on one page of the table.
const PAGE: usize = 31;

/// Counting what is in use, for another slice that stands above.
pub type Counting = Pin<Box<dyn Future<Output = Result<i64>> + Send>>;

/// What the slice is built with.
pub struct Config {
    /// How many devices of the tenant are signed in now.
    pub devices: fn(Read, Time) -> Counting,
}

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::TenantRead, show).says("Usage", "").page()]
}

/// The address of the page.
#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    from: Option<String>,
    to: Option<String>,
    feature: Option<String>,
    /// The last day of the page before.
    cursor: Option<String>,
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(asked): Query<Asked>) -> Answer<Html<String>> {
    let now = app.db.clock().now();
    let Asked { from, to, feature, cursor } = asked;
    let wanted = Narrow { from, to, feature, format: None }.wanted(today(now, &caller.time_zone))?;
    let mut read = caller.read(&app);
    let counts = queries::counts(&mut read, &wanted).await?;
    let calendar = Calendar::new(&caller.time_zone, now);
    let unused = queries::is_empty(&mut read).await?;
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = html! {
        (account_tabs(HERE))
        (ui::section("Your plan", html! {}, plan(&app, &caller, now).await?))
        @if unused {
            (ui::section("By day", html! {}, html! { (nothing_yet()) }))
        } @else {
            (ui::section("By day", form(&wanted), chart(&wanted, &counts, &calendar)))
            (table(&here, &wanted, &counts, cursor.as_deref(), &calendar, &caller))
        }
    };
    let lead = lead(&wanted, if unused { &[] } else { &counts }, &calendar, &caller.time_zone);
    Ok(back_office(&app, &caller, BackOffice { title: "Usage", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body }))
}

fn nothing_yet() -> Empty {
    Empty::new(
        "Nothing has been used yet",
        "Orders, payments and messages are counted here as they happen, by day. Place a first order to see it.",
    )
    .action("Open the shop", "/")
}

fn lead(wanted: &Wanted, counts: &[Count], calendar: &Calendar, zone: &str) -> Markup {
    let most = totals(counts).into_iter().max_by_key(|(_, amount)| *amount);
    let named = most.and_then(|(word, amount)| word.parse::<Feature>().ok().map(|feature| (feature, amount)));
    html! {
        (calendar.date_text(wanted.from)) " to " (calendar.date_text(wanted.to))
        @if let Some((feature, amount)) = named { ": most of all " (feature.words().to_lowercase()) ", " (ui::count(whole(amount))) }
        ". Days are those of " (zone) "."
    }
}

/// How much of the plan is taken, limit by limit.
async fn plan(app: &App, caller: &Caller, now: Time) -> Result<Markup> {
    let standing = identity::standing(&mut caller.read(app), now).await?;
    let devices = (app.extra::<Config>()?.devices)(caller.read(app), now).await?;
    let taken = standing.taken.into_iter().chain([(Limit::Devices, devices)]);
    let plan = standing.plan;
    Ok(html! {
        p { "You are on the plan " strong { (plan) } ". Each phone's owner may make " (ui::count(u64::from(plan.per_minute()))) " requests a minute." }
        @for (limit, used) in taken {
            (ui::progress(&first_upper(limit.words()), whole(used), whole(plan.allows(limit))))
            @if used >= plan.allows(limit) { p.quiet { "All of it is taken: nothing is lost, and no more can be added until there is room or a larger plan." } }
        }
    })
}

fn form(wanted: &Wanted) -> Markup {
    html! {
        details.drop {
            summary class="button quiet small" { "Days" }
            form.panel action=(HERE) {
                @if let Some(feature) = wanted.feature { (ui::hidden("feature", feature.as_str())) }
                (Field::input("date", "from", "From").value(wanted.from.to_string()))
                (Field::input("date", "to", "To").value(wanted.to.to_string()))
                (ui::actions(html! { (Button::quiet("Show these").small()) }))
            }
        }
    }
}

/// The days of the span in which something was used, each with its counts.
fn by_day(counts: &[Count]) -> BTreeMap<&str, BTreeMap<Feature, i64>> {
    let mut days: BTreeMap<&str, BTreeMap<Feature, i64>> = BTreeMap::new();
    for count in counts {
        days.entry(&count.day).or_default().insert(count.feature, count.amount);
    }
    days
}

/// Lines of the three features that were used most, over every day of the span.
fn chart(wanted: &Wanted, counts: &[Count], calendar: &Calendar) -> Markup {
    let mut most: Vec<(&str, i64)> = totals(counts).into_iter().collect();
    most.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
    let features: Vec<Feature> = most.iter().take(3).filter_map(|(word, _)| word.parse().ok()).collect();
    let used = by_day(counts);
    let days: Vec<Date> = wanted.from.series(jiff::Span::new().days(1)).take_while(|day| *day <= wanted.to).collect();
    let amount = |day: &Date, feature: &Feature| used.get(day.to_string().as_str()).and_then(|day| day.get(feature)).copied().unwrap_or(0);
    let series = features
        .iter()
        .map(|feature| Series { name: feature.words().to_owned(), points: days.iter().map(|day| Some(amount(day, feature))).collect() })
        .collect();
    let sentence = match most.first() {
        Some((word, amount)) => {
            let name = word.parse::<Feature>().map_or(*word, Feature::words);
            format!("{name} lead with {amount} in {} days.", days.len())
        }
        None => format!("Nothing was used in these {} days.", days.len()),
    };
    html! { (LineChart { sentence, each: "Day", unit: Unit::Count, times: days.iter().map(|day| calendar.date_text(*day)).collect(), series }) }
}

/// A row for each day with any use, newest first, and a column for each feature that was used.
fn table(here: &ui::Query, wanted: &Wanted, counts: &[Count], cursor: Option<&str>, calendar: &Calendar, caller: &Caller) -> Markup {
    let used: Vec<Feature> = Feature::ALL.iter().copied().filter(|feature| counts.iter().any(|count| count.feature == *feature)).collect();
    let columns = std::iter::once(Column::text("day", "Day")).chain(used.iter().enumerate().map(|(place, feature)| {
        let column = Column::number(feature.as_str(), feature.words()).optional();
        if place < 2 { column.matters() } else { column }
    }));
    let days = by_day(counts);
    let mut rest = days.iter().rev().filter(|(day, _)| cursor.is_none_or(|last| **day < last));
    let page: Vec<_> = rest.by_ref().take(PAGE).collect();
    let next = page.last().map(|(day, _)| (**day).to_owned()).filter(|_| rest.next().is_some());
    let rows = page.iter().map(|(day, amounts)| {
        let name = day.parse().map_or_else(|_| (**day).to_owned(), |date| calendar.date_text(date));
        let cells = used.iter().map(|feature| match amounts.get(feature) {
            Some(amount) => html! { (ui::count(whole(*amount))) },
            None => html! { span.quiet { "0" } },
        });
        Row::new(*day, std::iter::once(html! { (name) }).chain(cells).collect::<Vec<_>>())
    });
    let file = ui::Query::parse(&format!("/api/v1/tenants/{}/usage/stats", caller.tenant()), "")
        .with("from", &wanted.from.to_string())
        .with("to", &wanted.to.to_string())
        .with("format", "csv");
    let file = wanted.feature.map_or(file.clone(), |feature| file.with("feature", feature.as_str()));
    let choices: Vec<(&str, &str, Option<u64>)> = Feature::ALL.iter().map(|feature| (feature.as_str(), feature.words(), None)).collect();
    let empty = Empty::new("Nothing was used in these days", "Choose other days above.");
    html! {
        (Table::new("Usage by day", here, columns.collect())
            .filter("feature", "Feature", &choices)
            .export(file.to_string())
            .choose_columns()
            .rows(rows)
            .next(next)
            .empty(empty))
    }
}

fn whole(amount: i64) -> u64 {
    u64::try_from(amount).unwrap_or(0)
}

fn first_upper(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
