//! One delivery: marked, or changed on its sheet.

use super::view::DeliveryView;
use crate::commands::{ChangeDelivery, MarkDelivery, Noted};
use axum::Json;
use axum::extract::State;
use facts::DeliveryId;
use facts::rounds::DeliveryState;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// When it comes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEta {
    #[schema(example = "07:30")]
    eta: String,
}

/// Another quantity.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewQuantity {
    /// A decimal in text; `0` calls it off.
    #[schema(example = "2")]
    quantity: String,
}

async fn mark(app: &App, caller: &Caller, id: DeliveryId, state: DeliveryState, eta: Option<&str>) -> Answer<Json<DeliveryView>> {
    let noted = Noted::read(state, eta)?;
    Ok(Json(app.db.run(&caller.who, MarkDelivery { id, noted }).await?.into()))
}

async fn delivered(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>) -> Answer<Json<DeliveryView>> {
    mark(&app, &caller, id, DeliveryState::Delivered, None).await
}

async fn missed(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>) -> Answer<Json<DeliveryView>> {
    mark(&app, &caller, id, DeliveryState::Missed, None).await
}

async fn delayed(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>, body: Body<NewEta>) -> Answer<Json<DeliveryView>> {
    mark(&app, &caller, id, DeliveryState::Delayed, Some(&body.value.eta)).await
}

async fn undo(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>) -> Answer<Json<DeliveryView>> {
    mark(&app, &caller, id, DeliveryState::Planned, None).await
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<DeliveryId>, body: Body<NewQuantity>) -> Answer<Json<DeliveryView>> {
    Ok(Json(app.db.run(&caller.who, ChangeDelivery { id, quantity: body.value.quantity }).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::RoundsWrite;
    vec![
        Route::put("/api/v1/deliveries/{id}", RoundsWrite, change)
            .says("Change a stop of a sheet", "Another quantity, or none, of what nobody has marked; after the cut-off too.")
            .takes::<NewQuantity>()
            .gives::<DeliveryView>(200),
        Route::post("/api/v1/deliveries/{id}/delivered", RoundsWrite, delivered)
            .says("Mark a delivery delivered", "The customer is told, on the day itself.")
            .gives::<DeliveryView>(200),
        Route::post("/api/v1/deliveries/{id}/missed", RoundsWrite, missed)
            .says("Mark a delivery missed", "It costs nothing.")
            .gives::<DeliveryView>(200),
        Route::post("/api/v1/deliveries/{id}/delayed", RoundsWrite, delayed)
            .says("Mark a delivery delayed", "The customer is told the new time.")
            .takes::<NewEta>()
            .gives::<DeliveryView>(200),
        Route::post("/api/v1/deliveries/{id}/undo", RoundsWrite, undo)
            .says("Undo a mark", "As if nobody had marked it. What the customer was told stays told.")
            .gives::<DeliveryView>(200),
    ]
}
