//! `/admin/messages/channels`: which channels are set up, by whom each goes, and a test of it.

use super::replay;
use crate::instead::{self, SetMinutes};
use crate::silence::{self, Silence};
use crate::trial;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use channels::{Channels, OrderProviders, Provider};
use facts::messages::Channel;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, filter_part};

const HERE: &str = "/admin/messages/channels";

/// A channel, and who carries it for this tenant, in the order in which they are asked.
pub(super) type SetUp = (Channel, Vec<Provider>);

/// What was refused: the test of a channel with where it was to go, or the order.
pub(super) struct Refused {
    pub of: Option<Channel>,
    pub failure: Failure,
    pub typed: String,
}

impl Refused {
    /// What was wrong with the test of a channel.
    fn of(wrong: Option<&Self>, channel: Channel) -> Option<&Self> {
        wrong.filter(|wrong| wrong.of == Some(channel))
    }
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, None, None).await
}

/// The page, with what is said above it and what was refused.
pub(super) async fn page(app: &App, caller: &Caller, said: Option<Alert>, wrong: Option<&Refused>) -> Answer<Html<String>> {
    let out = app.extra::<Channels>()?;
    let mut all: Vec<SetUp> = Vec::new();
    for channel in Channel::ALL {
        all.push((*channel, out.set_up(caller.tenant(), *channel).await?));
    }
    let mut unheard = Vec::new();
    let whose: BTreeSet<Provider> =
        all.iter().flat_map(|(_, providers)| providers).copied().filter(|provider| provider.calls_us()).collect();
    for provider in whose {
        if !out.is_heard(caller.tenant(), provider).await? {
            unheard.push(provider);
        }
    }
    // Of mail nothing has to be said: shops send it that hear of no report.
    let reports = !unheard.contains(&Provider::Smtp);
    unheard.retain(|provider| *provider != Provider::Smtp);
    let mut read = caller.read(app);
    let minutes = instead::minutes(&mut read).await?;
    let silent = silence::silences(&mut read).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let (may, may_set) = (caller.may(Permission::MessagesWrite), caller.may(Permission::TenantWrite));
    let body = html! {
        @if let Some(said) = said { (said) }
        @for provider in &unheard { (is_unheard(*provider)) }
        @if let Some(wrong) = wrong.filter(|wrong| wrong.failure.0.fields().iter().all(|field| !matches!(field.field.as_str(), "to" | "minutes" | "since"))) { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.failure.0.message()) } })) }
        (ui::section("By whom they go", html! { (Button::quiet("How often").small().href("/admin/messages/caps")) " " (Button::quiet("WhatsApp templates").small().href(format!("{HERE}/templates"))) }, table(&all, &silent, &calendar)))
        @for (channel, providers) in &all {
            @if may && !providers.is_empty() {
                (ui::section(&format!("Try {}", channel.title()), "", test(*channel, caller.csrf(), Refused::of(wrong, *channel))))
            }
            @if *channel == Channel::Email && !providers.is_empty() { (ui::section("What could not be delivered", "", reported(caller, reports))) }
            @if may_set && *channel == Channel::Whatsapp && providers.len() > 1 {
                (ui::section("Who is asked first for WhatsApp", "", order(providers, caller.csrf())))
            }
            @if may_set && *channel == Channel::Sms { (ui::section("SMS in place of WhatsApp", "", sms_instead(minutes, caller.csrf(), wrong))) }
        }
        (replay::section(&all, caller, wrong))
    };
    let ready = all.iter().filter(|(_, providers)| !providers.is_empty()).count();
    let lead = html! { (ready) " of " (all.len()) " channels are set up." };
    let page = BackOffice {
        title: "Channels",
        lead,
        action: Markup::default(),
        place: "/admin/messages",
        crumbs: &[("Messages", "/admin/messages")],
        body,
    };
    Ok(back_office(app, caller, page))
}

fn table(all: &[SetUp], silent: &[Silence], calendar: &Calendar) -> Table {
    let columns =
        vec![Column::text("channel", "Channel").matters(), Column::text("state", "State").matters(), Column::text("by", "Goes by")];
    let rows = all.iter().map(|(channel, providers)| {
        let silent = silent.iter().find(|one| one.channel == *channel);
        let state = match silent {
            _ if providers.is_empty() => Badge::new(Meaning::Attention, "No account"),
            Some(_) => Badge::new(Meaning::Attention, "Silent"),
            None => Badge::new(Meaning::Good, "Set up"),
        };
        Row::new(channel, [html! { (channel.title()) }, html! { (state) }, goes_by(providers, silent, calendar)])
    });
    Table::new("Channels", &ui::Query::default(), columns).rows(rows)
}

/// Nothing is agreed on with a provider by which its calls are known.
fn is_unheard(provider: Provider) -> Alert {
    let says = match provider {
        Provider::Myoperator => {
            "Of what it says only receipts are taken in: neither what customers write nor STOP. Give its account a webhook_token, and have its webhooks carry it."
        }
        Provider::Meta => "Nothing that it says is taken in: give its account the app_secret.",
        _ => "Nothing that it says is taken in: give its account a token.",
    };
    let title = format!("{} could be played by anybody", provider.title());
    Alert::new(Meaning::Attention, title).body(html! { p { (says) } })
}

/// Where reports of mail servers are taken, and what is needed for that.
fn reported(caller: &Caller, are_taken: bool) -> Markup {
    html! {
        p { "A mail server may take a mail and report later that there is no such mailbox, or that its reader called it spam." }
        p {
            @if are_taken { "Such reports are taken, as they came, at " } @else { "Give the account of smtp a webhook_token, and have such reports passed on, as they come, to " }
            code { "POST /webhooks/smtp/" (caller.tenant()) }
            " of yours, with the token as X-API-Key or ?key=. Its bounces_to is the mailbox that they come to."
        }
    }
}

