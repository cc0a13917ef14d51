//! `/api/v1/plans`, and how those who do not pay are dealt with.

use crate::commands::{ChangePlan, CreatePlan, Elsewhere, NewPrice, PutPolicy};
use crate::model::{Offer, PlanPrice, Policy};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::subscriptions::Cadence;
use facts::{Money, PlanId, PlanPriceId, Time};
use serde::{Deserialize, Serialize};
use store::{Error, Once};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Permission, Route, made};

/// What a plan costs now, for one cadence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPrice)]
struct PriceView {
    #[schema(value_type = String)]
    id: PlanPriceId,
    /// `month` or `year`.
    #[schema(value_type = String, example = "month")]
    cadence: Cadence,
    version: i64,
    /// What a period of one costs, the tax in it.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    trial_days: i64,
    hsn: String,
    rate_bps: i64,
}

impl From<PlanPrice> for PriceView {
    fn from(price: PlanPrice) -> Self {
        let amount = price.amount();
        let PlanPrice { id, cadence, version, trial_days, hsn, rate_bps, .. } = price;
        Self { id, cadence, version, amount, trial_days, hsn, rate_bps }
    }
}

/// Something that can be subscribed to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
struct PlanView {
    #[schema(value_type = String, example = "plan_01h2xcejqtf2nbrexx3vqjhp41")]
    id: PlanId,
    #[schema(example = "starter")]
    code: String,
    name: String,
    description: String,
    /// Whether anybody new can subscribe to it.
    active: bool,
    prices: Vec<PriceView>,
    /// Stripe's price under which it is sold there.
    stripe_price: Option<String>,
    /// Razorpay's plan under which it is sold there.
    razorpay_plan: Option<String>,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
}

impl From<Offer> for PlanView {
    fn from(offer: Offer) -> Self {
        let plan = offer.plan;
        Self {
            id: plan.id,
            code: plan.code,
            name: plan.name,
            description: plan.description,
            active: plan.active,
            stripe_price: plan.stripe_price,
            razorpay_plan: plan.razorpay_plan,
            prices: offer.prices.into_iter().map(PriceView::from).collect(),
            created_at: plan.created_at,
        }
    }
}

/// What a plan costs from now on, for one cadence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceIn {
    /// `month` or `year`.
    #[schema(value_type = String, example = "month")]
    cadence: Cadence,
    /// What a period of one costs, the tax in it.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    #[serde(default)]
    trial_days: i64,
    #[serde(default)]
    #[schema(example = "998431")]
    hsn: String,
    #[serde(default)]
    #[schema(example = 1800)]
    rate_bps: i64,
}

impl From<PriceIn> for NewPrice {
    fn from(price: PriceIn) -> Self {
        let PriceIn { cadence, amount, trial_days, hsn, rate_bps } = price;
        Self { cadence, amount, trial_days, hsn, rate_bps }
    }
}

/// A plan to be offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlan {
    /// 1 to 60 small letters, digits and hyphens.
    #[schema(example = "starter")]
    code: String,
    name: String,
    #[serde(default)]
    description: String,
    prices: Vec<PriceIn>,
    /// Stripe's price under which it is sold there: subscriptions that Stripe runs under it are to this plan.
    #[schema(example = "price_1Q2w3E4r5T")]
    stripe_price: Option<String>,
    /// Razorpay's plan under which it is sold there.
    razorpay_plan: Option<String>,
}

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanChange {
    name: Option<String>,
    description: Option<String>,
    active: Option<bool>,
    /// Another price is a new version; subscribers keep theirs.
    #[serde(default)]
    prices: Vec<PriceIn>,
    /// Stripe's price under which it is sold there; empty for none.
    stripe_price: Option<String>,
    /// Razorpay's plan under which it is sold there; empty for none.
    razorpay_plan: Option<String>,
}

