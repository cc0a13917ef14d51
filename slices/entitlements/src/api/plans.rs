//! `/api/v1/plans/{id}/features`.

use crate::commands::{Given, PutPlanFeatures};
use crate::entitle::shown;
use crate::model::{Feature, Kind};
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::PlanId;
use serde::{Deserialize, Serialize};
use store::{Error, Look, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

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
        let allows = *gives.get(&feature.code)?;
        Some(GivenShape { limit: shown(allows).filter(|_| feature.kind != Kind::Switch), feature: feature.code })
    };
    Ok(PlanFeatures { features: features.into_iter().filter_map(one).collect() })
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>) -> Answer<Json<PlanFeatures>> {
    Ok(Json(given(&mut caller.read(&app), id).await?))
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<PlanId>, body: Body<PlanFeatures>) -> Answer<Json<PlanFeatures>> {
    let gives = body.value.features.into_iter().map(|given| Given { feature: given.feature, limit: given.limit }).collect();
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
                "As a whole: a feature that is left out is not given. It holds at once for everybody who has the plan.",
            )
            .takes::<PlanFeatures>()
            .gives::<PlanFeatures>(200),
    ]
}