/// By whom a channel goes, one after the other, and which of them says nothing.
fn goes_by(providers: &[Provider], silent: Option<&Silence>, calendar: &Calendar) -> Markup {
    if providers.is_empty() {
        return html! { "Give an account with PUT /api/v1/settings/credentials/{provider}" };
    }
    let names: Vec<&str> = providers.iter().map(|provider| provider.title()).collect();
    html! {
        (names.join(", then "))
        @if let Some(Silence { provider, since, .. }) = silent {
            ". " (provider.title()) " has said nothing of any message since " (calendar.time(*since)) ". Look whether it still calls "
            code { "/webhooks/" (provider) } " of yours."
        }
    }
}

fn test(channel: Channel, csrf: &str, wrong: Option<&Refused>) -> Markup {
    let typed = wrong.map_or("", |wrong| wrong.typed.as_str());
    html! {
        form method="post" action={ (HERE) "/" (channel) "/test" } {
            (ui::csrf(csrf))
            (Field::text("to", "To").of_form(channel.to_string()).value(typed).required().error(field_error(wrong.map(|wrong| &wrong.failure), "to"))
                .help(format!("Sends a short text to {}. What became of it is shown next.", trial::asks(channel))))
            (ui::actions(Button::quiet(format!("Send a test by {}", channel.title()))))
        }
    }
}

/// A choice for each place; who stands nowhere comes after.
fn order(providers: &[Provider], csrf: &str) -> Markup {
    const PLACES: [&str; 4] = ["First", "Then", "Then also", "Last"];
    let choices = || providers.iter().map(|provider| (provider.as_str(), provider.title()));
    html! {
        form method="post" action={ (HERE) "/order" } {
            (ui::csrf(csrf))
            p { "The next one is asked where the one before surely does not have the message." }
            @for (at, (provider, place)) in providers.iter().zip(PLACES).enumerate() {
                (Field::select(format!("place{at}"), place, choices()).value(provider.as_str()))
            }
            (ui::actions(Button::quiet("Save the order")))
        }
    }
}

/// After how long an SMS says what WhatsApp did not deliver.
fn sms_instead(minutes: u32, csrf: &str, wrong: Option<&Refused>) -> Markup {
    let wrong = wrong.filter(|wrong| wrong.failure.0.fields().iter().any(|field| field.field == "minutes"));
    let shown = wrong.map_or(minutes.to_string(), |wrong| wrong.typed.clone());
    html! {
        form method="post" action={ (HERE) "/sms-instead" } {
            (ui::csrf(csrf))
            p { "What somebody is told of their orders, bills and deliveries goes by SMS where WhatsApp has not delivered it after so many minutes, "
                "and at once where it says that it cannot. Offers, answers and codes do not." }
            (Field::input("number", "minutes", "After how many minutes").value(shown).required().help("0 for never.")
                .error(field_error(wrong.map(|wrong| &wrong.failure), "minutes")))
            (ui::actions(Button::quiet("Save")))
        }
    }
}

/// Where a test goes.
#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    to: String,
}

async fn send(State(app): State<App>, caller: Caller, Path(channel): Path<Channel>, Form(typed): Form<Typed>) -> Answer<Response> {
    match refused(trial::send(&app, &caller, channel, &typed.to, None).await)? {
        Ok(sent) => Ok(Redirect::to(&format!("/admin/messages/{}", sent.id)).into_response()),
        Err(failure) => again(&app, &caller, Refused { of: Some(channel), failure, typed: typed.to }).await,
    }
}

/// The places in their order, as the form says them.
fn placed(typed: &[(String, String)]) -> Result<Vec<Provider>> {
    let places = typed.iter().filter(|(name, _)| name.starts_with("place"));
    places.map(|(_, word)| word.parse().map_err(|message: String| Error::field("order", message))).collect()
}

async fn put_order(State(app): State<App>, caller: Caller, Form(typed): Form<Vec<(String, String)>>) -> Answer<Response> {
    let outcome = match placed(&typed) {
        Ok(order) => app.db.run(&caller.who, OrderProviders(order)).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(failure) => again(&app, &caller, Refused { of: None, failure, typed: String::new() }).await,
    }
}

/// After how many minutes, as the form says it.
#[derive(Debug, Deserialize)]
struct Minutes {
    #[serde(default)]
    minutes: String,
}

async fn put_minutes(State(app): State<App>, caller: Caller, Form(typed): Form<Minutes>) -> Answer<Response> {
    let outcome = match filter_part("minutes", Some(&typed.minutes), "a whole number from 0 to 1440") {
        Ok(minutes) => app.db.run(&caller.who, SetMinutes(minutes.unwrap_or(0))).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(failure) => again(&app, &caller, Refused { of: None, failure, typed: typed.minutes }).await,
    }
}

pub(super) async fn again(app: &App, caller: &Caller, wrong: Refused) -> Answer<Response> {
    Ok((status(&wrong.failure.0), page(app, caller, None, Some(&wrong)).await?).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::MessagesRead, show).page().says("Channels", "Which are set up, and a test of each."),
        Route::post("/admin/messages/channels/{channel}/test", Permission::MessagesWrite, send).page().says("Try a channel out", ""),
        Route::post("/admin/messages/channels/order", Permission::TenantWrite, put_order)
            .page()
            .says("Who is asked first", "The order of WhatsApp's providers."),
        Route::post("/admin/messages/channels/sms-instead", Permission::TenantWrite, put_minutes)
            .page()
            .says("Say when an SMS goes in place of WhatsApp", "After so many minutes."),
    ]
}
