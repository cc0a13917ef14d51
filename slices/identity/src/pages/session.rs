//! A session goes on, or ends.

use crate::commands::{KeepAlive, SignOut};
use crate::{gate, rules};
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http::header::{self, HeaderName};
use http::{HeaderMap, Uri};
use serde_json::json;
use store::Error;
use store::secret::sha256;
use web::{Access, Answer, App, Caller, Route, Via};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/admin/logout", Access::SignedIn, sign_out).says("Sign out", "").page(),
        Route::post("/admin/keepalive", Access::SignedIn, keep_alive).says("Stay signed in", "").page(),
    ]
}

/// The header that gives a browser its session, or takes it away. Nothing but the browser reads it, no other site
/// makes the browser send it with a form, and over https it never travels in the open.
pub(crate) fn cookie(app: &App, token: Option<&str>) -> AppendHeaders<[(HeaderName, String); 1]> {
    let secure = if app.is_https() { "; Secure" } else { "" };
    let name = app.session_cookie();
    let gone = if token.is_none() { "; Max-Age=0" } else { "" };
    let token = token.unwrap_or_default();
    AppendHeaders([(header::SET_COOKIE, format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{gone}"))])
}

async fn sign_out(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = gate::session_token(&app, &headers) {
        let token_hash = sha256(token);
        app.db.run(&caller.who, SignOut { token_hash: token_hash.clone() }).await?;
        gate::forget_session(&app, &token_hash).await;
    }
    Ok((cookie(&app, None), Redirect::to("/admin/login")).into_response())
}

async fn keep_alive(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Answer<Response> {
    let (Via::Session { minutes, .. }, Some(token)) = (&caller.via, gate::session_token(&app, &headers)) else {
        return Err(Error::conflict("no_session", "Only a signed-in browser has a session to keep.").into());
    };
    let token_hash = sha256(token);
    app.db.run(&caller.who, KeepAlive { token_hash: token_hash.clone() }).await?;
    gate::forget_session(&app, &token_hash).await;
    if wants_page(&headers) {
        return Ok(Redirect::to(&back(&headers)).into_response());
    }
    Ok(Json(json!({"minutes": minutes})).into_response())
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The page that the form stood on.
fn back(headers: &HeaderMap) -> String {
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok()).and_then(|from| from.parse::<Uri>().ok());
    let path = from.as_ref().and_then(Uri::path_and_query).map(|path| path.as_str());
    rules::local_path(path).to_owned()
}
