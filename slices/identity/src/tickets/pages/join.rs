//! Following an invitation.

use super::Link;
use super::entry::{Comer, Entering, Entry, Said};
use crate::tickets::invitations::Join;
use crate::tickets::life::Ticket;
use crate::{gate, queries};
use axum::extract::{Request, State};
use axum::response::{Html, Response};
use facts::TenantId;
use facts::identity::Purpose;
use http::HeaderMap;
use maud::html;
use store::{Result, Who};
use web::ui::{Alert, Meaning};
use web::{Access, Address, Answer, App, Form, Query, Route};

const ENTRY: Entry = Entry { purpose: Purpose::Invitation, path: "/join", button: "Join" };

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ENTRY.path, Access::Public, show).says("Follow an invitation", "").page(),
        Route::post(ENTRY.path, Access::Public, join).says("Become a member", "").at_most("LOGIN", 20).body_limit(8_192).page(),
    ]
}

async fn show(State(app): State<App>, Query(link): Query<Link>, request: Request) -> Answer<Html<String>> {
    let (parts, _) = request.into_parts();
    Ok(ENTRY.page(&app, &parts, &link.token, ("", None), say).await?)
}

async fn say(app: &App, tenant: TenantId, ticket: &Ticket, known: &str) -> Result<Said> {
    let shop = queries::tenant(&mut app.db.read_main(tenant)).await?.name;
    let role = ticket.role.map(|role| role.to_string()).unwrap_or_default();
    Ok(Said {
        title: format!("Join {shop}"),
        known: html! { p { "You are signed in as " strong { (known) } ". You become " strong { (role) } " of " strong { (shop) } "." } },
        new: html! { (Alert::new(Meaning::Information, format!("You are invited as {role}."))) },
    })
}

async fn join(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Entering>) -> Answer<Response> {
    ENTRY.enter(&app, address, headers, &form, run, say).await
}

async fn run(app: &App, address: Address, comer: Comer) -> Result<()> {
    let who = comer.user().map_or_else(|| Who::visitor(comer.tenant), |user| Who::member(comer.tenant, user));
    let Comer { hash, joiner, begun, .. } = comer;
    let (tenant, user) = app.db.run(&who.from(address.0), Join { hash, joiner, begun }).await?;
    gate::forget_person(app, tenant, user).await;
    Ok(())
}
