//! `/admin/messages/channels/replay`: reading once more what a provider said since a time.

use super::channels::{self, Refused, SetUp};
use crate::commands::ReplayCalls;
use ::channels::Provider;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, Caller, Form, Permission, Route, filter_part};

const HERE: &str = "/admin/messages/channels/replay";

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    provider: String,
    since: String,
}

impl Typed {
    fn calls(&self, caller: &Caller) -> Result<ReplayCalls> {
        let which = || Error::field("provider", "one of those that are offered");
        Ok(ReplayCalls {
            provider: filter_part::<Provider>("provider", Some(&self.provider), "one of those that are offered")?.ok_or_else(which)?,
            since: caller.moment("since", &self.since)?.ok_or_else(|| Error::field("since", "a day and an hour"))?,
        })
    }
}

/// Asks whose, and since when; nothing where no provider calls, or nothing may be asked.
pub(super) fn section(all: &[SetUp], caller: &Caller, wrong: Option<&Refused>) -> Markup {
    let whose: BTreeSet<Provider> =
        all.iter().flat_map(|(_, providers)| providers).copied().filter(|provider| provider.calls_us()).collect();
    if whose.is_empty() || !caller.may(Permission::MessagesWrite) {
        return Markup::default();
    }
    let wrong = wrong.filter(|wrong| field_error(Some(&wrong.failure), "since").is_some());
    let typed = wrong.map_or("", |wrong| wrong.typed.as_str());
    let error = field_error(wrong.map(|wrong| &wrong.failure), "since");
    let choices = whose.iter().map(|provider| (provider.as_str(), provider.title()));
    let form = html! {
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            p { "Whatever providers say of messages, and what people write, is kept word for word. After a fault it is read once more: what is known already stays as it is." }
            (Field::select("provider", "Whose", choices).of_form("replay").required())
            (Field::input("datetime-local", "since", "Since").of_form("replay").value(typed).required().error(error).help("By your shop's clock."))
            (ui::actions(Button::quiet("Read it again")))
        }
    };
    ui::section("What providers said", "", form)
}

async fn replay(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let done = match typed.calls(&caller) {
        Ok(calls) => app.db.run(&caller.who, calls).await,
        Err(error) => Err(error),
    };
    match refused(done)? {
        Ok(calls) => Ok(channels::page(&app, &caller, Some(said(calls)), None).await?.into_response()),
        Err(failure) => channels::again(&app, &caller, Refused { of: None, failure, typed: typed.since }).await,
    }
}

fn said(calls: i64) -> Alert {
    match calls {
        0 => Alert::new(Meaning::Information, "Nothing to read again").body(html! { p { "It has said nothing since then." } }),
        1 => Alert::new(Meaning::Good, "1 call is read again"),
        many => Alert::new(Meaning::Good, format!("{many} calls are read again")),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(HERE, Permission::MessagesWrite, replay)
            .page()
            .says("Read once more what a provider said", "All of it since a time; nothing is taken in twice."),
    ]
}
