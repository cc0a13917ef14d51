//! `/brand.css` and `/brand/logo/…`: what the shop's pages and its mail fetch.

use crate::front::Front;
use crate::{queries, sheet};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, header};
use serde::Deserialize;
use store::Error;
use web::{Access, Answer, App, Path, Query, Route, Shop};

/// What never changes under its address.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    /// The version that a page was drawn with.
    v: String,
}

/// Under the address of its version it never changes; any other is told what holds now.
async fn css(front: Front, Query(which): Query<Which>) -> Response {
    let keep = if which.v == front.brand.version.to_string() { FOR_EVER } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, keep)];
    (headers, sheet::properties(&front.brand, ":root")).into_response()
}

async fn logo(State(app): State<App>, shop: Shop, Path(file): Path<String>) -> Answer<Response> {
    let missing = || Error::not_found("picture");
    let (sha256, ending) = file.split_once('.').ok_or_else(missing)?;
    let (content_type, bytes) = queries::picture(&mut app.db.read(shop.tenant), sha256).await?.ok_or_else(missing)?;
    if content_type.strip_prefix("image/") != Some(ending) {
        return Err(missing().into());
    }
    let headers = [
        (header::CONTENT_TYPE, content_type.as_str()),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Mail programs in a browser show it from another house.
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok((headers, bytes).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/brand.css", Access::Public, css).page().says("The shop's colours", ""),
        Route::get("/brand/logo/{file}", Access::Public, logo).page().says("The shop's logo", ""),
    ]
}
