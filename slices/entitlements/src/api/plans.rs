//! `/api/v1/plans/{id}/features`.

use crate::commands::{Given, PutPlanFeatures};
use crate::entitle::shown;
use crate::model::{Feature, Kind, Overage};
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::{Money, PlanId};
use serde::{Deserialize, Serialize};
use store::{Error, Look, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// What is asked for what is used above a limit, which does not hold then.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Overage)]
pub(super) struct OverageShape {
    /// What a package costs, the tax in it, in the plan's currency.
    #[schema(value_type = web::MoneyShape)]
    pub price: Money,
    /// How many units are sold together; 1 when not said. A package that is begun is billed whole.
    #[serde(default = "one")]
    #[schema(example = 1000)]
    pub per: i64,
}

fn one() -> i64 {
    1
}

/// So much of a feature.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanFeature)]
struct GivenShape {
    /// Its code.
    #[schema(example = "api_calls")]
    feature: String,
    /// For each that is subscribed to. Null is no limit; a switch has none.
    #[schema(example = 1000)]
    limit: Option<i64>,
    /// Null where the limit holds. Only what is metered can go over.
    #[serde(default)]
    overage: Option<OverageShape>,
}

/// What a plan gives: a feature that is not there is not given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanFeatures {
    features: Vec<GivenShape>,
}

async fn given(look: &mut impl Look, plan: PlanId) -> Result<PlanFeatures> {
    subscriptions::plan(look, plan).await?.ok_or_else(|| Error::not_found("plan"))?;
    let gives = queries::plan_gives(look, plan).await?;
    let features = queries::features(look).await?;
    let one = |feature: Feature| {
        let gift = gives.get(&feature.code)?;
        let overage = gift.over.map(|over| OverageShape { price: over.price, per: over.per });
        Some(GivenShape { limit: shown(gift.allows).filter(|_| feature.kind != Kind::Switch), overage, feature: feature.code })
    };
    Ok(PlanFeatures { features: features.into_iter().filter_map(one).collect() })
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>) -> Answer<Json<PlanFeatures>> {
    Ok(Json(given(&mut caller.read(&app), id).await?))
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>, body: Body<PlanFeatures>) -> Answer<Json<PlanFeatures>> {
    let wanted = |GivenShape { feature, limit, overage }: GivenShape| {
        let over = overage.map(|OverageShape { price, per }| Overage { price, per });
        Given { feature, limit, over }
    };
    let gives = body.value.features.into_iter().map(wanted).collect();
    app.db.run(&caller.who, PutPlanFeatures { plan: id, gives }).await?;
    Ok(Json(given(&mut app.db.read_main(caller.tenant()), id).await?))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/plans/{id}/features", Permission::EntitlementsRead, show)
            .says("Show what a plan gives", "")
            .gives::<PlanFeatures>(200),
        Route::put("/api/v1/plans/{id}/features", Permission::SubscriptionsWrite, put)
            .says(
                "Say what a plan gives",
                "As a whole: a feature that is left out is not given. It holds at once for everybody who has the plan. With an \
                 `overage` the limit does not stop anybody who has subscribed and is not on trial: what is used above it is billed when the \
                 period is over, by the limit and the price that held when something was used last.",
            )
            .takes::<PlanFeatures>()
            .gives::<PlanFeatures>(200),
    ]
}
