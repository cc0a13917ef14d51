//! `GET /api/v1/notifications/health`.

use axum::extract::State;
use axum::response::Json;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Access, Answer, App, Route};

/// Whether messages can be taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationHealth)]
struct HealthView {
    /// `ok`.
    status: &'static str,
}

async fn health(State(app): State<App>) -> Answer<Json<HealthView>> {
    app.db.ping().await?;
    Ok(Json(HealthView { status: "ok" }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/notifications/health", Access::Public, health)
            .says("Whether messages can be taken", "503 when the database is away.")
            .gives::<HealthView>(200),
    ]
}
