//! `/api/v1/features`, and where customers are sent who want more.

use super::view::FeatureView;
use crate::commands::{ChangeFeature, CreateFeature, PutUpgradeUrl};
use crate::model::{Kind, Resets};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::FeatureId;
use serde::{Deserialize, Serialize};
use store::{Error, Once};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Permission, Route, made};

/// A feature to be named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFeature {
    /// 1 to 60 small letters, digits and underscores. It stays.
    #[schema(example = "api_calls")]
    code: String,
    #[schema(example = "API calls")]
    name: String,
    /// `switch` is on or off, `limit` so many at a time, `metered` so much in each period.
    #[schema(value_type = String, example = "metered")]
    kind: Kind,
    /// What is counted; switches have none.
    #[serde(default)]
    #[schema(example = "calls")]
    unit: String,
    /// `period`: with each period of the subscription; `month`: with each month of the calendar. `period` when not said.
    #[serde(default = "with_period")]
    #[schema(value_type = String, example = "period")]
    resets: Resets,
    /// How many percent above the limit it still goes, 0 to 100; 10 when not said.
    #[serde(default = "usual_grace")]
    #[schema(example = 10)]
    grace_percent: i64,
}

fn with_period() -> Resets {
    Resets::Period
}

fn usual_grace() -> i64 {
    10
}

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FeatureChange {
    name: Option<String>,
    unit: Option<String>,
    grace_percent: Option<i64>,
}

/// How entitlements are dealt with.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EntitlementSettings {
    /// Where customers are sent who want more: `upgrade_url` of a 402. Null is the shop.
    #[schema(example = "https://app.example.com/upgrade")]
    upgrade_url: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<FeatureView>>> {
    let features = queries::features(&mut caller.read(&app)).await?;
    Ok(Json(Listed { data: features.into_iter().map(FeatureView::from).collect(), next_cursor: None }))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<FeatureId>) -> Answer<Json<FeatureView>> {
    let feature = queries::feature(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("feature"))?;
    Ok(Json(feature.into()))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewFeature>) -> Answer<Response> {
    let NewFeature { code, name, kind, unit, resets, grace_percent } = body.value;
    let command = CreateFeature { code, name, kind, unit, resets, grace_percent };
    let once = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?,
        None => Once { out: app.db.run(&caller.who, command).await?, replayed: false },
    };
    Ok(made(FeatureView::from(once.out), once.replayed))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<FeatureId>, body: Body<FeatureChange>) -> Answer<Json<FeatureView>> {
    let FeatureChange { name, unit, grace_percent } = body.value;
    Ok(Json(app.db.run(&caller.who, ChangeFeature { id, name, unit, grace_percent }).await?.into()))
}

async fn settings(State(app): State<App>, caller: Caller) -> Answer<Json<EntitlementSettings>> {
    Ok(Json(EntitlementSettings { upgrade_url: queries::upgrade_url(&mut caller.read(&app)).await? }))
}

async fn put_settings(State(app): State<App>, caller: Caller, body: Body<EntitlementSettings>) -> Answer<Json<EntitlementSettings>> {
    let typed = body.value.upgrade_url.unwrap_or_default();
    Ok(Json(EntitlementSettings { upgrade_url: app.db.run(&caller.who, PutUpgradeUrl(typed)).await? }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{EntitlementsRead, SubscriptionsWrite, TenantWrite};
    vec![
        Route::get("/api/v1/features", EntitlementsRead, list)
            .says("List features", "What plans can give, by code.")
            .gives::<Listed<FeatureView>>(200),
        Route::post("/api/v1/features", SubscriptionsWrite, create)
            .says("Name a feature", "Something that plans can give, and that a program asks for by its code.")
            .takes::<NewFeature>()
            .gives::<FeatureView>(201),
        Route::get("/api/v1/features/{id}", EntitlementsRead, show).says("Show a feature", "").gives::<FeatureView>(200),
        Route::put("/api/v1/features/{id}", SubscriptionsWrite, change)
            .says("Change a feature", "Its code, its kind and when it resets stay.")
            .takes::<FeatureChange>()
            .gives::<FeatureView>(200),
        Route::get("/api/v1/entitlement-settings", EntitlementsRead, settings)
            .says("Show the entitlement settings", "")
            .gives::<EntitlementSettings>(200),
        Route::put("/api/v1/entitlement-settings", TenantWrite, put_settings)
            .says("Set the entitlement settings", "Where customers are sent who want more.")
            .takes::<EntitlementSettings>()
            .gives::<EntitlementSettings>(200),
    ]
}
