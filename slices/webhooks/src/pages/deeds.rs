//! What is done about an endpoint on its page.

use super::endpoint::{Shown, page};
use super::endpoints::{HERE, secret_once};
use super::form::Typed;
use crate::commands::{ChangeEndpoint, RemoveEndpoint, ReplayEndpoint, RotateSecret, TestEndpoint, Wanted};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{Time, WebhookEndpointId};
use http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::html;
use serde::Deserialize;
use store::{Error, Kind, Result};
use web::ui::{Alert, Meaning};
use web::{Answer, App, Caller, Form, Path, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    const MAY: Permission = Permission::WebhooksWrite;
    vec![
        Route::post("/admin/webhooks/endpoints/{id}", MAY, change).says("Change a webhook endpoint", "").page(),
        Route::post("/admin/webhooks/endpoints/{id}/test", MAY, test).says("Send a test event", "").page(),
        Route::post("/admin/webhooks/endpoints/{id}/rotate", MAY, rotate).says("Make a new secret", "").page(),
        Route::post("/admin/webhooks/endpoints/{id}/enable", MAY, enable).says("Enable a webhook endpoint", "").page(),
        Route::post("/admin/webhooks/endpoints/{id}/disable", MAY, disable).says("Disable a webhook endpoint", "").page(),
        Route::post("/admin/webhooks/endpoints/{id}/remove", MAY, remove).says("Remove a webhook endpoint", "").page(),
        Route::post("/admin/webhooks/endpoints/{id}/replay", MAY, replay).says("Send deliveries again", "").page(),
    ]
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let changed = match typed.wanted(&app.outside) {
        Ok(wanted) => app.db.run(&caller.who, ChangeEndpoint { id, wanted, enabled: None }).await,
        Err(error) => Err(error),
    };
    let done = changed.map(|()| Shown {
        notice: html! { (Alert::new(Meaning::Good, "It is saved, and holds for what is sent from now on.")) },
        ..Shown::default()
    });
    answer(&app, &caller, id, done, Some(typed)).await
}

/// The page with what was done, or with what is wrong beside the field.
async fn answer(app: &App, caller: &Caller, id: WebhookEndpointId, done: Result<Shown>, typed: Option<Typed>) -> Answer<Response> {
    match done {
        Ok(shown) => Ok(page(app, caller, id, shown).await?.into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let shown = Shown { wrong: Some(error.into()), typed, ..Shown::default() };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, caller, id, shown).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn test(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Redirect> {
    let made = app.db.run(&caller.who, TestEndpoint(id)).await?;
    Ok(Redirect::to(&format!("/admin/webhooks/deliveries/{made}")))
}

async fn rotate(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Html<String>> {
    let secret = app.db.run(&caller.who, RotateSecret { id, vault: app.vault.clone() }).await?;
    // No redirect: the secret is in this answer and nowhere else.
    let notice = html! { (secret_once("New secret made; the old one signs along for 24 hours".to_owned(), &secret)) };
    page(&app, &caller, id, Shown { notice, ..Shown::default() }).await
}

async fn set(app: &App, caller: &Caller, id: WebhookEndpointId, enabled: bool) -> Answer<Redirect> {
    let wanted = Wanted::new(&app.outside, None, None, None)?;
    app.db.run(&caller.who, ChangeEndpoint { id, wanted, enabled: Some(enabled) }).await?;
    Ok(Redirect::to(&format!("{HERE}/{id}")))
}

async fn enable(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Redirect> {
    set(&app, &caller, id, true).await
}

async fn disable(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Redirect> {
    set(&app, &caller, id, false).await
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Redirect> {
    app.db.run(&caller.who, RemoveEndpoint(id)).await?;
    Ok(Redirect::to(HERE))
}

/// Since when, and whether what arrived is meant too.
#[derive(Debug, Deserialize)]
struct Again {
    #[serde(default)]
    since: String,
    delivered: Option<String>,
}

async fn replay(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>, Form(again): Form<Again>) -> Answer<Response> {
    let done = match midnight(&again.since, &caller.time_zone) {
        Ok(since) => app.db.run(&caller.who, ReplayEndpoint { id, since, failed_only: again.delivered.is_none() }).await,
        Err(error) => Err(error),
    };
    let done = done.map(|count| {
        let words = match count {
            0 => "There was nothing to send again.".to_owned(),
            1 => "1 event is sent again.".to_owned(),
            many => format!("{many} events are sent again."),
        };
        Shown { notice: html! { (Alert::new(Meaning::Good, words)) }, ..Shown::default() }
    });
    answer(&app, &caller, id, done, None).await
}

/// The beginning of a day on the tenant's calendar.
fn midnight(day: &str, zone: &str) -> Result<Time> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = day.trim().parse::<Date>().ok().and_then(|day| day.to_zoned(zone).ok());
    at.map(|at| Time::from(at.timestamp())).ok_or_else(|| Error::field("since", "a day, such as 2026-11-21"))
}
