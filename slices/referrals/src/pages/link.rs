//! `/ref/{code}`: counts the visit, keeps the code in the browser for 30 days, and leads to the shop.

use crate::commands::{Kind, Track};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, Method, header};
use orders::{REFERRAL_COOKIE, referral_code};
use store::{Kind as Wrong, Result, Who};
use web::{Access, Address, Answer, App, Asked, Path, Route, Shop, is_person, visitor};

/// How long an order counts for who brought its buyer, in seconds.
const KEPT: i64 = 30 * 86_400;

async fn follow(
    State(app): State<App>,
    shop: Shop,
    asked: Asked,
    from: Address,
    method: Method,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Answer<Response> {
    let home = Redirect::to(&format!("{}/", shop.base)).into_response();
    // A code that cannot be one leads to the shop all the same: whoever follows a link did not type it.
    let Some(code) = referral_code(&code).ok().flatten() else { return Ok(home) };
    if is_person(&method, &headers) {
        let track = Track { code: code.clone(), kind: Kind::Click, visitor: visitor(&code, from.0, &headers) };
        match app.db.run(&asked.by(Who::visitor(shop.tenant)), track).await {
            Err(error) if error.kind() == Wrong::NotFound => return Ok(home),
            counted => counted?,
        };
    }
    let mut answer = home;
    answer.headers_mut().append(header::SET_COOKIE, cookie(&app, &shop, &code)?);
    Ok(answer)
}

/// The cookie: for this shop alone, and not for scripts.
fn cookie(app: &App, shop: &Shop, code: &str) -> Result<HeaderValue> {
    let path = if shop.base.is_empty() { "/" } else { shop.base.as_str() };
    let secure = if app.is_https() { "; Secure" } else { "" };
    let text = format!("{REFERRAL_COOKIE}={code}; Path={path}; Max-Age={KEPT}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).map_err(store::Error::internal)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/ref/{code}", Access::Public, follow)
            .page()
            .says("A referrer's link", "Leads to the shop, and remembers who led there."),
    ]
}
