//! `GET /api/v1/recovery/check`: how reminding stands at this moment.

use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::Time;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Permission, Route};

/// How reminding stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecoveryCheck)]
struct CheckView {
    /// Whether reminders are sent.
    on: bool,
    /// Abandoned orders with reminders to come.
    waiting: i64,
    /// Those of them whose time has come: the provider is being asked whether they are paid.
    due: i64,
    /// When something happens next.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Time>,
}

async fn check(State(app): State<App>, caller: Caller) -> Answer<Json<CheckView>> {
    let mut read = caller.read(&app);
    let settings = queries::settings(&mut read).await?;
    let waiting = queries::waiting(&mut read, app.db.clock().now()).await?;
    Ok(Json(CheckView { on: settings.on, waiting: waiting.waiting, due: waiting.due, next_at: waiting.next_at }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/recovery/check", Permission::OrdersRead, check)
            .says("Check recovery", "How many abandoned orders wait for a reminder, and when the next is due.")
            .gives::<CheckView>(200),
    ]
}
