//! `/api/v1/referrals/settings`: what a shop gives its referrers.

use crate::commands::PutSettings;
use crate::model::ReferralSettings;
use crate::queries;
use axum::Json;
use axum::extract::State;
use web::{Answer, App, Body, Caller, Permission, Route};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<ReferralSettings>> {
    Ok(Json(queries::settings(&mut caller.read(&app)).await?))
}

async fn put(State(app): State<App>, caller: Caller, body: Body<ReferralSettings>) -> Answer<Json<ReferralSettings>> {
    Ok(Json(app.db.run(&caller.who, PutSettings(body.value)).await?))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/referrals/settings", Permission::PaymentsRead, show)
            .says("Show what referrers get", "Their share, and how long it waits.")
            .gives::<ReferralSettings>(200),
        Route::put("/api/v1/referrals/settings", Permission::TenantWrite, put)
            .says("Set what referrers get", "For orders that are placed from now on. What is not said goes back to the usual.")
            .takes::<ReferralSettings>()
            .gives::<ReferralSettings>(200),
    ]
}
