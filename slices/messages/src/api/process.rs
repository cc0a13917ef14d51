//! `POST /api/v1/notifications/process-queue`.

use crate::commands::HurryRetries;
use axum::extract::State;
use axum::response::Json;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Permission, Route};

/// What was woken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProcessedQueue)]
struct ProcessedView {
    /// Retries that waited for their time and go now.
    hurried: u64,
}

async fn process(State(app): State<App>, caller: Caller) -> Answer<Json<ProcessedView>> {
    let hurried = app.db.run(&caller.who, HurryRetries).await?;
    Ok(Json(ProcessedView { hurried }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/notifications/process-queue", Permission::MessagesWrite, process)
            .says(
                "Try failed messages now",
                "Retries that wait for their time go at once. Messages whose outcome is unknown stay held for their receipt.",
            )
            .gives::<ProcessedView>(200),
    ]
}
