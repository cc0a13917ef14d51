//! API keys: what there is, a new one shown once, an end to one.

use crate::commands::{CreateApiKey, RevokeApiKey, RotateApiKey};
use crate::model::{ApiKey, NewKey, OVERLAP};
use crate::test_mode::{self, Mode};
use crate::{gate, queries, rules};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{ApiKeyId, Id, Time};
use http::{StatusCode, Uri};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;
use store::{Error, Kind};
use web::page::field_error;
use web::ui::{self, Alert, Badge, Button, Calendar, Column, Dialog, Empty, Field, Meaning, Row, Table};
use web::{
    Answer, App, BackOffice, Caller, Cursor, Failure, Form, Listed, Paging, Path, Permission, Query, Reach, Role, Route, account_tabs,
    back_office,
};

const HERE: &str = "/admin/keys";
const MODES: [(&str, &str); 2] = [(Mode::Live.as_str(), "Your shop"), (Mode::Test.as_str(), "Test data")];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::KeysWrite, show).says("API keys", "").page(),
        Route::post(HERE, Permission::KeysWrite, create).says("Make an API key", "").page(),
        Route::post("/admin/keys/{id}/rotate", Permission::KeysWrite, rotate).says("Replace an API key", "").page(),
        Route::post("/admin/keys/{id}/revoke", Permission::KeysWrite, revoke).says("Revoke an API key", "").page(),
    ]
}

