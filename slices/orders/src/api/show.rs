//! `GET /api/v1/orders/{id}`.

use super::view::OrderView;
use crate::queries;
use axum::extract::State;
use axum::response::Json;
use facts::OrderId;
use store::Error;
use web::{Answer, App, Caller, Path, Permission, Route};

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>) -> Answer<Json<OrderView>> {
    let whole = queries::whole(&mut caller.read(&app), id).await?;
    Ok(Json(whole.ok_or_else(|| Error::not_found("order"))?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/orders/{id}", Permission::OrdersRead, show).says("Show an order", "With its lines.").gives::<OrderView>(200)]
}
