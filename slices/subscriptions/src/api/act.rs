//! What can be done with a subscription, which each request names as `subscription_id`.

use super::view::{QuoteView, SubscriptionView};
use crate::commands::{
    CancelSubscription, ChangeSubscription, KeepSubscription, LetGoOn, PauseSubscription, PreviewChange, ResumeSubscription,
};
use crate::model::Mode;
use axum::Json;
use axum::extract::State;
use facts::SubscriptionId;
use facts::subscriptions::Cadence;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Permission, Route};

/// A subscription.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    #[schema(value_type = String, example = "sub_01h2xcejqtf2nbrexx3vqjhp41")]
    subscription_id: SubscriptionId,
}

/// A subscription that is to stop, for good or for a while.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Stop {
    #[schema(value_type = String, example = "sub_01h2xcejqtf2nbrexx3vqjhp41")]
    subscription_id: SubscriptionId,
    /// Whether what was billed is still given; false when not said.
    #[serde(default)]
    at_period_end: bool,
    #[serde(default)]
    reason: String,
}

/// A subscription that is to rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rest {
    #[schema(value_type = String, example = "sub_01h2xcejqtf2nbrexx3vqjhp41")]
    subscription_id: SubscriptionId,
    /// Whether what was billed is still given; false when not said.
    #[serde(default)]
    at_period_end: bool,
    /// When it goes on by itself.
    #[schema(example = "2026-12-24")]
    resume_on: Option<String>,
    #[serde(default)]
    reason: String,
}

/// A subscription that goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GoOn {
    #[schema(value_type = String, example = "sub_01h2xcejqtf2nbrexx3vqjhp41")]
    subscription_id: SubscriptionId,
    /// On which day; now when not said.
    #[schema(example = "2026-12-24")]
    on: Option<String>,
}

/// To what a subscription is changed; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Turned {
    #[schema(value_type = String, example = "sub_01h2xcejqtf2nbrexx3vqjhp41")]
    subscription_id: SubscriptionId,
    /// The plan's code.
    #[schema(example = "pro")]
    plan: Option<String>,
    /// `month` or `year`.
    #[schema(value_type = Option<String>, example = "month")]
    cadence: Option<Cadence>,
    quantity: Option<i64>,
    /// `invoice_now` (when not said), `next_invoice`, `next_period` or `reset`.
    #[serde(default = "usual_mode")]
    #[schema(value_type = Option<String>, example = "invoice_now")]
    mode: Mode,
}

/// The mode that is meant where none is said.
fn usual_mode() -> Mode {
    Mode::InvoiceNow
}

/// A subscription and what its change came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionChange)]
struct ChangedView {
    subscription: SubscriptionView,
    quote: QuoteView,
}

fn day(field: &'static str, text: Option<&str>) -> Result<Option<Date>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| Error::field(field, "a day such as 2026-12-24"))).transpose()
}

impl From<Turned> for ChangeSubscription {
    fn from(turned: Turned) -> Self {
        let Turned { subscription_id: id, plan, cadence, quantity, mode } = turned;
        Self { id, plan, cadence, quantity, mode }
    }
}

async fn cancel(State(app): State<App>, caller: Caller, body: Body<Stop>) -> Answer<Json<SubscriptionView>> {
    let Stop { subscription_id: id, at_period_end, reason } = body.value;
    Ok(Json(app.db.run(&caller.who, CancelSubscription { id, at_period_end, reason }).await?.into()))
}

async fn keep(State(app): State<App>, caller: Caller, body: Body<Which>) -> Answer<Json<SubscriptionView>> {
    Ok(Json(app.db.run(&caller.who, KeepSubscription { id: body.value.subscription_id }).await?.into()))
}

async fn pause(State(app): State<App>, caller: Caller, body: Body<Rest>) -> Answer<Json<SubscriptionView>> {
    let Rest { subscription_id: id, at_period_end, resume_on, reason } = body.value;
    let resume_on = day("resume_on", resume_on.as_deref())?;
    Ok(Json(app.db.run(&caller.who, PauseSubscription { id, at_period_end, resume_on, reason }).await?.into()))
}

async fn resume(State(app): State<App>, caller: Caller, body: Body<GoOn>) -> Answer<Json<SubscriptionView>> {
    let on = day("on", body.value.on.as_deref())?;
    Ok(Json(app.db.run(&caller.who, ResumeSubscription { id: body.value.subscription_id, on }).await?.into()))
}

async fn preview(State(app): State<App>, caller: Caller, body: Body<Turned>) -> Answer<Json<QuoteView>> {
    Ok(Json(app.db.run(&caller.who, PreviewChange(body.value.into())).await?.into()))
}

async fn change(State(app): State<App>, caller: Caller, body: Body<Turned>) -> Answer<Json<ChangedView>> {
    let done = app.db.run(&caller.who, ChangeSubscription::from(body.value)).await?;
    Ok(Json(ChangedView { subscription: done.subscription.into(), quote: done.quote.into() }))
}

async fn unpark(State(app): State<App>, caller: Caller, body: Body<Which>) -> Answer<Json<SubscriptionView>> {
    Ok(Json(app.db.run(&caller.who, LetGoOn { id: body.value.subscription_id }).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::SubscriptionsWrite;
    vec![
        Route::post("/api/v1/subscriptions/cancel", SubscriptionsWrite, cancel)
            .says("Cancel a subscription", "Now, or with its period. Nothing is given back by it; a credit note does that.")
            .takes::<Stop>()
            .gives::<SubscriptionView>(200),
        Route::post("/api/v1/subscriptions/keep", SubscriptionsWrite, keep)
            .says("Keep a subscription", "Takes back what was to happen with it later: its end, its rest, its change.")
            .takes::<Which>()
            .gives::<SubscriptionView>(200),
        Route::post("/api/v1/subscriptions/pause", SubscriptionsWrite, pause)
            .says(
                "Pause a subscription",
                "Nothing is billed and nothing given. What is left of a period that was billed goes off the next invoice.",
            )
            .takes::<Rest>()
            .gives::<SubscriptionView>(200),
        Route::post("/api/v1/subscriptions/resume", SubscriptionsWrite, resume)
            .says("Resume a subscription", "A new period begins on that day.")
            .takes::<GoOn>()
            .gives::<SubscriptionView>(200),
        Route::post("/api/v1/subscriptions/preview", SubscriptionsWrite, preview)
            .says("Preview a change", "What it would come to today, to the paisa. Nothing is changed.")
            .takes::<Turned>()
            .gives::<QuoteView>(200),
        Route::post("/api/v1/subscriptions/upgrade", SubscriptionsWrite, change)
            .says("Change a subscription", "Another plan, another cadence, more or less of it. What must be paid first counts once it is.")
            .takes::<Turned>()
            .gives::<ChangedView>(200),
        Route::post("/api/v1/subscriptions/go-on", SubscriptionsWrite, unpark)
            .says("Let a subscription go on", "One that waits for a person.")
            .takes::<Which>()
            .gives::<SubscriptionView>(200),
    ]
}
