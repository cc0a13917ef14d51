//! A person's own security: password, second factor, and where they are signed in.

use crate::commands::{ChangePassword, EndSession, OfferFactor, TurnOffFactor, TurnOnFactor, nothing_to_turn_on, wrong_code};
use crate::queries::{Factor, Seat};
use crate::{gate, passkeys, password, prove, queries, rules, second_factor, sso, tickets};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::UserId;
use http::{HeaderMap, StatusCode, Uri};
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;
use store::secret::sha256;
use store::{Actor, Error, Kind, Result};
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Empty, Field, Meaning, Row, Table};
use web::{Access, Answer, App, BackOffice, Caller, Failure, Form, Path, Route, back_office};

const HERE: &str = "/admin/security";
/// How much of a session's hash tells it from the person's others.
const NAME: usize = 12;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::SignedIn, show).says("Your security", "").page(),
        Route::post("/admin/security/password", Access::SignedIn, change_password)
            .says("Change your password", "")
            .at_most("LOGIN", 20)
            .page(),
        Route::post("/admin/security/factor", Access::SignedIn, offer).says("Set up a second factor", "").page(),
        Route::post("/admin/security/factor/on", Access::SignedIn, turn_on).says("Turn on a second factor", "").at_most("LOGIN", 20).page(),
        Route::post("/admin/security/factor/off", Access::SignedIn, turn_off)
            .says("Turn off a second factor", "")
            .at_most("LOGIN", 20)
            .page(),
        Route::post("/admin/security/sessions/{name}/end", Access::SignedIn, end).says("End a session", "").page(),
    ]
}

/// The person; a key and the operator have no password and no app.
pub(crate) fn person(caller: &Caller) -> Result<UserId> {
    match caller.who.actor {
        Actor::Member(user) => Ok(user),
        _ => Err(Error::new(Kind::Forbidden, "people_only", "Only a person who signs in has this page.")),
    }
}

/// The hash of the session in which somebody asks.
pub(crate) fn own_session(app: &App, headers: &HeaderMap) -> String {
    gate::session_token(app, headers).map(sha256).unwrap_or_default()
}

/// What the page shows besides how things stand.
#[derive(Default)]
struct Shown<'a> {
    /// A secret about to be proved.
    secret: Option<&'a str>,
    /// Recovery codes just made.
    codes: &'a [String],
    done: Option<&'a str>,
    wrong: Option<&'a Failure>,
}

async fn show(State(app): State<App>, caller: Caller, headers: HeaderMap, uri: Uri) -> Answer<Html<String>> {
    let done =
        uri.query().filter(|query| *query == "done=password").map(|_| "Your password is changed, and you are signed out everywhere else.");
    page(&app, &caller, &headers, Shown { done, ..Shown::default() }).await
}

