//! What subscriptions bring, who could do better, and what somebody has.

use super::view::SubscriptionView;
use crate::queries::{self, Count, Filter};
use crate::revenue::{self, Month, Opportunity, Revenue};
use crate::today;
use axum::Json;
use axum::extract::State;
use facts::{ContactId, Id, Money, SubscriptionId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::Error;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, App, Caller, Cursor, Listed, Permission, Query, Route, filter_part};

/// Subscriptions that are looked at for one person, and opportunities that are named.
const MOST: i64 = 200;

/// A month of recurring revenue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevenueMonth)]
struct MonthView {
    #[schema(example = "2026-11")]
    month: String,
    #[schema(value_type = web::MoneyShape)]
    start: Money,
    #[schema(value_type = web::MoneyShape)]
    new: Money,
    #[schema(value_type = web::MoneyShape)]
    reactivation: Money,
    #[schema(value_type = web::MoneyShape)]
    expansion: Money,
    #[schema(value_type = web::MoneyShape)]
    contraction: Money,
    #[schema(value_type = web::MoneyShape)]
    churn: Money,
    #[schema(value_type = web::MoneyShape)]
    end: Money,
    /// What left of what was there, in basis points.
    churn_bps: Option<i64>,
    /// What became of what was there, in basis points.
    retention_bps: Option<i64>,
}

/// What subscriptions bring in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revenue)]
struct RevenueView {
    /// Each month, without tax. Those on trial and those that rest count nothing.
    #[schema(value_type = web::MoneyShape)]
    mrr: Money,
    #[schema(value_type = web::MoneyShape)]
    arr: Money,
    /// The last twelve, this one last.
    months: Vec<MonthView>,
    /// The next twelve, if customers come and leave as in the last whole months.
    #[schema(value_type = Vec<web::MoneyShape>)]
    forecast: Vec<Money>,
}

/// One for each currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revenues)]
struct Revenues {
    data: Vec<RevenueView>,
}

impl From<Revenue> for RevenueView {
    fn from(revenue: Revenue) -> Self {
        let month = |month: &Month| MonthView {
            month: month.moved.month.clone(),
            start: revenue.money(month.start_minor),
            new: revenue.money(month.moved.new_minor),
            reactivation: revenue.money(month.moved.reactivation_minor),
            expansion: revenue.money(month.moved.expansion_minor),
            contraction: revenue.money(month.moved.contraction_minor),
            churn: revenue.money(month.moved.churn_minor),
            end: revenue.money(month.end_minor),
            churn_bps: month.churn_bps(),
            retention_bps: month.retention_bps(),
        };
        Self {
            mrr: revenue.money(revenue.mrr_minor),
            arr: revenue.arr(),
            months: revenue.months.iter().map(month).collect(),
            forecast: revenue.forecast.iter().map(|minor| revenue.money(*minor)).collect(),
        }
    }
}

/// Somebody who would pay less by the year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UpgradeOpportunity)]
struct OpportunityView {
    #[schema(value_type = String)]
    subscription_id: SubscriptionId,
    #[schema(value_type = String)]
    contact_id: ContactId,
    customer_name: String,
    plan: String,
    /// For how many months it has run.
    months: i64,
    /// What a year by the year saves.
    #[schema(value_type = web::MoneyShape)]
    saves: Money,
}

impl From<Opportunity> for OpportunityView {
    fn from(found: Opportunity) -> Self {
        let saves = found.saves();
        let Opportunity { id, contact_id, customer_name, plan, periods, .. } = found;
        Self { subscription_id: id, contact_id, customer_name, plan, months: periods, saves }
    }
}

/// Whose, or which one.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Whose {
    /// One subscription.
    subscription_id: Option<String>,
    /// All of one contact.
    contact_id: Option<String>,
}

/// How subscriptions stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriptionStatus)]
struct Status {
    /// How many stand how, of all that are meant.
    counts: BTreeMap<String, i64>,
    /// Whether whoever is meant is given something they subscribed to; null where nobody was named.
    has_access: Option<bool>,
    /// Those that are meant; none where nobody was named.
    data: Vec<SubscriptionView>,
}

async fn bring(State(app): State<App>, caller: Caller) -> Answer<Json<Revenues>> {
    let all = revenue::revenue(&mut caller.read(&app), today(&app, &caller)).await?;
    Ok(Json(Revenues { data: all.into_iter().map(RevenueView::from).collect() }))
}

async fn opportunities(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<OpportunityView>>> {
    let found = revenue::opportunities(&mut caller.read(&app), MOST).await?;
    Ok(Json(Listed { data: found.into_iter().map(OpportunityView::from).collect(), next_cursor: None }))
}

async fn status(State(app): State<App>, caller: Caller, Query(whose): Query<Whose>) -> Answer<Json<Status>> {
    let mut read = caller.read(&app);
    let one: Option<SubscriptionId> = filter_part("subscription_id", whose.subscription_id.as_deref(), "an id like sub_01j8…")?;
    let contact: Option<ContactId> = filter_part("contact_id", whose.contact_id.as_deref(), "an id like con_01j8…")?;
    let found = match (one, contact) {
        (Some(id), _) => vec![queries::subscription(&mut read, id).await?.ok_or_else(|| Error::not_found("subscription"))?],
        (None, Some(_)) => {
            let newest = Cursor { at: Time(i64::MAX), id: SubscriptionId::from_uuid(Uuid::max()).uuid() };
            queries::page(&mut read, &Filter { contact, ..Filter::default() }, newest, MOST).await?
        }
        (None, None) => {
            let counts = queries::counts(&mut read).await?.into_iter().map(|Count { state, count }| (state.to_string(), count)).collect();
            return Ok(Json(Status { counts, has_access: None, data: Vec::new() }));
        }
    };
    let mut counts = BTreeMap::new();
    for sub in &found {
        *counts.entry(sub.state.to_string()).or_insert(0) += 1;
    }
    let has_access = Some(found.iter().any(crate::model::Subscription::has_access));
    Ok(Json(Status { counts, has_access, data: found.into_iter().map(SubscriptionView::from).collect() }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/subscriptions/status", Permission::SubscriptionsRead, status)
            .says("How subscriptions stand", "All of them in numbers; or those of one contact, and whether they have access.")
            .query::<Whose>()
            .gives::<Status>(200),
        Route::get("/api/v1/subscriptions/revenue", Permission::SubscriptionsRead, bring)
            .says("Recurring revenue", "By month and movement, with a forecast.")
            .gives::<Revenues>(200),
        Route::get("/api/v1/subscriptions/upgrade-opportunities", Permission::SubscriptionsRead, opportunities)
            .says("Upgrade opportunities", "Who has stayed for three months and more and would pay less by the year.")
            .gives::<Listed<OpportunityView>>(200),
    ]
}
