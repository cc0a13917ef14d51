//! `/api/v1/recovery/settings`: whether, when and with which discounts a shop reminds.

use crate::commands::PutSettings;
use crate::model::RecoverySettings;
use crate::queries;
use axum::Json;
use axum::extract::State;
use web::{Answer, App, Body, Caller, Permission, Route};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<RecoverySettings>> {
    Ok(Json(queries::settings(&mut caller.read(&app)).await?))
}

async fn put(State(app): State<App>, caller: Caller, body: Body<RecoverySettings>) -> Answer<Json<RecoverySettings>> {
    Ok(Json(app.db.run(&caller.who, PutSettings(body.value)).await?))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/recovery/settings", Permission::OrdersRead, show)
            .says("Show how abandoned orders are reminded of", "Whether, when, and with which discounts.")
            .gives::<RecoverySettings>(200),
        Route::put("/api/v1/recovery/settings", Permission::TenantWrite, put)
            .says(
                "Set how abandoned orders are reminded of",
                "What is not said goes back to the usual. It holds from the next reminder on.",
            )
            .takes::<RecoverySettings>()
            .gives::<RecoverySettings>(200),
    ]
}
