//! Signing in at a shop's own provider: out to it, and back.

use crate::gate::cookie_value;
use crate::pages::{begun, cookie, from_here};
use crate::sso::client::{Provider, Ticket};
use crate::sso::commands::{ComeBack, Leave, SignInBySso, secret_place, verifier_place};
use crate::sso::model::Door;
use crate::sso::{CALLBACK, callback, rows, rules};
use crate::{password, rules as house, token};
use axum::extract::State;
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use facts::TenantId;
use http::header::{self, HeaderName};
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use web::ui::{self, Alert, Bare, Button, Field, Meaning};
use web::{Access, Address, Answer, App, Form, Query, Route};

const HERE: &str = "/admin/login/sso";
/// What ties a sign-in to the browser that began it.
const COOKIE: &str = "origin_sso";
/// The longest text that is taken back from a provider, in bytes.
const LONGEST: usize = 4_096;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::Public, show).says("Sign in with single sign-on", "").page(),
        Route::post(HERE, Access::Public, leave).says("Go to the provider", "").at_most("LOGIN", 20).body_limit(8_192).page(),
        Route::get(CALLBACK, Access::Public, come_back).says("Come back from the provider", "").at_most("LOGIN", 20).page(),
    ]
}

#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    shop: String,
    next: Option<String>,
}

async fn show(Query(typed): Query<Typed>) -> Html<String> {
    page(&typed, None)
}

