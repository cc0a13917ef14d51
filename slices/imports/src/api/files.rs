//! Uploading a file of orders, and doing in earnest what was rehearsed.

use super::view::ImportView;
use crate::commands::ApplyImport;
use crate::receive::receive;
use axum::Json;
use axum::extract::State;
use facts::ImportId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, App, Caller, Incoming, Path, Permission, Query, Route};

/// The largest file, in bytes.
pub(crate) const LARGEST: u64 = 256 << 20;

/// How a file is taken in.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct How {
    /// True only looks at what would change, and writes no order.
    dry: Option<bool>,
    /// What the file is called.
    name: Option<String>,
}

async fn add(State(app): State<App>, caller: Caller, Query(how): Query<How>, incoming: Incoming) -> Answer<(StatusCode, Json<ImportView>)> {
    let import = receive(&app, &caller, how.dry.unwrap_or(false), how.name, incoming).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

async fn apply(State(app): State<App>, caller: Caller, Path(id): Path<ImportId>) -> Answer<(StatusCode, Json<ImportView>)> {
    let import = app.db.run(&caller.who, ApplyImport(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/imports/files", Permission::OrdersWrite, add)
            .says(
                "Import orders from a file",
                "The body is the file: CSV with a header, or JSON, an array of orders or one after the other; or a form \
                 (multipart/form-data) with one file. docs/imports.md names the fields. Orders are known by `source` and `order_id`, and \
                 the newest `changed_at` stands, so the same file can be sent again at any time. Nobody is written to because of it.",
            )
            .query::<How>()
            .gives::<ImportView>(202)
            .streamed(LARGEST),
        Route::post("/api/v1/imports/{id}/apply", Permission::OrdersWrite, apply)
            .says("Import what was rehearsed", "Takes in, within a day, the orders of an import that only looked.")
            .gives::<ImportView>(202),
    ]
}
