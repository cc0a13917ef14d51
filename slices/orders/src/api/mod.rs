//! Orders over HTTP: for merchants, and for buyers.

mod amount;
mod change;
mod checkout;
mod list;
mod pack;
mod place;
mod show;
mod track;
mod view;

pub use list::{EXPORTS_A_MINUTE, ListQuery, as_file};

use axum::response::{IntoResponse, Json, Response};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use web::Route;

/// The routes.
pub fn routes() -> Vec<Route> {
    [list::routes(), place::routes(), show::routes(), change::routes(), pack::routes(), checkout::routes(), track::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// 201 with what was made, and a header where it had been made before.
fn made<T: Serialize>(view: T, replayed: bool) -> Response {
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    if replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}
