//! `GET /api/v1/recovery/analytics`: what reminders brought.

use crate::queries::{self, OfStep, Sums};
use axum::Json;
use axum::extract::State;
use facts::{Currency, Money, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Permission, Query, Route};

/// How many days are looked back when nothing is said.
pub(crate) const SPAN: i64 = 30;

/// How far back.
#[derive(Debug, Deserialize, IntoParams)]
struct Back {
    /// Orders placed in so many days until now, 1 to 365; 30 when not said.
    days: Option<String>,
}

/// The moment so many days ago.
///
/// # Errors
/// The field.
pub(crate) fn since(days: Option<&str>, now: Time) -> Result<(i64, Time)> {
    let wrong = || Error::field("days", "1 to 365 days");
    let days: i64 = match days.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|_| wrong())?,
        None => SPAN,
    };
    let span = u64::try_from(days).ok().filter(|days| (1..=365).contains(days)).ok_or_else(wrong)?;
    Ok((days, now.before(Duration::from_secs(span * 86_400))))
}

/// What reminders brought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecoveryAnalytics)]
struct AnalyticsView {
    /// How many days are looked back.
    days: i64,
    /// By currency.
    sums: Vec<SumsView>,
    /// By reminder.
    steps: Vec<StepView>,
}

/// What reminders brought in one currency. An order that was placed anew from a reminder counts once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecoverySums)]
struct SumsView {
    #[schema(value_type = String, example = "INR")]
    currency: Currency,
    /// Orders that were left.
    abandoned: i64,
    #[schema(value_type = web::MoneyShape)]
    abandoned_amount: Money,
    /// Of them, those whose buyer was reminded.
    reminded: i64,
    /// Those of which a reminder was opened, as far as mails tell.
    opened: i64,
    /// Those whose link was followed.
    clicked: i64,
    /// Those that were paid within a week of a reminder.
    recovered: i64,
    #[schema(value_type = web::MoneyShape)]
    recovered_amount: Money,
    /// Those of them whose link was followed before.
    by_link: i64,
    #[schema(value_type = web::MoneyShape)]
    by_link_amount: Money,
    /// Those that the same contact paid.
    by_contact: i64,
    #[schema(value_type = web::MoneyShape)]
    by_contact_amount: Money,
}

impl From<Sums> for SumsView {
    fn from(sums: Sums) -> Self {
        let money = |minor: i64| Money::new(minor, sums.currency);
        Self {
            currency: sums.currency,
            abandoned: sums.left,
            abandoned_amount: money(sums.left_minor),
            reminded: sums.reminded,
            opened: sums.opened,
            clicked: sums.clicked,
            recovered: sums.recovered,
            recovered_amount: money(sums.recovered_minor),
            by_link: sums.by_link,
            by_link_amount: money(sums.by_link_minor),
            by_contact: sums.by_contact,
            by_contact_amount: money(sums.by_contact_minor),
        }
    }
}

/// What became of one of the reminders.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecoveryStepResult)]
struct StepView {
    /// Its number, from 1.
    step: i64,
    sent: i64,
    opened: i64,
    /// Those whose link was followed.
    clicked: i64,
    /// How many followed it, each visitor once.
    clicks: i64,
    /// Orders that were paid with it as the last reminder.
    recovered: i64,
}

impl From<OfStep> for StepView {
    fn from(OfStep { step, sent, opened, clicked, clicks, recovered }: OfStep) -> Self {
        Self { step, sent, opened, clicked, clicks, recovered }
    }
}

async fn analytics(State(app): State<App>, caller: Caller, Query(back): Query<Back>) -> Answer<Json<AnalyticsView>> {
    let (days, since) = since(back.days.as_deref(), app.db.clock().now())?;
    let mut read = caller.read(&app);
    let sums = queries::sums(&mut read, since).await?.into_iter().map(SumsView::from).collect();
    let steps = queries::steps(&mut read, since).await?.into_iter().map(StepView::from).collect();
    Ok(Json(AnalyticsView { days, sums, steps }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/recovery/analytics", Permission::OrdersRead, analytics)
            .says("What reminders brought", "Sent, opened, followed and paid: by link, by contact, and by reminder.")
            .query::<Back>()
            .gives::<AnalyticsView>(200),
    ]
}
