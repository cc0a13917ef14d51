//! `/api/v1/consent-settings`: who may be sold to, and a shop's own words.

use crate::commands::PutSettings;
use crate::model::ConsentSettings;
use crate::queries;
use axum::Json;
use axum::extract::State;
use web::{Answer, App, Body, Caller, Permission, Route};

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<ConsentSettings>> {
    Ok(Json(queries::settings(&mut caller.read(&app)).await?))
}

async fn put(State(app): State<App>, caller: Caller, body: Body<ConsentSettings>) -> Answer<Json<ConsentSettings>> {
    Ok(Json(app.db.run(&caller.who, PutSettings(body.value)).await?))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/consent-settings", Permission::ContactsRead, show)
            .says(
                "Show the rules of consent",
                "Whether campaigns need consent on a channel, and the shop's own words for STOP, START and HELP.",
            )
            .gives::<ConsentSettings>(200),
        Route::put("/api/v1/consent-settings", Permission::TenantWrite, put)
            .says("Set the rules of consent", "All of them; what is not said goes back to the usual. Who is stopped stays stopped.")
            .takes::<ConsentSettings>()
            .gives::<ConsentSettings>(200),
    ]
}
