//! `/api/v1/routes`.

use super::view::RouteView;
use crate::commands::SaveRoute;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::RouteId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Permission, Route, made};

/// A route, as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRoute {
    #[schema(example = "North")]
    name: String,
    /// Its place among the routes; it stays, or is 0, when not said.
    position: Option<i64>,
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<RouteView>>> {
    let data = queries::routes(&mut caller.read(&app)).await?.into_iter().map(RouteView::from).collect();
    Ok(Json(Listed { data, next_cursor: None }))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewRoute>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewRoute { name, position } = body.value;
    let once = app.db.run_once(&caller.who, key, SaveRoute { id: None, name, position }).await?;
    Ok(made(RouteView::from(once.out), once.replayed))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<RouteId>, body: Body<NewRoute>) -> Answer<Json<RouteView>> {
    let NewRoute { name, position } = body.value;
    Ok(Json(app.db.run(&caller.who, SaveRoute { id: Some(id), name, position }).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/routes", Permission::RoundsRead, list)
            .says("List routes", "All of them, in their order.")
            .gives::<Listed<RouteView>>(200),
        Route::post("/api/v1/routes", Permission::RoundsWrite, create)
            .says("Make a route", "A way that somebody goes with what is delivered.")
            .keyed()
            .takes::<NewRoute>()
            .gives::<RouteView>(201),
        Route::put("/api/v1/routes/{id}", Permission::RoundsWrite, change)
            .says("Change a route", "Its name and its place among the others.")
            .takes::<NewRoute>()
            .gives::<RouteView>(200),
    ]
}
