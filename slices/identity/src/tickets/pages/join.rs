//! Following an invitation.

use super::{Link, again, forget, hash, newcomer, open, panel, signed_in};
use crate::pages::{begun, cookie, from_here};
use crate::tickets::invitations::{Join, Joiner, Newcomer};
use crate::tickets::rows;
use crate::{gate, password, queries};
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::identity::Purpose;
use http::HeaderMap;
use http::request::Parts;
use maud::html;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::{Error, Result, Who};
use web::ui::{self, Alert, Button, Meaning};
use web::{Access, Address, Answer, App, Failure, Form, Query, Route};

const HERE: &str = "/join";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::Public, show).says("Follow an invitation", "").page(),
        Route::post(HERE, Access::Public, join).says("Become a member", "").at_most("LOGIN", 20).body_limit(8_192).page(),
    ]
}

async fn show(State(app): State<App>, Query(link): Query<Link>, request: Request) -> Answer<Html<String>> {
    let (parts, _) = request.into_parts();
    Ok(page(&app, &parts, &link.token, "", None).await?)
}

async fn page(app: &App, parts: &Parts, token: &SecretString, name: &str, wrong: Option<&Failure>) -> Result<Html<String>> {
    let (tenant, ticket) = open(app, Purpose::Invitation, &hash(token)).await?;
    let shop = queries::tenant(&mut app.db.read_main(tenant)).await?.name;
    let role = ticket.role.map(|role| role.to_string()).unwrap_or_default();
    let back = format!("/admin/login?{}", web::query_string(&[("next", &format!("{HERE}?token={}", token.expose_secret()))]));
    let body = match signed_in(app, parts).await {
        Some((caller, _)) => html! {
            p { "You are signed in as " strong { (caller.name) } ". You become " strong { (role) } " of " strong { (shop) } "." }
            form method="post" action=(HERE) {
                (ui::hidden("token", token.expose_secret()))
                (ui::actions(html! { (Button::primary("Join")) }))
            }
        },
        None => html! {
            (Alert::new(Meaning::Information, format!("You are invited as {role}.")))
            (newcomer(token, HERE, name, "Join", wrong))
            p { "You have an account already? " a href=(back) { "Sign in first" } "." }
        },
    };
    Ok(panel(&format!("Join {shop}"), body))
}

#[derive(Debug, Deserialize)]
struct Joining {
    token: SecretString,
    #[serde(default)]
    name: String,
    password: Option<SecretString>,
}

async fn join(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Joining>) -> Answer<Response> {
    from_here(&app, &headers)?;
    let mut parts = Request::new(()).into_parts().0;
    parts.headers = headers;
    match enter(&app, address, &parts, &form).await {
        Ok(token) => Ok((cookie(&app, Some(&token)), Redirect::to("/admin")).into_response()),
        Err(error) => {
            let wrong = Failure::from(error);
            let page = page(&app, &parts, &form.token, &form.name, Some(&wrong)).await?;
            again(wrong, |_| page)
        }
    }
}

async fn enter(app: &App, address: Address, parts: &Parts, form: &Joining) -> Result<String> {
    let hash = hash(&form.token);
    let (tenant, ticket) = open(app, Purpose::Invitation, &hash).await?;
    let (joiner, who) = match (signed_in(app, parts).await, &form.password) {
        (Some((_, user)), _) => (Joiner::Known(user), Who::member(tenant, user)),
        (None, Some(password)) => {
            password::check_well(app, password, &[&form.name, &ticket.email]).await?;
            let password_hash = password::hash_password(app.db.dice(), password).await?;
            (Joiner::New(Newcomer { name: form.name.clone(), password_hash }), Who::visitor(tenant))
        }
        (None, None) => return Err(Error::field("password", "choose a password")),
    };
    let (token, begun) = begun(app, address, &parts.headers);
    let before = rows::sessions_of(&app.db, &ticket.email).await?;
    let (tenant, user) = app.db.run(&who.from(address.0), Join { hash, joiner, begun }).await?;
    gate::forget_person(app, tenant, user).await;
    forget(app, &before).await;
    Ok(token)
}
