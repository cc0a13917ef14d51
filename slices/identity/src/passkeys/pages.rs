//! Adding and removing passkeys, and signing in by one. What a page needs script for stays hidden without it.

use super::ceremony::{self, Owner, Signed, home};
use super::commands::{AddPasskey, Ask, RemovePasskey, SignInByPasskey, Take};
use super::rows::{self, Kept};
use crate::pages::{begun, cookie, from_here, login_page, own_session, person};
use crate::{password, prove, queries, rules, sso, token};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::UserId;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Access, Address, Answer, App, Caller, Form, Path, Route};

const ASK_TO_SIGN: &str = "/admin/login/passkey/start";
const SIGN_IN: &str = "/admin/login/passkey";
const ASK_TO_MAKE: &str = "/admin/security/passkeys/start";
const ADD: &str = "/admin/security/passkeys";
const SECURITY: &str = "/admin/security";
/// How much of a passkey's id tells it from the person's others.
const SHOWN: usize = 12;
/// The largest form with a device's answer in it, in bytes.
const ANSWER_MOST: usize = 64 * 1_024;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post(ASK_TO_SIGN, Access::Public, ask_to_sign).says("Ask for a passkey", "").at_most("LOGIN", 20).body_limit(8_192).page(),
        Route::post(SIGN_IN, Access::Public, sign_in)
            .says("Sign in with a passkey", "")
            .at_most("LOGIN", 20)
            .body_limit(ANSWER_MOST)
            .page(),
        Route::post(ASK_TO_MAKE, Access::SignedIn, ask_to_make)
            .says("Ask for a new passkey", "")
            .at_most("LOGIN", 20)
            .body_limit(8_192)
            .page(),
        Route::post(ADD, Access::SignedIn, add).says("Add a passkey", "").body_limit(ANSWER_MOST).page(),
        Route::post("/admin/security/passkeys/{shown}/remove", Access::SignedIn, remove).says("Remove a passkey", "").page(),
    ]
}

/// What script gets: the question for the device, and under which token its answer is awaited; or what is wrong, in words.
async fn told(app: &App, user_id: Option<UserId>, asked: Result<(Value, Value)>) -> Answer<Response> {
    let (question, state) = match asked {
        Ok(asked) => asked,
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Forbidden | Kind::Conflict | Kind::TooMany) => {
            let message = error.fields().first().map_or(error.message(), |field| field.message.as_str());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"message": message}))).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let token = token::secret(&mut app.db.dice().fork());
    let first = app.identity.shop(app, None).await?;
    app.db.run(&Who::system(first.tenant, "passkey"), Ask { token_hash: sha256(&token), user_id, state }).await?;
    Ok(Json(json!({"token": token, "question": question})).into_response())
}

async fn ask_to_sign(State(app): State<App>, headers: HeaderMap) -> Answer<Response> {
    from_here(&app, &headers)?;
    told(&app, None, ceremony::ask_to_sign(&app.public_url)).await
}

#[derive(Debug, Deserialize)]
struct Answered {
    token: SecretString,
    /// What the device answered, as JSON.
    answer: String,
    next: Option<String>,
    #[serde(default)]
    name: String,
}

