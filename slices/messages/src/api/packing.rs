//! `POST /api/v1/orders/{id}/packing-messages`.

use super::view::QueuedView;
use crate::packing::SendPackingMessages;
use axum::extract::State;
use axum::response::Json;
use facts::OrderId;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Path, Permission, Route};

/// The messages that say so, one for each channel that the customer has.
#[derive(Debug, Serialize, ToSchema)]
struct PackingMessages {
    data: Vec<QueuedView>,
}

async fn send(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>) -> Answer<(StatusCode, Json<PackingMessages>)> {
    let told = app.db.run(&caller.who, SendPackingMessages(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(PackingMessages { data: told.into_iter().map(QueuedView::from).collect() })))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/orders/{id}/packing-messages", Permission::OrdersWrite, send)
            .says(
                "Tell that an order is packed",
                "It is told by itself when the last item is packed; this is for orders of which that was not told. However often it is \
                 asked for, the customer is told once. Refused while an item is not packed (409 `order_not_packed`).",
            )
            .gives::<PackingMessages>(202),
    ]
}
