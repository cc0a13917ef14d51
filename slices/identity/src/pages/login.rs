//! Signing in.

use super::session::cookie;
use crate::commands::{Begun, SignIn, SignInByCode, TryCode, sign_in_over};
use crate::{passkeys, prove, queries, rules, tickets, token};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use web::ui::{self, Alert, Bare, Button, Field, Meaning};
use web::{Access, Address, Answer, App, Form, Query, Route};

const CODE: &str = "/admin/login/code";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/login", Access::Public, show).says("Sign in", "").page(),
        // There is no session yet whose token a form could carry: the cookie's SameSite and the request's origin stand in.
        Route::post("/admin/login", Access::Public, sign_in).says("Sign in", "").at_most("LOGIN", 20).body_limit(8_192).page(),
        Route::post(CODE, Access::Public, by_code).says("Sign in with a code", "").at_most("LOGIN", 20).body_limit(8_192).page(),
    ]
}

#[derive(Debug, Deserialize)]
struct Next {
    next: Option<String>,
}

async fn show(State(app): State<App>, Query(query): Query<Next>) -> Html<String> {
    login_page(&app, query.next.as_deref(), "", None)
}

#[derive(Debug, Deserialize)]
struct Login {
    #[serde(default)]
    username: String,
    password: SecretString,
    next: Option<String>,
}

async fn sign_in(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Login>) -> Answer<Response> {
    from_here(&app, &headers)?;
    let next = form.next.as_deref();
    match begin(&app, address, &headers, &form).await {
        Ok((token, false)) => Ok((cookie(&app, Some(&token)), Redirect::to(rules::local_path(next))).into_response()),
        Ok((token, true)) => Ok(code_page(next, &token, None).into_response()),
        Err(error) if error.kind() == Kind::Unauthenticated => {
            Ok((StatusCode::UNAUTHORIZED, login_page(&app, next, &form.username, Some(error.message()))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins a session, or the wait for a code; answers its token, and which.
async fn begin(app: &App, address: Address, headers: &HeaderMap, form: &Login) -> Result<(String, bool)> {
    let account = prove::password(app, address, &form.username, &form.password, prove::Place::Longest).await?;
    let (token, begun) = begun(app, address, headers);
    let who = Who::member(account.tenant_id, account.id).from(address.0);
    let asks = app.db.run(&who, SignIn { user_id: account.id, password_hash: account.password_hash, begun }).await?;
    Ok((token, asks))
}

/// A fresh token, and the session about to be begun under it.
pub(crate) fn begun(app: &App, address: Address, headers: &HeaderMap) -> (String, Begun) {
    let mut dice = app.db.dice().fork();
    let (token, csrf) = (token::secret(&mut dice), token::secret(&mut dice));
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let browser = browser.chars().filter(|letter| !letter.is_control()).take(200).collect();
    (token.clone(), Begun { token_hash: sha256(token), csrf, address: address.0.to_string(), browser })
}

#[derive(Debug, Deserialize)]
struct Code {
    /// The token of the wait for the code.
    half: SecretString,
    #[serde(default)]
    code: String,
    next: Option<String>,
}

async fn by_code(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Code>) -> Answer<Response> {
    from_here(&app, &headers)?;
    let next = form.next.as_deref();
    match finish(&app, address, &headers, &form).await {
        Ok(token) => Ok((cookie(&app, Some(&token)), Redirect::to(rules::local_path(next))).into_response()),
        Err(error) if error.code() == "wrong_code" => {
            let page = code_page(next, form.half.expose_secret(), Some(error.message()));
            Ok((StatusCode::UNAUTHORIZED, page).into_response())
        }
        Err(error) if error.kind() == Kind::Unauthenticated => {
            Ok((StatusCode::UNAUTHORIZED, login_page(&app, next, "", Some(error.message()))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins the session where the code is right, and answers its token. The try is counted and committed before the code
/// is looked at.
async fn finish(app: &App, address: Address, headers: &HeaderMap, form: &Code) -> Result<String> {
    let half_hash = sha256(form.half.expose_secret());
    let (tenant, user) = queries::half_sign_in(&app.db, &half_hash).await?.ok_or_else(sign_in_over)?;
    prove::not_too_often(app, user).await?;
    let who = Who::member(tenant, user).from(address.0);
    app.db.run(&who, TryCode { token_hash: half_hash.clone() }).await?;
    let proof = prove::code(app, user, &form.code).await?;
    let (token, begun) = begun(app, address, headers);
    app.db.run(&who, SignInByCode { half_hash, proof, begun }).await?;
    Ok(token)
}

/// Refuses a form that another site made a browser send: it would sign somebody in as somebody else.
pub(crate) fn from_here(app: &App, headers: &HeaderMap) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST.as_str()).unwrap_or_default();
    if is_own(&app.public_url, host, text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "cross_site", "This form came from another site. Open the sign-in page here and try again."))
}

/// A program sends neither header and has no cookies to abuse; every browser of today sends one of them.
fn is_own(public_url: &str, host: &str, site: Option<&str>, origin: Option<&str>) -> bool {
    let site_fits = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let is_host = |origin: &str| origin.split_once("://").is_some_and(|(_, from)| from == host);
    let origin_fits = origin.is_none_or(|origin| origin == public_url || is_host(origin));
    site_fits && origin_fits
}

/// The sign-in page, with what was wrong.
pub(crate) fn login_page(app: &App, next: Option<&str>, username: &str, wrong: Option<&str>) -> Html<String> {
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, wrong)) }
        (form(app, rules::local_path(next), username))
    };
    let page = Bare { title: "Sign in", body: ui::panel("Sign in", body) };
    Html(ui::bare(page).into_string())
}

fn code_page(next: Option<&str>, half: &str, wrong: Option<&str>) -> Html<String> {
    let body = html! {
        form method="post" action=(CODE) {
            (ui::hidden("next", rules::local_path(next)))
            (ui::hidden("half", half))
            (Field::text("code", "Code from your app").required().autocomplete("one-time-code").error(wrong)
                .help("Six digits. A recovery code does as well, if you have lost the app."))
            (ui::actions(html! { (Button::primary("Go on")) }))
        }
    };
    Html(ui::bare(Bare { title: "Sign in", body: ui::panel("One more step", body) }).into_string())
}

fn form(app: &App, next: &str, username: &str) -> Markup {
    html! {
        form method="post" action="/admin/login" {
            (ui::hidden("next", next))
            (Field::text("username", "User name or e-mail").value(username).required().autocomplete("username"))
            (Field::input("password", "password", "Password").required().autocomplete("current-password"))
            (ui::actions(html! { (Button::primary("Sign in")) }))
        }
        p { a href="/admin/forgot" { "Forgotten password?" } }
        @if tickets::open_to_strangers(app).is_ok() { p { a href="/signup" { "Open a shop of your own" } } }
        (passkeys::button(app, next))
        p { a href={ "/admin/login/sso?" (web::query_string(&[("next", next)])) } { "Sign in with single sign-on" } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_forms_sign_in() {
        let table = [
            (None, None, true),
            (Some("same-origin"), Some("http://127.0.0.1:8080"), true),
            (Some("none"), None, true),
            (None, Some("https://shop.example"), true),
            (Some("cross-site"), Some("https://evil.example"), false),
            (Some("same-site"), Some("https://evil.shop.example"), false),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
        ];
        for (site, origin, own) in table {
            assert_eq!(is_own("https://shop.example", "127.0.0.1:8080", site, origin), own, "{site:?} {origin:?}");
        }
    }
}