/// The page again with what was wrong, where that was what somebody typed.
async fn again(app: &App, caller: &Caller, headers: &HeaderMap, secret: Option<&str>, error: Error) -> Answer<Response> {
    if !matches!(error.kind(), Kind::Invalid | Kind::Unauthenticated) {
        return Err(error.into());
    }
    let wrong = Failure::from(error);
    let page = page(app, caller, headers, Shown { secret, wrong: Some(&wrong), ..Shown::default() }).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[derive(Debug, Deserialize)]
struct Passwords {
    current: SecretString,
    password: SecretString,
}

async fn change_password(State(app): State<App>, caller: Caller, headers: HeaderMap, Form(form): Form<Passwords>) -> Answer<Response> {
    match exchange(&app, &caller, &headers, &form).await {
        Ok(()) => Ok(Redirect::to("/admin/security?done=password").into_response()),
        Err(error) => again(&app, &caller, &headers, None, error).await,
    }
}

async fn exchange(app: &App, caller: &Caller, headers: &HeaderMap, form: &Passwords) -> Result<()> {
    let user_id = person(caller)?;
    let old_hash = queries::password_hash(&app.db, user_id).await?.ok_or_else(|| Error::not_found("account"))?;
    if !password::verify(Some(old_hash.clone()), &form.current).await? {
        return Err(Error::field("current", "this is not your password"));
    }
    tickets::check_password(app, user_id, &form.password, &[&caller.name, &caller.tenant_name]).await?;
    let new_hash = password::hash_password(app.db.dice(), &form.password).await?;
    let keep = own_session(app, headers);
    let ended = app.db.run(&caller.who, ChangePassword { user_id, old_hash, new_hash, keep }).await?;
    gate::forget_sessions(app, &ended).await;
    Ok(())
}

async fn offer(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Answer<Html<String>> {
    let user_id = person(&caller)?;
    sso::own_account(&app, &own_session(&app, &headers)).await?;
    let secret = second_factor::secret(&mut app.db.dice().fork());
    app.db.run(&caller.who, OfferFactor { user_id, secret: secret.clone(), vault: app.vault.clone() }).await?;
    page(&app, &caller, &headers, Shown { secret: Some(&secret), ..Shown::default() }).await
}

#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    code: String,
}

async fn turn_on(State(app): State<App>, caller: Caller, headers: HeaderMap, Form(typed): Form<Typed>) -> Answer<Response> {
    let user_id = person(&caller)?;
    sso::own_account(&app, &own_session(&app, &headers)).await?;
    let waiting = queries::factor(&app.db, user_id).await?.filter(|factor| factor.confirmed_at.is_none());
    let waiting = waiting.ok_or_else(nothing_to_turn_on)?;
    let secret = app.vault.open(&second_factor::place(user_id), &waiting.locked)?;
    let Some(step) = second_factor::step(&secret, &typed.code, app.db.clock().now())? else {
        return again(&app, &caller, &headers, Some(&secret), wrong_code().with_field("code", "not what the app shows now")).await;
    };
    let codes = second_factor::recovery_codes(&mut app.db.dice().fork());
    let recovery = codes.iter().filter_map(|code| second_factor::recovery_hash(code)).collect();
    app.db.run(&caller.who, TurnOnFactor { user_id, step, recovery }).await?;
    // No redirect: the codes are in this answer and nowhere else.
    Ok(page(&app, &caller, &headers, Shown { codes: &codes, ..Shown::default() }).await?.into_response())
}

async fn turn_off(State(app): State<App>, caller: Caller, headers: HeaderMap, Form(typed): Form<Typed>) -> Answer<Response> {
    let user_id = person(&caller)?;
    let off = async {
        let proof = prove::code(&app, user_id, &typed.code).await?;
        app.db.run(&caller.who, TurnOffFactor { user_id, proof }).await
    };
    match off.await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => {
            let error = if error.code() == "wrong_code" { error.with_field("code", "wrong, over, or used already") } else { error };
            again(&app, &caller, &headers, None, error).await
        }
    }
}

