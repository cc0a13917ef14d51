//! `/admin/messages/channels/templates`: what may be said on WhatsApp, and what it costs.

use super::api::{EXPORTS_A_MINUTE, ListQuery, as_file, ask};
use super::look::{self, Looks};
use super::prices::{Prices, SetPrices};
use super::{Quality, Status, Template};
use crate::world::Channels;
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::Currency;
use maud::{Markup, Render, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Listed, Permission, Query, Route, back_office};

const HERE: &str = "/admin/messages/channels/templates";
const CHANNELS: &str = "/admin/messages/channels";

/// What was typed as prices.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    currency: String,
    marketing: String,
    utility: String,
    authentication: String,
}

impl Typed {
    fn of(prices: Option<Prices>) -> Self {
        let text = |parts: Option<i64>| parts.map(Prices::decimal).unwrap_or_default();
        let Some(prices) = prices else { return Self { currency: Currency::INR.to_string(), ..Self::default() } };
        let Prices { currency, marketing, utility, authentication } = prices;
        Self { currency: currency.to_string(), marketing: text(marketing), utility: text(utility), authentication: text(authentication) }
    }

    fn read(&self) -> Result<Prices> {
        let currency = self.currency.trim().to_uppercase();
        Ok(Prices {
            currency: currency.parse().map_err(|_| Error::field("currency", "a currency such as INR"))?,
            marketing: Prices::typed("marketing", &self.marketing)?,
            utility: Prices::typed("utility", &self.utility)?,
            authentication: Prices::typed("authentication", &self.authentication)?,
        })
    }
}

/// What was refused: prices that are none, or to ask.
struct Wrong {
    failure: Failure,
    typed: Option<Typed>,
}

async fn show(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    page(&app, &caller, &query, &raw.unwrap_or_default(), None).await
}

async fn page(app: &App, caller: &Caller, query: &ListQuery, raw: &str, wrong: Option<&Wrong>) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let rows = look::page(&mut read, &query.filter()?, paging.cursor()?, limit + 1).await?;
    let looks = look::looks(&mut read).await?;
    let prices = Prices::of(&mut read).await?;
    let known = app.extra::<Channels>()?.has_business_account(caller.tenant()).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let typed = wrong.and_then(|wrong| wrong.typed.clone()).unwrap_or_else(|| Typed::of(prices));
    let failure = wrong.map(|wrong| &wrong.failure);
    let body = html! {
        @if let Some(failure) = failure.filter(|failure| failure.0.fields().is_empty()) {
            (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (failure.0.message()) } }))
        }
        @if let Some(trouble) = looks.as_ref().and_then(|looks| looks.trouble.as_deref()) {
            (Alert::new(Meaning::Attention, "Meta was asked in vain").body(html! { p { (trouble) } }))
        }
        (table(raw, Listed::new(rows, limit, look::place), empty(known, looks.as_ref())))
        (ui::section("What WhatsApp costs you", "", costs(caller, &typed, failure)))
    };
    let lead = html! {
        @match looks.as_ref().and_then(|looks| looks.done_at) {
            Some(at) => { "What Meta lets you say to people who have not written, as it was " (calendar.time(at)) ". Meta is asked every day." }
            None => "What Meta lets you say to people who have not written.",
        }
    };
    let may = caller.may(Permission::MessagesWrite) && known;
    let action = html! { @if may { (ui::post(&format!("{HERE}/ask"), caller.csrf(), Button::primary("Ask Meta again"))) } };
    let crumbs = &[("Messages", "/admin/messages"), ("Channels", CHANNELS)];
    Ok(back_office(app, caller, BackOffice { title: "WhatsApp templates", lead, action, place: "/admin/messages", crumbs, body }))
}

/// What to do first, where there is nothing to show.
fn empty(known: bool, looks: Option<&Looks>) -> Empty {
    match looks {
        _ if !known => Empty::new(
            "No business account at Meta",
            "Give its id as waba_id, with your access_token and phone_number_id, by PUT /api/v1/settings/credentials/meta.",
        ),
        None => Empty::new("Meta was not asked yet", "Have Meta asked: its templates are here a few seconds later."),
        Some(Looks { done_at: None, .. }) => Empty::new("Meta is being asked", "Look again in a few seconds."),
        Some(_) => Empty::new("No templates", "Make one in WhatsApp Manager. Once Meta has decided on it, it shows here by itself."),
    }
}

