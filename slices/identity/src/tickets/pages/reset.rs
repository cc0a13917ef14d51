//! Forgotten passwords.

use super::{Link, again, hash, new_password, notice, open, panel};
use crate::pages::from_here;
use crate::tickets::{reset, rows};
use crate::{gate, password, queries};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::identity::Purpose;
use http::HeaderMap;
use maud::html;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::time::Duration;
use store::secret::sha256;
use store::{Error, Result, Who};
use web::limits::Rate;
use web::page::field_error;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Access, Address, Answer, App, Failure, Form, Query, Route};

const ASK: &str = "/admin/forgot";
const RESET: &str = "/admin/reset";
/// Mails that strangers may have sent to one address.
const MAILS: Rate = Rate { limit: 3, window: Duration::from_secs(3_600) };

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ASK, Access::Public, show).says("Forgotten password", "").page(),
        Route::post(ASK, Access::Public, ask).says("Ask for a new password", "").at_most("LOGIN", 20).body_limit(8_192).page(),
        Route::get(RESET, Access::Public, form).says("Choose a new password", "").page(),
        Route::post(RESET, Access::Public, choose).says("Choose a new password", "").at_most("LOGIN", 20).body_limit(8_192).page(),
    ]
}

async fn show() -> Html<String> {
    asking("", None)
}

fn asking(email: &str, wrong: Option<&Failure>) -> Html<String> {
    let body = html! {
        (notice(wrong))
        form method="post" action=(ASK) {
            (Field::input("email", "email", "Your e-mail address").value(email).required().autocomplete("email").error(field_error(wrong, "email")))
            (ui::actions(html! { (Button::primary("Send the link")) }))
        }
        p { a href="/admin/login" { "Back to signing in" } }
    };
    panel("Forgotten password", body)
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    email: String,
}

/// The same answer whether the address is somebody's or not.
async fn ask(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Asked>) -> Answer<Response> {
    from_here(&app, &headers)?;
    match send(&app, address, &form.email).await {
        Ok(()) => {
            let body = html! {
                (Alert::new(Meaning::Good, "If somebody signs in with this address, a mail is on its way."))
                p { "Its link works once, for an hour. Nothing came? Look among the unwanted mails, or ask whoever invited you for your address." }
                p { a href="/admin/login" { "Back to signing in" } }
            };
            Ok(panel("Look at your mail", body).into_response())
        }
        Err(error) => again(error, |wrong| asking(&form.email, Some(wrong))),
    }
}

async fn send(app: &App, address: Address, email: &str) -> Result<()> {
    let verdict = app.limits.take(&format!("reset/{}", sha256(email.trim().to_lowercase())), MAILS).await;
    if !verdict.allowed {
        // Who asks too often learns no more than who asks once.
        return Ok(());
    }
    let first = queries::first_tenant(&app.db).await?.ok_or_else(|| Error::not_found("shop"))?;
    reset::ask(app, &Who::visitor(first).from(address.0), email).await
}

async fn form(State(app): State<App>, Query(link): Query<Link>) -> Answer<Html<String>> {
    open(&app, Purpose::PasswordReset, &link.hash()).await?;
    Ok(choosing(&link.token, None))
}

fn choosing(token: &SecretString, wrong: Option<&Failure>) -> Html<String> {
    let body = html! {
        (notice(wrong))
        form method="post" action=(RESET) {
            (ui::hidden("token", token.expose_secret()))
            (new_password(wrong))
            (ui::actions(html! { (Button::primary("Change the password")) }))
        }
        p.quiet { "You are signed out everywhere then. A second factor stays on." }
    };
    panel("Choose a new password", body)
}

#[derive(Debug, Deserialize)]
struct Chosen {
    token: SecretString,
    password: SecretString,
}

async fn choose(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Chosen>) -> Answer<Response> {
    from_here(&app, &headers)?;
    match change(&app, address, &form).await {
        Ok(()) => Ok(Redirect::to("/admin/login").into_response()),
        Err(error) => again(error, |wrong| choosing(&form.token, Some(wrong))),
    }
}

async fn change(app: &App, address: Address, form: &Chosen) -> Result<()> {
    let hash = hash(&form.token);
    let (tenant, ticket) = open(app, Purpose::PasswordReset, &hash).await?;
    let user = ticket.user_id.ok_or_else(|| Error::internal("a reset without an account"))?;
    let known = rows::known(&mut queries::everywhere(&app.db), user).await?.ok_or_else(|| Error::not_found("account"))?;
    reset::check(app, user, &form.password, &[&known.name, &known.username, &ticket.email]).await?;
    let new_hash = password::hash_password(app.db.dice(), &form.password).await?;
    let ended = rows::sessions_of(&app.db, &ticket.email).await?;
    app.db.run(&Who::member(tenant, user).from(address.0), reset::Reset { hash, new_hash }).await?;
    gate::forget_member(app, tenant, user, &ended).await;
    Ok(())
}
