//! Products and coupons over HTTP.

mod coupons;
mod products;

use axum::response::{IntoResponse, Json, Response};
use http::{HeaderValue, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use store::{Command, Once, Result};
use web::{App, Caller, IdempotencyKey, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    products::routes().into_iter().chain(coupons::routes()).collect()
}

/// Runs a command, once for its key where the caller sent one.
async fn make<C: Command>(app: &App, caller: &Caller, key: IdempotencyKey, hash: &str, command: C) -> Result<Once<C::Out>>
where
    C::Out: Serialize + DeserializeOwned,
{
    match key.optional(hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await,
        None => Ok(Once { out: app.db.run(&caller.who, command).await?, replayed: false }),
    }
}

/// 201 with what was made, and a header where it had been made before.
fn made<T: Serialize>(view: T, replayed: bool) -> Response {
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    if replayed {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}