async fn leave(State(app): State<App>, headers: HeaderMap, Form(typed): Form<Typed>) -> Answer<Response> {
    from_here(&app, &headers)?;
    match way_out(&app, &typed).await {
        Ok(response) => Ok(response),
        Err(error) if matches!(error.kind(), Kind::Unauthenticated | Kind::Invalid | Kind::NotFound) => {
            Ok((StatusCode::UNAUTHORIZED, page(&typed, Some(error.message()))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// By a shop's address straight to its provider. A domain may be claimed by anybody, so there the shop and the provider
/// are shown first.
async fn way_out(app: &App, typed: &Typed) -> Result<Response> {
    let shop = typed.shop.trim().to_lowercase();
    let next = house::local_path(typed.next.as_deref());
    let unknown = || Error::not_found("single sign-on: no shop of this name has it, and none for this e-mail address");
    let by_domain = shop.rsplit_once('@').map_or(shop.as_str(), |(_, domain)| domain);
    if let Some(domain) = rules::domain(by_domain) {
        let mut doors = rows::doors_of_domain(&app.db, &domain).await?;
        return match (doors.pop(), doors.is_empty()) {
            (Some(door), true) => Ok(this_way(&door, next).into_response()),
            (Some(_), false) => {
                Err(Error::invalid("several_shops", "Several shops let this domain in. Type the name in your shop's address."))
            }
            (None, _) => Err(unknown()),
        };
    }
    let slug = house::slug(&shop).map_err(|_| unknown())?;
    let door = rows::door(&app.db, &slug).await?.ok_or_else(unknown)?;
    let (address, browser) = set_out(app, &door, next).await?;
    Ok((tie(app, Some(&browser)), Redirect::to(&address)).into_response())
}

/// Notes a sign-in that leaves; where the browser goes, and what ties it to this sign-in.
async fn set_out(app: &App, door: &Door, next: &str) -> Result<(String, String)> {
    let secret = opened(app, door.tenant_id, door.locked.as_deref())?;
    let provider = Provider::find(&app.outside, &door.issuer, &door.client_id, secret, callback(app)).await?;
    let mut dice = app.db.dice().fork();
    let ticket = Ticket { state: token::secret(&mut dice), nonce: token::secret(&mut dice), verifier: token::secret(&mut dice) };
    let browser = token::secret(&mut dice);
    let state_hash = sha256(&ticket.state);
    let leave = Leave {
        verifier: app.vault.lock(&verifier_place(&state_hash), &ticket.verifier)?,
        state_hash,
        browser_hash: sha256(&browser),
        nonce: ticket.nonce.clone(),
        next: next.to_owned(),
        issuer: door.issuer.clone(),
    };
    app.db.run(&Who::system(door.tenant_id, "sso"), leave).await?;
    Ok((provider.address(&ticket), browser))
}

fn opened(app: &App, tenant: TenantId, locked: Option<&[u8]>) -> Result<Option<String>> {
    locked.map(|locked| app.vault.open(&secret_place(tenant), locked)).transpose()
}

#[derive(Debug, Deserialize)]
struct Back {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

async fn come_back(State(app): State<App>, address: Address, headers: HeaderMap, Query(back): Query<Back>) -> Answer<Response> {
    match finish(&app, address, &headers, back).await {
        Ok((token, next)) => {
            Ok((tie(&app, None), cookie(&app, Some(&token)), Redirect::to(house::local_path(Some(&next)))).into_response())
        }
        // The house's own mistakes are shown as such.
        Err(error) if matches!(error.kind(), Kind::Internal | Kind::TooMany) => Err(error.into()),
        Err(error) => {
            let page = page(&Typed::default(), Some(error.message()));
            Ok((StatusCode::UNAUTHORIZED, tie(&app, None), page).into_response())
        }
    }
}

/// Begins the session; its token, and where to go. What waited is used up before the provider is asked.
async fn finish(app: &App, address: Address, headers: &HeaderMap, back: Back) -> Result<(String, String)> {
    let short = |text: Option<String>| text.filter(|text| !text.is_empty() && text.len() <= LONGEST);
    let state_hash = sha256(short(back.state).ok_or_else(rules::over)?);
    let browser_hash = sha256(tied(app, headers).ok_or_else(rules::over)?);
    let tenant = rows::tenant_of_sign_in(&app.db, &state_hash).await?.ok_or_else(rules::over)?;
    let who = Who::system(tenant, "sso").from(address.0);
    let (pending, kept) = app.db.run(&who, ComeBack { state_hash: state_hash.clone(), browser_hash }).await?;
    if back.error.is_some() {
        return Err(rules::refused("sso_refused", "Your provider did not let you in. Start again, or ask whoever looks after it."));
    }
    // Another provider's answer (RFC 9207).
    if back.iss.is_some_and(|issuer| issuer != pending.issuer) {
        return Err(rules::over());
    }
    let code = short(back.code).ok_or_else(rules::over)?;
    let secret = opened(app, tenant, kept.locked.as_deref())?;
    let provider = Provider::find(&app.outside, &kept.issuer, &kept.client_id, secret, callback(app)).await?;
    let verifier = app.vault.open(&verifier_place(&state_hash), &pending.verifier)?;
    let vouched = provider.vouched(code, &pending.nonce, verifier, app.db.clock().now()).await?;
    // Nobody has this password: it is for an account that does not have one.
    let nobodys = SecretString::from(token::secret(&mut app.db.dice().fork()));
    let password_hash = password::hash_password(app.db.dice(), &nobodys).await?;
    let (token, begun) = begun(app, address, headers);
    app.db.run(&who, SignInBySso { vouched, client_id: kept.client_id, password_hash, begun }).await?;
    Ok((token, pending.next))
}

/// The header that ties a browser to a sign-in, or unties it. The provider sends the browser back by a link, so Lax is as strict as it may be.
fn tie(app: &App, browser: Option<&str>) -> AppendHeaders<[(HeaderName, String); 1]> {
    let (name, secure) = (tie_name(app), if app.is_https() { "; Secure" } else { "" });
    let age = browser.map_or(0, |_| rules::BACK_WITHIN.as_secs());
    let browser = browser.unwrap_or_default();
    AppendHeaders([(header::SET_COOKIE, format!("{name}={browser}; Path={HERE}; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"))])
}

/// By https, no neighbour without it can plant the cookie.
fn tie_name(app: &App) -> &'static str {
    if app.is_https() { "__Secure-origin_sso" } else { COOKIE }
}

fn tied<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie_value(headers, tie_name(app))
}

fn page(typed: &Typed, wrong: Option<&str>) -> Html<String> {
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, wrong)) }
        form method="post" action=(HERE) {
            (ui::hidden("next", house::local_path(typed.next.as_deref())))
            (Field::text("shop", "Your shop, or your e-mail address").value(&typed.shop).required().autocomplete("email")
                .help("The name in your shop's address, such as asha-and-co."))
            (ui::actions(html! { (Button::primary("Go on")) }))
        }
        p { a href="/admin/login" { "Sign in with a password" } }
    };
    bare(body)
}

fn this_way(door: &Door, next: &str) -> Html<String> {
    let host = url_host(&door.issuer);
    bare(html! {
        p { "People of this domain sign in to " strong { bdi { (door.name) } } " at " strong { (host) } ". Go on only if you work there." }
        form method="post" action=(HERE) {
            (ui::hidden("next", next))
            (ui::hidden("shop", &door.slug))
            (ui::actions(html! { (Button::primary("Go on")) }))
        }
        p { a href=(HERE) { "Another shop" } }
    })
}

fn bare(body: Markup) -> Html<String> {
    Html(ui::bare(Bare { title: "Single sign-on", body: ui::panel("Single sign-on", body) }).into_string())
}

/// The host of an address that was judged when it was typed.
fn url_host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
