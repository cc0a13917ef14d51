//! Opening a tenant of one's own.

use super::entry::{Comer, Entering, Entry, Said};
use super::{Link, again, notice, panel};
use crate::model::TIME_ZONE;
use crate::pages::from_here;
use crate::tickets::life::Ticket;
use crate::tickets::sign_up::{self, OpenTenant};
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use facts::identity::Purpose;
use facts::{Money, TenantId};
use http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Duration;
use store::secret::sha256;
use store::{Error, Result, Who};
use web::limits::Rate;
use web::page::field_error;
use web::ui::{self, Button, Field};
use web::{Access, Address, Answer, App, Failure, Form, Query, Route};

const ASK: &str = "/signup";
const ENTRY: Entry = Entry { purpose: Purpose::SignUp, path: "/signup/finish", button: "Open the shop" };
/// Mails that strangers may have sent to one address.
const MAILS: Rate = Rate { limit: 3, window: Duration::from_secs(3_600) };

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ASK, Access::Public, show).says("Sign up", "").page(),
        Route::post(ASK, Access::Public, ask).says("Sign up", "").at_most("SIGNUP", 10).body_limit(8_192).page(),
        Route::get(ENTRY.path, Access::Public, form).says("Finish signing up", "").page(),
        Route::post(ENTRY.path, Access::Public, finish).says("Finish signing up", "").at_most("SIGNUP", 10).body_limit(8_192).page(),
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
    sign_up::ask(app, &Who::visitor(first).from(address.0), &form.email, &form.business).await
}

async fn form(State(app): State<App>, Query(link): Query<Link>, request: Request) -> Answer<Html<String>> {
    let (parts, _) = request.into_parts();
    Ok(ENTRY.page(&app, &parts, &link.token, ("", None), say).await?)
}

async fn say(_: &App, _: TenantId, ticket: &Ticket, known: &str) -> Result<Said> {
    let shop = ticket.name.as_deref().unwrap_or_default();
    Ok(Said {
        title: format!("Open {shop}"),
        known: html! { p { "You are signed in as " strong { (known) } ", and will own " strong { (shop) } " as well." } },
        new: Markup::default(),
    })
}

async fn finish(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Entering>) -> Answer<Response> {
    ENTRY.enter(&app, address, headers, &form, run, say).await
}

async fn run(app: &App, address: Address, comer: Comer) -> Result<()> {
    let tenant: TenantId = app.db.dice().id(app.db.clock().now());
    let who = comer.user().map_or_else(|| Who::visitor(tenant), |user| Who::member(tenant, user));
    let Comer { hash, joiner: owner, begun, .. } = comer;
    let open = OpenTenant { hash, owner, time_zone: TIME_ZONE.to_owned(), currency: Money::inr(0).currency, begun };
    app.db.run(&who.from(address.0), open).await.map(drop)
}