async fn sign_in(State(app): State<App>, address: Address, headers: HeaderMap, Form(form): Form<Answered>) -> Answer<Response> {
    from_here(&app, &headers)?;
    let next = form.next.as_deref();
    match open(&app, address, &headers, &form).await {
        Ok(token) => Ok((cookie(&app, Some(&token)), Redirect::to(rules::local_path(next))).into_response()),
        Err(error) if error.kind() == Kind::Unauthenticated => {
            Ok((StatusCode::UNAUTHORIZED, login_page(&app, next, "", Some(error.message()))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins the session of whoever holds the passkey, and answers its token.
async fn open(app: &App, address: Address, headers: &HeaderMap, form: &Answered) -> Result<String> {
    let first = app.identity.shop(app, None).await?;
    let state = app.db.run(&Who::system(first.tenant, "passkey"), taken(form, None)).await?;
    let signed = Signed::read(&form.answer)?;
    let nobodys = || ceremony::refused("a passkey that nobody has");
    let user = rows::passkey(&app.db, &signed.id()).await?.ok_or_else(nobodys)?.user_id;
    let tenant = rows::place(&app.db, user).await?.ok_or_else(nobodys)?;
    let (token, begun) = begun(app, address, headers);
    let command = SignInByPasskey { signed, state, public_url: app.public_url.clone(), begun };
    app.db.run(&Who::member(tenant, user).from(address.0), command).await?;
    Ok(token)
}

fn taken(form: &Answered, user_id: Option<UserId>) -> Take {
    Take { token_hash: sha256(form.token.expose_secret()), user_id }
}

#[derive(Debug, Deserialize)]
struct Wish {
    #[serde(default)]
    name: String,
    #[serde(default)]
    own_password: SecretString,
}

async fn ask_to_make(State(app): State<App>, caller: Caller, headers: HeaderMap, Form(wish): Form<Wish>) -> Answer<Response> {
    let user = person(&caller)?;
    told(&app, Some(user), question(&app, &caller, &headers, user, &wish).await).await
}

/// A passkey outlives the session in which it is added, so the password is asked for.
async fn question(app: &App, caller: &Caller, headers: &HeaderMap, user: UserId, wish: &Wish) -> Result<(Value, Value)> {
    sso::own_account(app, &own_session(app, headers)).await?;
    rules::label("name", &wish.name, 60)?;
    prove::not_too_often(app, user).await?;
    if !password::verify(queries::password_hash(&app.db, user).await?, &wish.own_password).await? {
        return Err(Error::field("own_password", "This is not your password."));
    }
    let member = queries::member(&mut caller.read(app), user).await?.ok_or_else(|| Error::not_found("member"))?;
    let has: Vec<_> = rows::passkeys(&app.db, user).await?.into_iter().map(|kept| kept.credential.0).collect();
    ceremony::ask_to_make(&app.public_url, &Owner { id: user, login: &member.username, name: &member.name, has: &has })
}

async fn add(State(app): State<App>, caller: Caller, headers: HeaderMap, Form(form): Form<Answered>) -> Answer<Redirect> {
    let user_id = person(&caller)?;
    sso::own_account(&app, &own_session(&app, &headers)).await?;
    let name = rules::label("name", &form.name, 60)?;
    let state = app.db.run(&caller.who, taken(&form, Some(user_id))).await?;
    let passkey = ceremony::made(&app.public_url, state, &form.answer)?;
    app.db.run(&caller.who, AddPasskey { user_id, name, passkey }).await?;
    Ok(Redirect::to(SECURITY))
}

async fn remove(State(app): State<App>, caller: Caller, headers: HeaderMap, Path(shown): Path<String>) -> Answer<Redirect> {
    let user_id = person(&caller)?;
    sso::own_account(&app, &own_session(&app, &headers)).await?;
    app.db.run(&caller.who, RemovePasskey { user_id, shown }).await?;
    Ok(Redirect::to(SECURITY))
}

/// The button on the sign-in page; nothing where the house has no name that passkeys could belong to.
pub(crate) fn button(app: &App, next: &str) -> Markup {
    let Some((name, _)) = home(&app.public_url) else { return Markup::default() };
    let fields = html! { (ui::hidden("next", next)) };
    html! { (form(SIGN_IN, ASK_TO_SIGN, &name, fields, Button::quiet("Sign in with a passkey"))) }
}

/// A form whose script asks the device first, and fills in what it answers.
fn form(action: &str, ask: &str, host: &str, fields: Markup, button: Button) -> Markup {
    html! {
        form method="post" action=(action) data-passkey=(ask) data-passkey-host=(host) hidden {
            (ui::hidden("token", ""))
            (ui::hidden("answer", ""))
            (fields)
            p.error role="alert" hidden {}
            (ui::actions(button))
        }
        script src=(ui::assets::url("passkeys.js")) defer {}
    }
}

/// The part of a person's security page about passkeys.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn section(app: &App, caller: &Caller, user: UserId) -> Result<Markup> {
    let all = rows::passkeys(&app.db, user).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let Some((name, url)) = home(&app.public_url) else { return Ok(Markup::default()) };
    let fields = html! {
        (ui::csrf(caller.csrf()))
        (Field::text("name", "What you call it").required().placeholder("My phone").autocomplete("off"))
        (Field::input("password", "own_password", "Your password").required().autocomplete("current-password"))
    };
    Ok(ui::section(
        "Passkeys",
        "",
        html! {
            p { "Your device signs you in, once you unlock it: no password to type, and no code. A passkey works at " (address(&url)) " alone." }
            (table(caller, &calendar, &all))
            (form(ADD, ASK_TO_MAKE, &name, fields, Button::primary("Add a passkey")))
        },
    ))
}

fn address(url: &webauthn_rs::prelude::Url) -> Markup {
    let security = format!("{}{}", url.as_str().trim_end_matches('/'), SECURITY);
    html! { a href=(security) { (url.as_str().trim_end_matches('/')) } }
}

fn table(caller: &Caller, calendar: &Calendar, all: &[Kept]) -> Markup {
    let columns = vec![
        Column::text("name", "Name"),
        Column::text("added", "Added"),
        Column::text("used", "Last used"),
        Column::text("do", "Action").matters(),
    ];
    let rows = all.iter().map(|kept| {
        let shown = kept.id.get(..SHOWN).unwrap_or_default();
        let used = kept.last_used_at.map_or_else(|| html! { "never" }, |at| calendar.ago(at));
        let remove = ui::post(&format!("{ADD}/{shown}/remove"), caller.csrf(), Button::quiet("Remove").small());
        Row::new(shown, [html! { bdi { (kept.name) } }, calendar.ago(kept.created_at), used, remove])
    });
    let here = ui::Query::parse(SECURITY, "");
    html! { (Table::new("Passkeys", &here, columns).rows(rows).empty(Empty::new("No passkeys yet", "Add one on each device that you sign in from."))) }
}
