//! `PUT /api/v1/orders/{id}/items/{item_id}/pack`.

use super::view::OrderView;
use crate::commands::PackLine;
use crate::queries;
use axum::extract::State;
use axum::response::Json;
use facts::{OrderId, OrderLineId};
use serde::Deserialize;
use store::{Error, Kind};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Path2, Permission, Raw, Route, typed};

/// Whether the line is packed; no body at all says that it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Packing {
    /// True when not said.
    packed: Option<bool>,
}

async fn pack(State(app): State<App>, caller: Caller, path: Path2<OrderId, OrderLineId>, Raw(bytes): Raw) -> Answer<Json<OrderView>> {
    let Path2(order_id, line_id) = path;
    let packed = if bytes.is_empty() {
        true
    } else {
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| Error::new(Kind::Malformed, "malformed_json", format!("The body is not JSON: {error}.")))?;
        typed::<Packing>(value)?.packed.unwrap_or(true)
    };
    app.db.run(&caller.who, PackLine { order_id, line_id, packed }).await?;
    let whole = queries::whole(&mut app.db.read_main(caller.tenant()), order_id).await?;
    Ok(Json(whole.ok_or_else(|| Error::not_found("order"))?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::put("/api/v1/orders/{id}/items/{item_id}/pack", Permission::OrdersWrite, pack)
            .says("Pack a line", "The first time it is packed counts; `false` takes it back.")
            .takes::<Packing>()
            .gives::<OrderView>(200),
    ]
}