fn table(raw: &str, page: Listed<Template>, empty: Empty) -> Table {
    let columns = vec![
        Column::text("name", "Name").matters(),
        Column::text("status", "State").matters(),
        Column::text("body", "Says"),
        Column::text("category", "For").optional(),
        Column::text("quality", "Liked").optional(),
    ];
    let row = |one: &Template| {
        let cells = [
            html! { bdi { (one.name) } " (" (one.language) ")" },
            html! { (badge(one.status)) @if let Some(reason) = &one.reason { " " small { bdi { (reason) } } } },
            html! { bdi { (one.body) } @if let Some(needs) = &one.also_needs { " " small { "It also needs " (needs) "." } } },
            html! { (ui::badge(one.category.as_str())) },
            liked(one.quality),
        ];
        Row::new(one.id, cells)
    };
    let states = Status::ALL.iter().map(|one| (one.as_str(), words(*one).1, None)).collect::<Vec<_>>();
    let kinds = [("marketing", "Marketing", None), ("utility", "Utility", None), ("authentication", "Authentication", None)];
    Table::new("WhatsApp templates", &ui::Query::parse(HERE, raw), columns)
        .filter("status", "State", &states)
        .filter("category", "For", &kinds)
        .find("Name or words")
        .choose_columns()
        .export(format!("{HERE}.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor)
        .empty(empty)
}

fn badge(of: Status) -> Markup {
    let (meaning, words) = words(of);
    Badge::new(meaning, words).render()
}

fn words(of: Status) -> (Meaning, &'static str) {
    match of {
        Status::Approved => (Meaning::Good, "Approved"),
        Status::Pending => (Meaning::Information, "Meta looks at it"),
        Status::Rejected => (Meaning::Bad, "Rejected"),
        Status::Paused => (Meaning::Attention, "Paused"),
        Status::Disabled => (Meaning::Bad, "Disabled"),
        Status::Gone => (Meaning::Neutral, "Not at Meta any more"),
        Status::Other => (Meaning::Neutral, "Not known"),
    }
}

fn liked(quality: Quality) -> Markup {
    let (meaning, words) = match quality {
        Quality::Green => (Meaning::Good, "Well"),
        Quality::Yellow => (Meaning::Attention, "Some object"),
        Quality::Red => (Meaning::Bad, "Many object"),
        Quality::Unknown => (Meaning::Neutral, "Too few to say"),
    };
    Badge::new(meaning, words).render()
}

fn costs(caller: &Caller, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let price = |name: &'static str, label: &str, value: &str| {
        Field::text(name, label).value(value).placeholder("0.8631").error(field_error(wrong, name))
    };
    html! {
        p { "What Meta or your provider asks for one message, in your own contract. Campaigns show what they cost by it; where a price is empty, nothing is shown." }
        @if caller.may(Permission::TenantWrite) {
            form method="post" action={ (HERE) "/prices" } {
                (ui::csrf(caller.csrf()))
                (ui::beside([
                    Field::text("currency", "Currency").value(&typed.currency).required().error(field_error(wrong, "currency")),
                    price("marketing", "A message that sells something", &typed.marketing),
                ]))
                (ui::beside([
                    price("utility", "One about an order", &typed.utility),
                    price("authentication", "One with a code", &typed.authentication),
                ]))
                (ui::actions(Button::quiet("Save the prices")))
            }
        }
    }
}

async fn answer<T>(app: &App, caller: &Caller, done: Result<T>, typed: Option<Typed>) -> Answer<Response> {
    match refused(done)? {
        Ok(_) => Ok(Redirect::to(HERE).into_response()),
        Err(failure) => {
            let wrong = Wrong { failure, typed };
            let again = page(app, caller, &ListQuery::default(), "", Some(&wrong)).await?;
            Ok((status(&wrong.failure.0), again).into_response())
        }
    }
}

async fn again(State(app): State<App>, caller: Caller) -> Answer<Response> {
    let done = ask(&app, &caller).await;
    answer(&app, &caller, done, None).await
}

async fn put_prices(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let done = match typed.read() {
        Ok(prices) => app.db.run(&caller.who, SetPrices(prices)).await,
        Err(error) => Err(error),
    };
    answer(&app, &caller, done, Some(typed)).await
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::MessagesRead, show).page().says("WhatsApp templates", "What may be said, and what it costs."),
        Route::get("/admin/messages/channels/templates.csv", Permission::MessagesRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("WhatsApp templates", "As a file."),
        Route::post("/admin/messages/channels/templates/ask", Permission::MessagesWrite, again)
            .page()
            .says("Ask Meta for the templates", "Now, and not at the usual hour."),
        Route::post("/admin/messages/channels/templates/prices", Permission::TenantWrite, put_prices)
            .page()
            .says("Say what WhatsApp costs", "A price for each kind of message."),
    ]
}
