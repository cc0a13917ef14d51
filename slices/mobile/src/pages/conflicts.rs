//! Changes that met another: both versions side by side, and a choice.

use super::HERE;
use crate::change::Collection;
use crate::commands::Settle;
use crate::model::Record;
use crate::queries::{self, Conflict};
use axum::extract::State;
use axum::response::Redirect;
use facts::ConflictId;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{Error, Look, Result};
use web::ui::{self, Badge, Button, Calendar, Meaning};
use web::{Answer, App, Caller, Path, Permission, Route};

/// The most that are shown at once; the next come up as these are settled.
const SHOWN: i64 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/admin/mobile-api/conflicts/{id}/take", Permission::ContentWrite, take).says("Take the device's version", "").page(),
        Route::post("/admin/mobile-api/conflicts/{id}/keep", Permission::ContentWrite, keep).says("Keep our version", "").page(),
    ]
}

async fn take(State(app): State<App>, caller: Caller, Path(id): Path<ConflictId>) -> Answer<Redirect> {
    settle(&app, &caller, id, true).await
}

async fn keep(State(app): State<App>, caller: Caller, Path(id): Path<ConflictId>) -> Answer<Redirect> {
    settle(&app, &caller, id, false).await
}

async fn settle(app: &App, caller: &Caller, id: ConflictId, take: bool) -> Answer<Redirect> {
    let collection = queries::conflict_of(&mut app.db.read_main(caller.tenant()), id).await?;
    let collection = collection.ok_or_else(|| Error::not_found("conflict"))?;
    if collection == Collection::Contacts && !caller.may(Permission::ContactsWrite) {
        return Err(Error::new(store::Kind::Forbidden, "forbidden", "You may not change contacts.").into());
    }
    app.db.run(&caller.who, Settle { id, take }).await?;
    Ok(Redirect::to(HERE))
}

/// A conflict and our version of what it is about.
pub(super) struct Waiting {
    conflict: Conflict,
    ours: Option<Record>,
    by: Option<String>,
}

/// The conflicts that wait, the oldest first.
pub(super) async fn waiting(look: &mut impl Look) -> Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    for conflict in queries::conflicts(look, SHOWN).await? {
        let ours = queries::record(look, conflict.collection, conflict.record_id).await?;
        let by = match conflict.user_id {
            Some(user) => identity::member(look, user).await?.map(|member| member.name),
            None => None,
        };
        waiting.push(Waiting { conflict, ours, by });
    }
    Ok(waiting)
}

pub(super) fn list(caller: &Caller, calendar: &Calendar, waiting: &[Waiting]) -> Markup {
    html! {
        p { "A phone changed these while it was away, and so did somebody else. Nothing is lost: choose which version stays." }
        @for one in waiting.iter().filter(|one| one.conflict.collection != Collection::Contacts || caller.may(Permission::ContactsRead)) {
            (card(caller, calendar, one))
        }
    }
}

fn card(caller: &Caller, calendar: &Calendar, waiting: &Waiting) -> Markup {
    let conflict = &waiting.conflict;
    let theirs = conflict.body.as_ref().map(|body| &body.0);
    let ours = waiting.ours.as_ref().and_then(|record| record.body.as_ref());
    let what = match conflict.collection {
        Collection::Prompts => "Prompt",
        Collection::Contacts => "Contact",
    };
    let rows = fields(theirs, ours);
    let act = |word: &str| format!("{HERE}/conflicts/{}/{word}", conflict.id);
    let title = format!("{what} “{}”", name(ours.or(theirs)));
    let aside = html! { @if let Some(by) = &waiting.by { bdi { (by) } ", " } (calendar.ago(conflict.created_at)) };
    let body = html! {
        (ui::detail_list(rows.iter().map(|(field, value)| (field.as_str(), value.clone()))))
        @if caller.may(Permission::ContentWrite) {
            (ui::actions(html! {
                (ui::post(&act("take"), caller.csrf(), Button::quiet("Take the phone's version")))
                (ui::post(&act("keep"), caller.csrf(), Button::quiet("Keep ours")))
            }))
        }
    };
    ui::section(&title, aside, body)
}

/// What somebody would call it.
fn name(body: Option<&Value>) -> &str {
    let field = |name: &str| body.and_then(|body| body[name].as_str()).filter(|text| !text.is_empty());
    field("title").or_else(|| field("name")).or_else(|| field("phone")).or_else(|| field("email")).unwrap_or("without a name")
}

/// Each field in which they differ, with both versions; one line where one of them is deleted.
fn fields(theirs: Option<&Value>, ours: Option<&Value>) -> Vec<(String, Markup)> {
    let (Some(theirs), Some(ours)) = (theirs, ours) else {
        let said = |body: Option<&Value>, words: &str| html! { @if body.is_some() { "has it" } @else { (words) } };
        let row = html! { (side("Phone", said(theirs, "deleted it"))) (side("Ours", said(ours, "deleted, or never there"))) };
        return vec![("All of it".to_owned(), row)];
    };
    let empty = serde_json::Map::new();
    let (mine, yours) = (theirs.as_object().unwrap_or(&empty), ours.as_object().unwrap_or(&empty));
    let names: BTreeSet<&String> = mine.keys().chain(yours.keys()).filter(|name| mine.get(*name) != yours.get(*name)).collect();
    let row = |name: &String| {
        let value = |fields: &serde_json::Map<String, Value>| html! { bdi { (plain(fields.get(name))) } };
        (name.clone(), html! { (side("Phone", value(mine))) (side("Ours", value(yours))) })
    };
    names.into_iter().map(row).collect()
}

fn side(label: &str, value: Markup) -> Markup {
    html! { p { (Badge::new(Meaning::Neutral, label)) " " (value) } }
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
