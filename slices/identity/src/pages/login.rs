//! Signing in.

use super::session::cookie;
use crate::commands::SignIn;
use crate::{password, queries, rules, token};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;
use store::secret::sha256;
use store::{Actor, Error, Kind, Result, Who};
use web::ui::{self, Alert, Bare, Button, Field, Meaning};
use web::{Access, Answer, App, Form, Query, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/login", Access::Public, show).says("Sign in", "").page(),
        // There is no session yet whose token a form could carry: the cookie's SameSite and the request's origin stand in.
        Route::post("/admin/login", Access::Public, sign_in).says("Sign in", "").at_most("LOGIN", 20).body_limit(8_192).page(),
    ]
}

#[derive(Debug, Deserialize)]
struct Next {
    next: Option<String>,
}

async fn show(Query(query): Query<Next>) -> Html<String> {
    page(query.next.as_deref(), "", None)
}

#[derive(Debug, Deserialize)]
struct Login {
    #[serde(default)]
    username: String,
    password: SecretString,
    next: Option<String>,
}

async fn sign_in(State(app): State<App>, headers: HeaderMap, Form(form): Form<Login>) -> Answer<Response> {
    from_here(&app, &headers)?;
    let next = form.next.as_deref();
    match begin(&app, &form).await {
        Ok(token) => Ok((cookie(&app, Some(&token)), Redirect::to(rules::local_path(next))).into_response()),
        Err(error) if error.kind() == Kind::Unauthenticated => {
            Ok((StatusCode::UNAUTHORIZED, page(next, &form.username, Some(error.message()))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins a session and answers its token. A wrong name and a wrong password get the same answer after the same time.
async fn begin(app: &App, form: &Login) -> Result<String> {
    let login = form.username.trim().to_lowercase();
    let known = login.len() <= 254 && !login.contains('\0');
    let account = if known { queries::account(&app.db, &login).await? } else { None };
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let right = password::verify(hash, &form.password).await?;
    let Some(account) = account.filter(|_| right) else {
        return Err(Error::new(Kind::Unauthenticated, "wrong_password", "User name and password do not fit together."));
    };
    let mut dice = app.db.dice().fork();
    let (token, csrf) = (token::secret(&mut dice), token::secret(&mut dice));
    let who = Who { tenant: account.tenant_id, actor: Actor::Member(account.id), request: None };
    let session = SignIn { user_id: account.id, password_hash: account.password_hash, token_hash: sha256(&token), csrf };
    app.db.run(&who, session).await?;
    Ok(token)
}

/// Refuses a form that another site made a browser send: it would sign somebody in as somebody else.
fn from_here(app: &App, headers: &HeaderMap) -> Result<()> {
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

fn page(next: Option<&str>, username: &str, wrong: Option<&str>) -> Html<String> {
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, wrong)) }
        (form(rules::local_path(next), username))
    };
    let page = Bare { title: "Sign in", body: ui::panel("Sign in", body) };
    Html(ui::bare(page).into_string())
}

fn form(next: &str, username: &str) -> Markup {
    html! {
        form method="post" action="/admin/login" {
            (ui::hidden("next", next))
            (Field::text("username", "User name or e-mail").value(username).required().autocomplete("username"))
            (Field::input("password", "password", "Password").required().autocomplete("current-password"))
            (ui::actions(html! { (Button::primary("Sign in")) }))
        }
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