async fn end(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Answer<Redirect> {
    let user_id = person(&caller)?;
    let hash = app.db.run(&caller.who, EndSession { user_id, name }).await?;
    gate::forget_session(&app, &hash).await;
    Ok(Redirect::to(HERE))
}

async fn page(app: &App, caller: &Caller, headers: &HeaderMap, shown: Shown<'_>) -> Answer<Html<String>> {
    let user = person(caller)?;
    let factor = queries::factor(&app.db, user).await?.filter(|factor| factor.confirmed_at.is_some());
    let now = app.db.clock().now();
    // What was just ended must be gone, so this does not look at a replica.
    let seats = queries::seats(&mut app.db.read_main(caller.tenant()), user, now).await?;
    let own = own_session(app, headers);
    let calendar = Calendar::new(&caller.time_zone, now);
    let body = html! {
        @if let Some(done) = shown.done { (Alert::new(Meaning::Good, done)) }
        (ui::section("Second factor", state(factor.as_ref()), second(caller, factor.as_ref(), &shown)?))
        (passkeys::section(app, caller, user).await?)
        (ui::section("Where you are signed in", "", sessions(caller, &calendar, &seats, &own)))
        (ui::section("Password", "", passwords(caller, &shown)))
    };
    let lead = html! { "For " strong { bdi { (caller.name) } } ", in every shop that you work for." };
    let page = BackOffice { title: "Your security", lead, action: Markup::default(), place: "", crumbs: &[], body };
    Ok(back_office(app, caller, page))
}

fn state(factor: Option<&Factor>) -> Markup {
    match factor {
        Some(factor) => html! { (Badge::new(Meaning::Good, "On")) " " (factor.recovery_codes) " recovery codes left" },
        None => html! { (Badge::new(Meaning::Attention, "Off")) },
    }
}

fn second(caller: &Caller, factor: Option<&Factor>, shown: &Shown) -> Result<Markup> {
    if !shown.codes.is_empty() {
        return Ok(recovery(shown.codes));
    }
    if let Some(secret) = shown.secret {
        return setting_up(caller, secret, shown);
    }
    Ok(html! {
        @if factor.is_some() {
            p { "Signing in asks for a code of your app after the password." }
            form method="post" action="/admin/security/factor/off" {
                (ui::csrf(caller.csrf()))
                (Field::text("code", "Code from your app, or a recovery code").required().autocomplete("one-time-code").error(field_error(shown.wrong, "code")))
                (ui::actions(html! { (Button::danger("Turn it off")) }))
            }
        } @else {
            p { "A password can be guessed, copied or found. With a second factor it takes your phone as well." }
            form method="post" action="/admin/security/factor" {
                (ui::csrf(caller.csrf()))
                (ui::actions(html! { (Button::primary("Set it up")) }))
            }
        }
    })
}

fn setting_up(caller: &Caller, secret: &str, shown: &Shown) -> Result<Markup> {
    let address = second_factor::address(secret, &format!("{} at {}", caller.name, caller.tenant_name))?;
    Ok(html! {
        p { "Scan this with an authenticator app, or type the key into it. Then type the code that it shows." }
        (ui::qr("QR code for your authenticator app", &address))
        (ui::code_block("Key", secret))
        form method="post" action="/admin/security/factor/on" {
            (ui::csrf(caller.csrf()))
            (Field::text("code", "Code from your app").required().autocomplete("one-time-code").error(field_error(shown.wrong, "code")))
            (ui::actions(html! { (Button::primary("Turn it on")) }))
        }
    })
}

fn recovery(codes: &[String]) -> Markup {
    let body = html! {
        p { "Without your phone, each of these opens once. They are shown this once: print them, or keep them where you keep your papers." }
        (ui::code_block("Recovery codes", &codes.join("\n")))
    };
    html! { (Alert::new(Meaning::Good, "The second factor is on").body(body)) }
}

fn sessions(caller: &Caller, calendar: &Calendar, seats: &[Seat], own: &str) -> Markup {
    let columns = vec![
        Column::text("browser", "Browser"),
        Column::text("address", "From"),
        Column::text("since", "Since"),
        Column::text("seen", "Last seen"),
        Column::text("do", "Action").matters(),
    ];
    let rows = seats.iter().map(|seat| {
        let name = seat.token_hash.get(..NAME).unwrap_or_default();
        let cells = [
            html! { bdi { (rules::browser(seat.browser.as_deref().unwrap_or_default())) } },
            html! { (seat.address.as_deref().unwrap_or("unknown")) },
            calendar.ago(seat.created_at),
            calendar.ago(seat.last_seen_at),
            html! { @if seat.token_hash == own { (Badge::new(Meaning::Good, "This one")) } @else { (end_button(caller, name)) } },
        ];
        Row::new(name, cells)
    });
    let here = ui::Query::parse(HERE, "");
    html! { (Table::new("Sessions", &here, columns).rows(rows).empty(Empty::new("Nowhere", "A session that you begin is listed here."))) }
}

fn end_button(caller: &Caller, name: &str) -> Markup {
    ui::post(&format!("/admin/security/sessions/{name}/end"), caller.csrf(), Button::quiet("Sign out").small())
}

fn passwords(caller: &Caller, shown: &Shown) -> Markup {
    html! {
        form method="post" action="/admin/security/password" {
            (ui::csrf(caller.csrf()))
            (Field::input("password", "current", "Your password").required().autocomplete("current-password").error(field_error(shown.wrong, "current")))
            (Field::input("password", "password", "A new one").required().autocomplete("new-password").error(field_error(shown.wrong, "password"))
                .help("At least 10 characters. A few unusual words are easier to keep than signs."))
            (ui::actions(html! { (Button::primary("Change it")) }))
        }
    }
}
