//! Opening a tenant of one's own.

use super::{Link, again, forget, hash, newcomer, notice, open, panel, signed_in};
use crate::model::TIME_ZONE;
use crate::pages::{begun, cookie, from_here};
use crate::password;
use crate::tickets::invitations::{Joiner, Newcomer};
use crate::tickets::rows;
use crate::tickets::sign_up::{self, OpenTenant};
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::identity::Purpose;
use facts::{Money, TenantId};
use http::HeaderMap;
use http::request::Parts;
use maud::html;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::time::Duration;
use store::secret::sha256;
use store::{Error, Result, Who};
use web::limits::Rate;
use web::page::field_error;
use web::ui::{self, Button, Field};
use web::{Access, Address, Answer, App, Failure, Form, Query, Route};

const ASK: &str = "/signup";
const FINISH: &str = "/signup/finish";
/// Mails that strangers may have sent to one address.
const MAILS: Rate = Rate { limit: 3, window: Duration::from_secs(3_600) };

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ASK, Access::Public, show).says("Sign up", "").page(),
        Route::post(ASK, Access::Public, ask).says("Sign up", "").at_most("SIGNUP", 10).body_limit(8_192).page(),
        Route::get(FINISH, Access::Public, form).says("Finish signing up", "").page(),
        Route::post(FINISH, Access::Public, finish).says("Finish signing up", "").at_most("SIGNUP", 10).body_limit(8_192).page(),
    ]
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    business: String,
    #[serde(default)]
    email: String,
}

async fn show(State(app): State<App>) -> Answer<Html<String>> {
    sign_up::open_to_strangers(&app)?;
    Ok(asking(&Asked::default(), None))
}

fn asking(typed: &Asked, wrong: Option<&Failure>) -> Html<String> {
    let body = html! {
        (notice(wrong))
        form method="post" action=(ASK) {
            (Field::text("business", "Your business").value(&typed.business).required().autocomplete("organization").placeholder("Asha's Kitchen")
                .error(field_error(wrong, "business")))
            (Field::input("email", "email", "Your e-mail address").value(&typed.email).required().autocomplete("email").error(field_error(wrong, "email")))
            (ui::actions(html! { (Button::primary("Go on")) }))
        }
        p { "You have an account? " a href="/admin/login" { "Sign in" } "." }
    };
    panel("Open your shop", body)
}

async fn ask(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Asked>) -> Answer<Response> {
    from_here(&app, &headers)?;
    match send(&app, address, &form).await {
        Ok(()) => {
            let body = html! { p { "We sent a link to " strong { bdi { (form.email.trim()) } } ". It works once, for a day, and opens your shop." } };
            Ok(panel("Look at your mail", body).into_response())
        }
        Err(error) => again(error, |wrong| asking(&form, Some(wrong))),
    }
}

async fn send(app: &App, address: Address, form: &Asked) -> Result<()> {
    sign_up::open_to_strangers(app)?;
    let verdict = app.limits.take(&format!("sign_up/{}", sha256(form.email.trim().to_lowercase())), MAILS).await;
    if !verdict.allowed {
        return Ok(());
    }
    let first = crate::first_tenant(&app.db).await?.ok_or_else(|| Error::not_found("shop"))?;
    sign_up::ask(app, Some(Who::visitor(first).from(address.0)), &form.email, &form.business).await
}

async fn form(State(app): State<App>, Query(link): Query<Link>, request: Request) -> Answer<Html<String>> {
    let (parts, _) = request.into_parts();
    Ok(page(&app, &parts, &link.token, "", None).await?)
}

async fn page(app: &App, parts: &Parts, token: &SecretString, name: &str, wrong: Option<&Failure>) -> Result<Html<String>> {
    let (_, ticket) = open(app, Purpose::SignUp, &hash(token)).await?;
    let shop = ticket.name.unwrap_or_default();
    let back = format!("/admin/login?{}", web::query_string(&[("next", &format!("{FINISH}?token={}", token.expose_secret()))]));
    let body = match signed_in(app, parts).await {
        Some((caller, _)) => html! {
            p { "You are signed in as " strong { (caller.name) } ", and will own " strong { (shop) } " as well." }
            form method="post" action=(FINISH) {
                (ui::hidden("token", token.expose_secret()))
                (ui::actions(html! { (Button::primary("Open the shop")) }))
            }
        },
        None => html! {
            (newcomer(token, FINISH, name, "Open the shop", wrong))
            p { "You have an account already? " a href=(back) { "Sign in first" } "." }
        },
    };
    Ok(panel(&format!("Open {shop}"), body))
}

#[derive(Debug, Deserialize)]
struct Finishing {
    token: SecretString,
    #[serde(default)]
    name: String,
    password: Option<SecretString>,
}

async fn finish(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Finishing>) -> Answer<Response> {
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

async fn enter(app: &App, address: Address, parts: &Parts, form: &Finishing) -> Result<String> {
    let hash = hash(&form.token);
    let (_, ticket) = open(app, Purpose::SignUp, &hash).await?;
    let tenant: TenantId = app.db.dice().id(app.db.clock().now());
    let (owner, who) = match (signed_in(app, parts).await, &form.password) {
        (Some((_, user)), _) => (Joiner::Known(user), Who::member(tenant, user)),
        (None, Some(password)) => {
            password::check_well(app, password, &[&form.name, &ticket.email]).await?;
            let password_hash = password::hash_password(app.db.dice(), password).await?;
            (Joiner::New(Newcomer { name: form.name.clone(), password_hash }), Who::visitor(tenant))
        }
        (None, None) => return Err(Error::field("password", "choose a password")),
    };
    let (token, begun) = begun(app, address, &parts.headers);
    let open = OpenTenant { hash, owner, time_zone: TIME_ZONE.to_owned(), currency: Money::inr(0).currency, begun };
    let before = rows::sessions_of(&app.db, &ticket.email).await?;
    app.db.run(&who.from(address.0), open).await?;
    forget(app, &before).await;
    Ok(token)
}
