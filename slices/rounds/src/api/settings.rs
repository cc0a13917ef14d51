//! `/api/v1/round-settings`: the cut-off, and what customers are told.

use super::view::SettingsView;
use crate::commands::PutSettings;
use crate::queries;
use axum::Json;
use axum::extract::State;
use web::{Answer, App, Body, Caller, Permission, Route};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<SettingsView>> {
    Ok(Json(queries::settings(&mut caller.read(&app)).await?.into()))
}

async fn put(State(app): State<App>, caller: Caller, body: Body<SettingsView>) -> Answer<Json<SettingsView>> {
    Ok(Json(app.db.run(&caller.who, PutSettings(body.value.into())).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/round-settings", Permission::RoundsRead, show)
            .says("Show how rounds go", "The cut-off, and what customers are told.")
            .gives::<SettingsView>(200),
        Route::put("/api/v1/round-settings", Permission::TenantWrite, put)
            .says("Set how rounds go", "From the cut-off on the next day's sheet stands, and customers' changes come too late for it.")
            .takes::<SettingsView>()
            .gives::<SettingsView>(200),
    ]
}
