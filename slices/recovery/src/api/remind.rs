//! `POST /api/v1/recovery/reminders`, and the end of them.

use super::view::AbandonedView;
use crate::commands::{SendNow, StopReminders};
use axum::Json;
use axum::extract::State;
use facts::OrderId;
use serde::Deserialize;
use store::Error;
use utoipa::IntoParams;
use web::{Answer, App, Caller, Path, Permission, Query, Route};

/// Which reminder.
#[derive(Debug, Deserialize, IntoParams)]
struct Which {
    /// The order, such as ord_01h2xcejqtf2nbrexx3vqjhp41.
    order_id: Option<String>,
    /// The reminder's number, from 1; the next one that was not sent when not said.
    sequence: Option<String>,
}

async fn send(State(app): State<App>, caller: Caller, Query(which): Query<Which>) -> Answer<Json<AbandonedView>> {
    let wrong = || Error::field("order_id", "an id like ord_01j8…");
    let order_id: OrderId = which.order_id.as_deref().unwrap_or_default().parse().map_err(|_| wrong())?;
    let number = |text: String| text.parse().map_err(|_| Error::field("sequence", "the number of a reminder, from 1"));
    let sequence = which.sequence.map(number).transpose()?;
    Ok(Json(app.db.run(&caller.who, SendNow { order_id, sequence }).await?.into()))
}

async fn stop(State(app): State<App>, caller: Caller, Path(order_id): Path<OrderId>) -> Answer<Json<AbandonedView>> {
    Ok(Json(app.db.run(&caller.who, StopReminders { order_id }).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/recovery/reminders", Permission::OrdersWrite, send)
            .says(
                "Send a reminder",
                "Also where reminders are off. The provider is asked first whether the order is paid after all, and at night it waits until \
                 the quiet hours are over: `next_at` says when something happens next. Each reminder of an order is sent once: 409 \
                 reminder_sent. Published as POST /api/recovery/send-reminder.",
            )
            .query::<Which>()
            .gives::<AbandonedView>(200),
        Route::post("/api/v1/recovery/abandoned-orders/{order_id}/stop", Permission::OrdersWrite, stop)
            .says("Stop reminders of an order", "Nobody is reminded of it any more, unless somebody sends a reminder by hand.")
            .gives::<AbandonedView>(200),
    ]
}