/// What the page shows besides the keys.
#[derive(Default)]
struct Shown<'a> {
    made: Option<&'a NewKey>,
    typed: Typed,
    wrong: Option<&'a Failure>,
}

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(paging): Query<Paging>) -> Answer<Html<String>> {
    page(&app, &caller, &paging, uri.query(), Shown::default()).await
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    mode: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    per_hour: String,
    #[serde(default)]
    days: String,
    /// The ticked scopes, each `scope.` and its name, besides whatever else the form holds.
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

impl Typed {
    fn ticks(&self, scope: Permission) -> bool {
        self.rest.contains_key(&format!("scope.{scope}"))
    }

    /// What was ticked; nothing ticked is everything.
    fn scopes(&self) -> Option<Vec<Permission>> {
        let ticked: Vec<_> = Permission::ALL.iter().copied().filter(|scope| self.ticks(*scope)).collect();
        (!ticked.is_empty()).then_some(ticked)
    }

    fn command(&self, by: Reach, now: Time) -> store::Result<CreateApiKey> {
        let role = self.role.parse().map_err(|_| Error::field("role", "choose one"))?;
        let number = |field: &str, text: &str| -> store::Result<Option<u32>> {
            let text = text.trim();
            let read = (!text.is_empty()).then(|| text.parse()).transpose();
            read.map_err(|_| Error::field(field, "a whole number"))
        };
        let days = number("days", &self.days)?;
        if days.is_some_and(|days| days == 0 || days > 3_650) {
            return Err(Error::field("days", "1 to 3650 days, or nothing"));
        }
        let expires_at = days.map(|days| now.after(Duration::from_secs(u64::from(days) * 86_400)));
        let per_hour = number("per_hour", &self.per_hour)?;
        let mode = if self.mode == Mode::Test.as_str() { Mode::Test } else { Mode::Live };
        Ok(CreateApiKey { name: self.name.clone(), mode, role, scopes: self.scopes(), per_hour, expires_at, by })
    }
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let made = make(&app, &caller, &typed).await;
    let first = Paging::default();
    match made {
        // No redirect: the key is in this answer and nowhere else.
        Ok(key) => Ok(page(&app, &caller, &first, None, Shown { made: Some(&key), ..Shown::default() }).await?.into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let wrong = Failure::from(error);
            let page = page(&app, &caller, &first, None, Shown { typed, wrong: Some(&wrong), made: None }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn make(app: &App, caller: &Caller, typed: &Typed) -> store::Result<NewKey> {
    let command = typed.command(caller.reach.clone(), app.db.clock().now())?;
    if command.mode == Mode::Test {
        test_mode::ready(app, caller).await.map_err(|error| Error::field("mode", error.message().to_owned()))?;
    }
    app.db.run(&caller.who, command).await
}

async fn rotate(State(app): State<App>, caller: Caller, Path(id): Path<ApiKeyId>) -> Answer<Html<String>> {
    let (made, hash) = app.db.run(&caller.who, RotateApiKey { id, overlap: OVERLAP, by: caller.reach.clone() }).await?;
    gate::forget_key(&app, &hash).await;
    // No redirect: the key is in this answer and nowhere else.
    page(&app, &caller, &Paging::default(), None, Shown { made: Some(&made), ..Shown::default() }).await
}

async fn revoke(State(app): State<App>, caller: Caller, Path(id): Path<ApiKeyId>) -> Answer<Redirect> {
    let hash = app.db.run(&caller.who, RevokeApiKey { id }).await?;
    gate::forget_key(&app, &hash).await;
    Ok(Redirect::to(HERE))
}

async fn page(app: &App, caller: &Caller, paging: &Paging, query: Option<&str>, shown: Shown<'_>) -> Answer<Html<String>> {
    let limit = paging.limit()?;
    // What was just made or revoked must be seen, so this does not look at a replica.
    let rows = queries::keys(&mut app.db.read_main(caller.tenant()), paging.cursor()?, limit + 1).await?;
    let keys = Listed::new(rows, limit, |key| Cursor { at: key.created_at, id: key.id.uuid() });
    let now = app.db.clock().now();
    let live = keys.data.iter().filter(|key| rules::key_works(key.expires_at, key.revoked_at, now)).count();
    let here = ui::Query::parse(HERE, query.unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, now);
    let body = html! {
        (account_tabs(HERE))
        @if let Some(key) = shown.made { (just_made(key)) }
        (table(&here, &calendar, &keys, now))
        @for key in keys.data.iter().filter(|key| key.revoked_at.is_none()) {
            @if rules::key_works(key.expires_at, key.revoked_at, now) { (replacing(caller, key)) }
            (question(caller, key))
        }
        (test_data(caller))
        (ui::section("New key", Markup::default(), form(caller, &shown)))
    };
    let lead = html! { (live) @if live == 1 { " key opens" } @else { " keys open" } " the API for programs of yours." };
    let page = BackOffice { title: "API keys", lead, action: Markup::default(), place: HERE, crumbs: &[], body };
    Ok(back_office(app, caller, page))
}

/// The way to look at what test keys do.
fn test_data(caller: &Caller) -> Markup {
    let body = html! { p { "Programs that are not ready yet work on test data, with keys of their own. Payments and messages are played there." } };
    let look = html! {
        form method="post" action="/admin/test" { (ui::csrf(caller.csrf())) (Button::quiet("Look at the test data").small()) }
    };
    ui::section("Test data", look, body)
}

fn just_made(key: &NewKey) -> Markup {
    let body = html! {
        p { "It is shown this once. Copy it to where it is needed; Origin keeps only its hash." }
        (ui::code_block("Authorization: Bearer", &key.key))
    };
    html! { (Alert::new(Meaning::Good, format!("Key “{}” made", key.api_key.name)).body(body)) }
}

fn table(here: &ui::Query, calendar: &Calendar, keys: &Listed<ApiKey>, now: Time) -> Markup {
    let columns = vec![
        Column::text("name", "Name"),
        Column::text("prefix", "Begins with"),
        Column::text("mode", "Works on").matters(),
        Column::text("role", "Role"),
        Column::number("per_hour", "An hour"),
        Column::text("used", "Last used"),
        Column::text("state", "State").matters(),
        Column::text("do", "Action").matters(),
    ];
    let rows = keys.data.iter().map(|key| row(calendar, key, now));
    let empty = Empty::new("No keys yet", "A key lets a program of yours place orders and send messages.");
    html! { (Table::new("API keys", here, columns).rows(rows).next(keys.next_cursor.as_deref()).empty(empty)) }
}

fn row(calendar: &Calendar, key: &ApiKey, now: Time) -> Row {
    let works = rules::key_works(key.expires_at, key.revoked_at, now);
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => html! { (Badge::new(Meaning::Bad, "Revoked")) " " (calendar.day(at)) },
        (None, Some(at)) if works => html! { (Badge::new(Meaning::Good, "Works")) " until " (calendar.day(at)) },
        (None, Some(at)) => html! { (Badge::new(Meaning::Attention, "Expired")) " " (calendar.day(at)) },
        (None, None) => html! { (Badge::new(Meaning::Good, "Works")) },
    };
    let used = key.last_used_at.map_or_else(|| html! { "never" }, |at| calendar.ago(at));
    let end = html! {
        @if works { (Button::quiet("Replace").small().opens(replace_dialog(key.id))) " " }
        @if key.revoked_at.is_none() { (Button::quiet("Revoke").small().opens(dialog(key.id))) }
    };
    let cells = [
        html! { bdi { (key.name) } },
        html! { code { (key.prefix) "…" } },
        html! { @match key.mode { Mode::Live => "your shop", Mode::Test => (Badge::new(Meaning::Information, "Test data")) } },
        html! { (key.role) @if let Some(scopes) = &key.scopes { ", for " (scopes.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")) } },
        html! { (key.per_hour) },
        used,
        state,
        end,
    ];
    Row::new(key.id, cells)
}

fn replace_dialog(id: ApiKeyId) -> String {
    format!("replace-{id}")
}

fn replacing(caller: &Caller, key: &ApiKey) -> Markup {
    let hours = OVERLAP.as_secs() / 3_600;
    let body = html! {
        p { "You get a new key that may do the same. The old one goes on for " (hours) " hours: put the new one in its place before that." }
    };
    html! {
        (Dialog {
            id: &replace_dialog(key.id),
            title: &format!("Replace “{}”?", key.name),
            body,
            action: &format!("/admin/keys/{}/rotate", key.id),
            csrf: caller.csrf(),
            button: Button::primary("Make the new key"),
            typed: None,
        })
    }
}

fn dialog(id: ApiKeyId) -> String {
    format!("revoke-{id}")
}

fn question(caller: &Caller, key: &ApiKey) -> Markup {
    let body = html! { p { "Whatever uses it is refused from this moment. A revoked key does not come back." } };
    html! {
        (Dialog {
            id: &dialog(key.id),
            title: &format!("Revoke “{}”?", key.name),
            body,
            action: &format!("/admin/keys/{}/revoke", key.id),
            csrf: caller.csrf(),
            button: Button::danger("Revoke it"),
            typed: None,
        })
    }
}

fn form(caller: &Caller, shown: &Shown) -> Markup {
    let typed = &shown.typed;
    let wrong = |field: &str| field_error(shown.wrong, field);
    let roles = Role::ALL.iter().filter(|role| rules::may_grant(&caller.reach, **role).is_ok());
    let roles = roles.map(|role| (role.as_str(), role.as_str()));
    let role = if typed.role.is_empty() { Role::User.as_str() } else { &typed.role };
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            (Field::text("name", "What it is for").value(&typed.name).required().placeholder("Till in the shop").error(wrong("name")))
            (Field::select("mode", "What it works on", MODES).value(if typed.mode.is_empty() { Mode::Live.as_str() } else { &typed.mode })
                .help("Test data lies beside your shop's: nothing is charged and nothing is sent.").error(wrong("mode")))
            (Field::select("role", "What it may do", roles).value(role).required().error(wrong("role")))
            (Field::input("number", "per_hour", "Requests an hour").value(&typed.per_hour).placeholder("1000").error(wrong("per_hour")))
            (Field::input("number", "days", "Works for so many days").value(&typed.days).help("Nothing means until it is revoked.").error(wrong("days")))
            details.scopes open[typed.scopes().is_some() || wrong("scopes").is_some()] {
                summary { "Only some of what the role may" }
                @for scope in Permission::ALL.iter().filter(|scope| caller.may(**scope)) {
                    (Field::checkbox(format!("scope.{scope}"), format!("{scope}: {}", scope.says()), typed.ticks(*scope)))
                }
                @if let Some(wrong) = wrong("scopes") { p.error { (wrong) } }
            }
            (ui::actions(html! { (Button::primary("Make the key")) }))
        }
    }
}
