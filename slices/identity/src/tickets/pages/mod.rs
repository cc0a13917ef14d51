//! What the links open, and the forms that ask for them. None needs a session; each needs the link.

mod email;
mod entry;
mod join;
mod reset;
mod sign_up;

use super::life::{self, Ticket};
use super::rows;
use axum::response::{Html, IntoResponse, Response};
use facts::identity::Purpose;
use facts::{TenantId, UserId};
use http::StatusCode;
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::secret::sha256;
use store::{Kind, Result};
use web::page::field_error;
use web::ui::{self, Alert, Bare, Button, Field, Meaning};
use web::{Answer, App, Caller, Failure, Route};

/// Every page of it.
pub(super) fn routes() -> Vec<Route> {
    [join::routes(), reset::routes(), email::routes(), sign_up::routes()].into_iter().flatten().collect()
}

/// The token of the link, as the address or the form carries it.
#[derive(Debug, Deserialize)]
struct Link {
    token: SecretString,
}

impl Link {
    fn hash(&self) -> String {
        hash(&self.token)
    }
}

fn hash(token: &SecretString) -> String {
    sha256(token.expose_secret())
}

/// The ticket of a link that opens something now.
async fn open(app: &App, purpose: Purpose, hash: &str) -> Result<(TenantId, Ticket)> {
    rows::open(&app.db, purpose, hash, app.db.clock().now()).await?.ok_or_else(life::over)
}

/// Who is signed in at this browser, if anybody.
async fn signed_in(app: &App, parts: &http::request::Parts) -> Option<(Caller, UserId)> {
    let caller = app.identity.caller(app, parts).await.ok().flatten()?;
    match caller.who.actor {
        store::Actor::Member(user) => Some((caller, user)),
        _ => None,
    }
}

/// One column with a heading.
fn panel(title: &str, body: Markup) -> Html<String> {
    Html(ui::bare(Bare { title, body: ui::panel(title, body) }).into_string())
}

/// The form again with what was wrong, where that was what somebody typed; else the failure itself.
fn again(wrong: impl Into<Failure>, page: impl FnOnce(&Failure) -> Html<String>) -> Answer<Response> {
    let wrong = wrong.into();
    match wrong.0.kind() {
        Kind::Invalid => Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response()),
        Kind::Conflict => Ok((StatusCode::CONFLICT, page(&wrong)).into_response()),
        _ => Err(wrong),
    }
}

/// What was wrong that belongs to no field of the form.
fn notice(wrong: Option<&Failure>) -> Markup {
    html! {
        @if let Some(wrong) = wrong {
            @if wrong.0.fields().is_empty() { (Alert::new(Meaning::Bad, wrong.0.message())) }
        }
    }
}

/// Name and password of somebody new.
fn newcomer(token: &SecretString, action: &str, name: &str, button: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        (notice(wrong))
        form method="post" action=(action) {
            (ui::hidden("token", token.expose_secret()))
            (Field::text("name", "Your name").value(name).required().autocomplete("name").error(field_error(wrong, "name")))
            (new_password(wrong))
            (ui::actions(html! { (Button::primary(button)) }))
        }
    }
}

fn new_password(wrong: Option<&Failure>) -> Field {
    Field::input("password", "password", "New password")
        .required()
        .autocomplete("new-password")
        .help("At least 10 characters. Three words that don't belong together are better than one with digits.")
        .error(field_error(wrong, "password"))
}