/// How those who do not pay are dealt with.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SubscriptionPolicy)]
struct PolicyShape {
    /// Days after the last day to pay on which a subscription still runs: 0, 2, 7, 14 or 21.
    #[schema(example = 14)]
    grace_days: i64,
    /// Whether it ends then, or stays unpaid.
    cancel: bool,
    /// Hours within which a first invoice has to be paid.
    #[schema(example = 23)]
    first_hours: i64,
}

impl From<Policy> for PolicyShape {
    fn from(policy: Policy) -> Self {
        let Policy { grace_days, cancel, first_hours } = policy;
        Self { grace_days, cancel, first_hours }
    }
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<PlanView>>> {
    let offers = queries::offers(&mut caller.read(&app)).await?;
    Ok(Json(Listed { data: offers.into_iter().map(PlanView::from).collect(), next_cursor: None }))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>) -> Answer<Json<PlanView>> {
    let mut read = caller.read(&app);
    let plan = queries::plan(&mut read, id).await?.ok_or_else(|| Error::not_found("plan"))?;
    let prices = queries::prices_of(&mut read, id).await?;
    Ok(Json(Offer { plan, prices }.into()))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewPlan>) -> Answer<Response> {
    let NewPlan { code, name, description, prices, stripe_price, razorpay_plan } = body.value;
    let elsewhere = Elsewhere { stripe_price, razorpay_plan };
    let command = CreatePlan { code, name, description, prices: prices.into_iter().map(NewPrice::from).collect(), elsewhere };
    let once = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?,
        None => Once { out: app.db.run(&caller.who, command).await?, replayed: false },
    };
    Ok(made(PlanView::from(once.out), once.replayed))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>, body: Body<PlanChange>) -> Answer<Json<PlanView>> {
    let PlanChange { name, description, active, prices, stripe_price, razorpay_plan } = body.value;
    let elsewhere = Elsewhere { stripe_price, razorpay_plan };
    let command = ChangePlan { id, name, description, active, prices: prices.into_iter().map(NewPrice::from).collect(), elsewhere };
    Ok(Json(app.db.run(&caller.who, command).await?.into()))
}

async fn policy(State(app): State<App>, caller: Caller) -> Answer<Json<PolicyShape>> {
    Ok(Json(queries::policy(&mut caller.read(&app)).await?.into()))
}

async fn put_policy(State(app): State<App>, caller: Caller, body: Body<PolicyShape>) -> Answer<Json<PolicyShape>> {
    let PolicyShape { grace_days, cancel, first_hours } = body.value;
    Ok(Json(app.db.run(&caller.who, PutPolicy(Policy { grace_days, cancel, first_hours })).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{SubscriptionsRead, SubscriptionsWrite};
    vec![
        Route::get("/api/v1/plans", SubscriptionsRead, list)
            .says("List plans", "Newest first, with what they cost now.")
            .gives::<Listed<PlanView>>(200),
        Route::post("/api/v1/plans", SubscriptionsWrite, create)
            .says("Make a plan", "With the first version of its prices.")
            .takes::<NewPlan>()
            .gives::<PlanView>(201),
        Route::get("/api/v1/plans/{id}", SubscriptionsRead, show).says("Show a plan", "").gives::<PlanView>(200),
        Route::put("/api/v1/plans/{id}", SubscriptionsWrite, change)
            .says("Change a plan", "A changed price is a new version; whoever has subscribed keeps the one that was agreed on.")
            .takes::<PlanChange>()
            .gives::<PlanView>(200),
        Route::get("/api/v1/subscription-policy", SubscriptionsRead, policy)
            .says("Show the subscription policy", "How those who do not pay are dealt with.")
            .gives::<PolicyShape>(200),
        Route::put("/api/v1/subscription-policy", Permission::TenantWrite, put_policy)
            .says("Set the subscription policy", "Subscriptions keep to it from their next step on.")
            .takes::<PolicyShape>()
            .gives::<PolicyShape>(200),
    ]
}
