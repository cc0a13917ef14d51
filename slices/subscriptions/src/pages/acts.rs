//! What the buttons of a subscription's page do.

use super::HERE;
use super::show::{Tried, page};
use crate::commands::{
    CancelSubscription, ChangeSubscription, KeepSubscription, LetGoOn, PauseSubscription, PreviewChange, ResumeSubscription,
};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::SubscriptionId;
use facts::subscriptions::Cadence;
use jiff::civil::Date;
use serde::Deserialize;
use store::{Error, Result};
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route, filter_part};

/// How it is to stop.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stop {
    when: String,
    resume_on: String,
    reason: String,
}

/// What a subscription is to be changed to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    /// The plan's code and the cadence, `starter/month`.
    pub plan: String,
    pub quantity: String,
    pub mode: String,
}

impl Wish {
    fn change(&self, id: SubscriptionId) -> Result<ChangeSubscription> {
        let choose = || Error::field("plan", "one of the plans");
        let (plan, cadence) = self.plan.split_once('/').ok_or_else(choose)?;
        let cadence: Cadence = cadence.parse().map_err(|_| choose())?;
        Ok(ChangeSubscription {
            id,
            plan: Some(plan.to_owned()),
            cadence: Some(cadence),
            quantity: filter_part("quantity", Some(self.quantity.trim()), "a whole number")?,
            mode: self.mode.parse().map_err(|_| Error::field("mode", "one of those shown"))?,
        })
    }
}

/// Back to the page, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, id: SubscriptionId, outcome: Result<T>) -> Answer<Response> {
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(wrong) => {
            let shown = page(app, caller, id, Tried { wrong: Some(&wrong), quote: None }).await?;
            Ok((status(&wrong.0), shown).into_response())
        }
    }
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>, Form(stop): Form<Stop>) -> Answer<Response> {
    let cancel = CancelSubscription { id, at_period_end: stop.when != "now", reason: stop.reason };
    let outcome = app.db.run(&caller.who, cancel).await;
    done(&app, &caller, id, outcome).await
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>, Form(stop): Form<Stop>) -> Answer<Response> {
    let outcome = match filter_part::<Date>("resume_on", Some(stop.resume_on.trim()), "a day") {
        Ok(resume_on) => {
            let pause = PauseSubscription { id, at_period_end: stop.when == "period_end", resume_on, reason: stop.reason };
            app.db.run(&caller.who, pause).await
        }
        Err(error) => Err(error),
    };
    done(&app, &caller, id, outcome).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, ResumeSubscription { id, on: None }).await;
    done(&app, &caller, id, outcome).await
}

async fn keep(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, KeepSubscription { id }).await;
    done(&app, &caller, id, outcome).await
}

async fn go_on(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, LetGoOn { id }).await;
    done(&app, &caller, id, outcome).await
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>, Form(wish): Form<Wish>) -> Answer<Response> {
    let outcome = match wish.change(id) {
        Ok(change) => app.db.run(&caller.who, change).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, id, outcome).await
}

async fn preview(State(app): State<App>, caller: Caller, Path(id): Path<SubscriptionId>, Form(wish): Form<Wish>) -> Answer<Response> {
    let outcome = match wish.change(id) {
        Ok(change) => app.db.run(&caller.who, PreviewChange(change)).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(quote) => Ok(page(&app, &caller, id, Tried { wrong: None, quote: Some((quote, wish)) }).await?.into_response()),
        Err(wrong) => {
            let shown = page(&app, &caller, id, Tried { wrong: Some(&wrong), quote: None }).await?;
            Ok((status(&wrong.0), shown).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::SubscriptionsWrite;
    vec![
        Route::post("/admin/subscriptions/{id}/cancel", SubscriptionsWrite, cancel).page().says("Cancel", "Now, or with its period."),
        Route::post("/admin/subscriptions/{id}/pause", SubscriptionsWrite, pause).page().says("Pause", "Now, or with its period."),
        Route::post("/admin/subscriptions/{id}/resume", SubscriptionsWrite, resume).page().says("Resume", "A new period begins."),
        Route::post("/admin/subscriptions/{id}/keep", SubscriptionsWrite, keep).page().says("Keep", "Takes back what was to happen."),
        Route::post("/admin/subscriptions/{id}/go-on", SubscriptionsWrite, go_on)
            .page()
            .says("Let it go on", "One that waits for a person."),
        Route::post("/admin/subscriptions/{id}/change", SubscriptionsWrite, change).page().says("Change", "Plan, cadence or quantity."),
        Route::post("/admin/subscriptions/{id}/preview", SubscriptionsWrite, preview).page().says("Preview a change", "What it comes to."),
    ]
}
