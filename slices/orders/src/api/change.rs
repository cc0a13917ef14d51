//! `PUT /api/v1/orders/{id}`.

use super::view::OrderView;
use crate::commands::{CancelOrder, ChangeOrder};
use crate::queries;
use axum::extract::State;
use axum::response::Json;
use facts::OrderId;
use serde::{Deserialize, Deserializer};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderChange {
    /// Null takes the day away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, example = "2026-11-21")]
    delivery_date: Option<Option<String>>,
    /// True calls an unpaid order off.
    #[serde(default)]
    cancel: bool,
    /// Why it is called off.
    reason: Option<String>,
}

/// Tells a field that is null from one that is not there.
fn said<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>, body: Body<OrderChange>) -> Answer<Json<OrderView>> {
    let OrderChange { delivery_date, cancel, reason } = body.value;
    match (delivery_date, cancel) {
        (Some(_), true) => return Err(Error::field("cancel", "either a delivery_date or cancel").into()),
        (Some(delivery_date), false) => app.db.run(&caller.who, ChangeOrder { id, delivery_date }).await?,
        (None, true) => app.db.run(&caller.who, CancelOrder { id, reason: reason.unwrap_or_default() }).await?,
        (None, false) => return Err(Error::field("delivery_date", "say what is to change: delivery_date or cancel").into()),
    };
    let whole = queries::whole(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Json(whole.ok_or_else(|| Error::not_found("order"))?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/api/v1/orders/{id}", Permission::OrdersWrite, change)
            .says("Change or cancel an order", "A paid order is not cancelled but refunded.")
            .takes::<OrderChange>()
            .gives::<OrderView>(200),
    ]
}
