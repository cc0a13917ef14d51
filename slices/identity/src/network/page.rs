//! `/admin/network`: from where one may come, and which sites may call the API from a browser.

use super::api::{set_networks, set_origins};
use super::commands::may_set;
use super::rows;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{StatusCode, Uri};
use maud::{Markup, html};
use serde::Deserialize;
use store::Kind;
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Field, Meaning};
use web::{ACCOUNT, Address, Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, account_tabs, back_office};

const HERE: &str = "/admin/network";
const ADDRESSES: &str = "/admin/network/addresses";
const ORIGINS: &str = "/admin/network/origins";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::TenantWrite, show).says("Network", "").page(),
        Route::post(ADDRESSES, Permission::TenantWrite, set_addresses).says("Set from where one may come", "").page(),
        Route::post(ORIGINS, Permission::TenantWrite, set_sites).says("Set which sites may call the API", "").page(),
    ]
}

#[derive(Debug, Deserialize)]
struct Networks {
    #[serde(default)]
    networks: String,
}

#[derive(Debug, Deserialize)]
struct Sites {
    #[serde(default)]
    origins: String,
}

/// What the page shows besides how things stand.
#[derive(Default)]
struct Shown {
    networks: Option<String>,
    origins: Option<String>,
    wrong: Option<Failure>,
    done: bool,
}

async fn show(State(app): State<App>, caller: Caller, address: Address, uri: Uri) -> Answer<Html<String>> {
    page(&app, &caller, address, Shown { done: uri.query() == Some("done=saved"), ..Shown::default() }).await
}

/// The lines of a text that say something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

async fn set_addresses(State(app): State<App>, caller: Caller, address: Address, Form(typed): Form<Networks>) -> Answer<Response> {
    let split = |line: &str| {
        let (network, note) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        (network.to_owned(), note.to_owned())
    };
    let set = set_networks(&app, &caller, lines(&typed.networks).map(split).collect(), address.0).await;
    answer(&app, &caller, address, set, Shown { networks: Some(typed.networks), ..Shown::default() }).await
}

async fn set_sites(State(app): State<App>, caller: Caller, address: Address, Form(typed): Form<Sites>) -> Answer<Response> {
    let set = set_origins(&app, &caller, lines(&typed.origins).map(str::to_owned).collect()).await;
    answer(&app, &caller, address, set, Shown { origins: Some(typed.origins), ..Shown::default() }).await
}

async fn answer(app: &App, caller: &Caller, address: Address, set: store::Result<()>, shown: Shown) -> Answer<Response> {
    match set {
        Ok(()) => Ok(Redirect::to("/admin/network?done=saved").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let page = page(app, caller, address, Shown { wrong: Some(error.into()), ..shown }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, caller: &Caller, address: Address, shown: Shown) -> Answer<Html<String>> {
    let mut look = app.db.read_main(caller.tenant());
    let networks = rows::networks(&mut look).await?;
    let origins = rows::origins(&mut look).await?;
    let owner = may_set(&caller.reach).is_ok();
    let listed: Vec<String> = networks.iter().map(|listed| format!("{} {}", listed.network, listed.note).trim_end().to_owned()).collect();
    let seen = address.0.to_canonical().to_string();
    let body = html! {
        (account_tabs(HERE))
        @if shown.done { (Alert::new(Meaning::Good, "It is saved, and holds at once.")) }
        @if !owner { (Alert::new(Meaning::Attention, "Only an owner can change this.")) }
        (ui::section("Addresses", state(networks.is_empty()), addresses(caller, &shown, &listed, &seen, owner)))
        (ui::section("Sites that call the API", "", sites(caller, &shown, &origins, owner)))
    };
    let lead = html! { "From where this account may be used. You come from " code { (seen) } "." };
    let page = BackOffice { title: "Network", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body };
    Ok(back_office(app, caller, page))
}

fn state(anywhere: bool) -> Markup {
    if anywhere {
        html! { (Badge::new(Meaning::Neutral, "From anywhere")) }
    } else {
        html! { (Badge::new(Meaning::Good, "Restricted")) }
    }
}

fn addresses(caller: &Caller, shown: &Shown, listed: &[String], seen: &str, owner: bool) -> Markup {
    let typed = shown.networks.clone().unwrap_or_else(|| listed.join("\n"));
    let help = format!("One a line: an address or a network, and a note if you like. Empty for anywhere. Yours is {seen}.");
    html! {
        p { "Members, their phones and API keys may come from these networks alone. The shop, its customers and payment providers are never asked." }
        form method="post" action=(ADDRESSES) {
            (ui::csrf(caller.csrf()))
            (Field::area("networks", "Networks", 5).value(typed).placeholder("203.0.113.0/24 Office").help(help)
                .error(field_error(shown.wrong.as_ref(), "networks")))
            @if owner { (ui::actions(html! { (Button::primary("Save addresses")) })) }
        }
    }
}

fn sites(caller: &Caller, shown: &Shown, origins: &[String], owner: bool) -> Markup {
    let typed = shown.origins.clone().unwrap_or_else(|| origins.join("\n"));
    html! {
        p { "Pages of these origins may call the API from a browser (CORS), with an API key or a device's token. Nobody's session is open to them." }
        form method="post" action=(ORIGINS) {
            (ui::csrf(caller.csrf()))
            (Field::area("origins", "Origins", 4).value(typed).placeholder("https://app.example")
                .help("One a line: https, the host, and the port if it is not the usual one. http is for localhost alone.")
                .error(field_error(shown.wrong.as_ref(), "origins")))
            @if owner { (ui::actions(html! { (Button::primary("Save sites")) })) }
        }
    }
}
