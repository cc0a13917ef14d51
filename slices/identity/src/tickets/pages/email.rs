//! Changing one's own e-mail address.

use super::{Link, again, hash, notice, open, panel};
use crate::pages::{from_here, person};
use crate::tickets::email::{AskEmailChange, ChangeEmail};
use crate::tickets::rows;
use crate::{password, queries};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use facts::identity::Purpose;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::{Error, Kind, Result, Who};
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Field, Meaning};
use web::{ACCOUNT, Access, Address, Answer, App, BackOffice, Caller, Failure, Form, Query, Route, back_office};

const HERE: &str = "/admin/security/email";
const CONFIRM: &str = "/admin/email/confirm";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::SignedIn, show).says("Your e-mail address", "").page(),
        Route::post(HERE, Access::SignedIn, ask).says("Change your e-mail address", "").at_most("LOGIN", 20).page(),
        Route::get(CONFIRM, Access::Public, form).says("Confirm an e-mail address", "").page(),
        Route::post(CONFIRM, Access::Public, confirm).says("Confirm an e-mail address", "").at_most("LOGIN", 20).body_limit(8_192).page(),
    ]
}

/// What the page says besides how things stand.
#[derive(Default)]
struct Shown<'a> {
    typed: &'a str,
    sent: bool,
    wrong: Option<&'a Failure>,
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    Ok(page(&app, &caller, Shown::default()).await?)
}

async fn page(app: &App, caller: &Caller, shown: Shown<'_>) -> Result<Html<String>> {
    let known = rows::known(&mut queries::everywhere(&app.db), person(caller)?).await?.ok_or_else(|| Error::not_found("account"))?;
    let body = html! {
        @if shown.sent {
            (Alert::new(Meaning::Good, format!("A mail is on its way to {}. Your address changes when you follow its link.", shown.typed)))
        }
        (notice(shown.wrong))
        (ui::section("Another address", Markup::default(), change(caller, &shown)))
    };
    let lead = match (&known.email, known.email_proved_at) {
        (Some(email), Some(_)) => html! { "Mail goes to " strong { bdi { (email) } } " " (Badge::new(Meaning::Good, "Confirmed")) },
        (Some(email), None) => html! { "Mail goes to " strong { bdi { (email) } } " " (Badge::new(Meaning::Attention, "Not confirmed")) },
        (None, _) => html! { "You have no address yet: without one, a forgotten password cannot be replaced." },
    };
    let crumbs = [("Your security", "/admin/security")];
    Ok(back_office(
        app,
        caller,
        BackOffice { title: "E-mail address", lead, action: Markup::default(), place: ACCOUNT, crumbs: &crumbs, body },
    ))
}

fn change(caller: &Caller, shown: &Shown) -> Markup {
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            (Field::input("email", "email", "New address").value(shown.typed).required().autocomplete("email").error(field_error(shown.wrong, "email")))
            (Field::input("password", "current", "Your password").required().autocomplete("current-password").error(field_error(shown.wrong, "current")))
            (ui::actions(html! { (Button::primary("Send the link")) }))
        }
    }
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    email: String,
    current: SecretString,
}

async fn ask(State(app): State<App>, caller: Caller, Form(form): Form<Wanted>) -> Answer<Response> {
    match send(&app, &caller, &form).await {
        Ok(()) => Ok(page(&app, &caller, Shown { typed: form.email.trim(), sent: true, wrong: None }).await?.into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let wrong = Failure::from(error);
            let page = page(&app, &caller, Shown { typed: &form.email, sent: false, wrong: Some(&wrong) }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn send(app: &App, caller: &Caller, form: &Wanted) -> Result<()> {
    let user_id = person(caller)?;
    let hash = queries::password_hash(&app.db, user_id).await?;
    if !password::verify(hash, &form.current).await? {
        return Err(Error::field("current", "this is not your password"));
    }
    app.db.run(&caller.who, AskEmailChange { user_id, email: form.email.clone(), vault: app.vault.clone() }).await
}

/// A click, not the mere opening of the link: mail programs look at links by themselves.
async fn form(State(app): State<App>, Query(link): Query<Link>) -> Answer<Html<String>> {
    let (_, ticket) = open(&app, Purpose::EmailChange, &link.hash()).await?;
    let body = html! {
        p { "Mail for you goes to " strong { bdi { (ticket.email) } } " from now on." }
        form method="post" action=(CONFIRM) {
            (ui::hidden("token", link.token.expose_secret()))
            (ui::actions(html! { (Button::primary("Confirm")) }))
        }
    };
    Ok(panel("Confirm your address", body))
}

async fn confirm(State(app): State<App>, address: Address, headers: HeaderMap, Form(link): Form<Link>) -> Answer<Response> {
    from_here(&app, &headers)?;
    let hash = hash(&link.token);
    let (tenant, ticket) = open(&app, Purpose::EmailChange, &hash).await?;
    let user = ticket.user_id.ok_or_else(|| Error::internal("a change of address without an account"))?;
    let changed = app.db.run(&Who::member(tenant, user).from(address.0), ChangeEmail { hash }).await;
    match changed {
        Ok(email) => {
            let body = html! {
                (Alert::new(Meaning::Good, format!("{email} is your address now.")))
                p { a href="/admin" { "Go to the back office" } }
            };
            Ok(panel("Address confirmed", body).into_response())
        }
        Err(error) => again(error, |wrong| panel("Confirm your address", notice(Some(wrong)))),
    }
}
