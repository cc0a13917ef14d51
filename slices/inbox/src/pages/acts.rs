//! What the forms of a conversation do.

use super::HERE;
use super::desk::{Asked, show};
use crate::commands::{AddNote, ChangeConversation, Deed, MarkSeen, Reply};
use crate::model::Lead;
use crate::people::member;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{CannedReplyId, ConversationId, Currency, Money, Time};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Error, Key, Result};
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// The hour of the morning at which what was snoozed comes back.
const MORNING: i8 = 9;

/// What was written.
#[derive(Debug, Deserialize)]
struct Written {
    text: String,
    /// One for each page, so that a form that is sent twice says it once.
    once: String,
    as_template: Option<String>,
}

/// What was typed so far, and the canned reply that is to follow it.
#[derive(Debug, Deserialize)]
struct Chosen {
    text: String,
    canned: CannedReplyId,
}

/// What the dialogs ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    version: i64,
    assignee: String,
    until: String,
    labels: String,
    stage: String,
    value: String,
}

/// Back to the page, or the page again with what was wrong and what was typed.
async fn done<T>(app: &App, caller: &Caller, id: ConversationId, typed: Option<&str>, outcome: Result<T>) -> Answer<Response> {
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{id}#reply")).into_response()),
        Err(failure) => {
            let page = show(app, caller, id, Asked { typed, wrong: Some(&failure), ..Asked::default() }).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn reply(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Written>) -> Answer<Response> {
    let command = Reply { id, text: it.text.clone(), as_template: it.as_template.is_some(), file: None };
    let outcome = app.db.run_once(&caller.who, key("reply", &it), command).await;
    done(&app, &caller, id, Some(&it.text), outcome).await
}

async fn note(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Written>) -> Answer<Response> {
    let outcome = app.db.run_once(&caller.who, key("note", &it), AddNote { id, text: it.text.clone() }).await;
    done(&app, &caller, id, Some(&it.text), outcome).await
}

/// The page again, with the canned reply behind what was typed.
async fn canned(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Chosen>) -> Answer<Html<String>> {
    let ready = queries::canned_reply(&mut app.db.read_main(caller.tenant()), it.canned).await?;
    let ready = Some(ready.ok_or_else(|| Error::not_found("canned reply"))?);
    show(&app, &caller, id, Asked { typed: Some(&it.text), ready, ..Asked::default() }).await
}

fn key(what: &str, it: &Written) -> Key {
    Key { key: format!("inbox/{}", it.once), scope: format!("inbox {what}"), body_hash: store::secret::sha256(&it.text) }
}

async fn seen(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>) -> Answer<Redirect> {
    app.db.run(&caller.who, MarkSeen(id)).await?;
    Ok(Redirect::to(&format!("{HERE}/{id}")))
}

async fn change(app: App, caller: Caller, id: ConversationId, version: i64, deed: Result<Deed>) -> Answer<Response> {
    let outcome = match deed {
        Ok(deed) => app.db.run(&caller.who, ChangeConversation { id, version, deed }).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, id, None, outcome).await
}

async fn assign(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Wanted>) -> Answer<Response> {
    let to = match it.assignee.as_str() {
        "" => Ok(None),
        user => match user.parse() {
            Ok(user) => member(&app, &caller, user).await.map(Some),
            Err(_) => Err(Error::field("assignee", "a member of this account")),
        },
    };
    change(app, caller, id, it.version, to.map(Deed::Assign)).await
}

async fn snooze(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Wanted>) -> Answer<Response> {
    let wrong = || Error::field("until", "a day such as 2026-11-25");
    let morning = it.until.trim().parse::<Date>().ok().and_then(|day| day.at(MORNING, 0, 0, 0).to_zoned(caller.zone()).ok());
    let until = morning.map(|at| Time(at.timestamp().as_millisecond())).ok_or_else(wrong);
    change(app, caller, id, it.version, until.map(Deed::Snooze)).await
}

async fn resolve(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Wanted>) -> Answer<Response> {
    change(app, caller, id, it.version, Ok(Deed::Resolve)).await
}

async fn reopen(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Wanted>) -> Answer<Response> {
    change(app, caller, id, it.version, Ok(Deed::Reopen)).await
}

async fn label(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Wanted>) -> Answer<Response> {
    let labels = it.labels.split(',').map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect();
    change(app, caller, id, it.version, Ok(Deed::Label(labels))).await
}

async fn lead(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, Form(it): Form<Wanted>) -> Answer<Response> {
    let before = queries::conversation(&mut app.db.read_main(caller.tenant()), id).await?;
    let currency = before.and_then(|it| it.lead_currency).unwrap_or(Currency::INR);
    change(app, caller, id, it.version, typed(&it, currency).map(Deed::Lead)).await
}

/// The lead that was typed; none where no stage was chosen.
fn typed(it: &Wanted, currency: Currency) -> Result<Option<Lead>> {
    if it.stage.is_empty() {
        return Ok(None);
    }
    let stage = it.stage.parse().map_err(|_| Error::field("stage", "new, contacted, won or lost"))?;
    let value = match it.value.trim() {
        "" => None,
        value => Some(Money::typed(value, currency).ok_or_else(|| Error::field("value", "an amount such as 4999.00"))?),
    };
    Ok(Some(Lead { stage, value }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::InboxWrite;
    vec![
        Route::post("/admin/inbox/{id}/reply", InboxWrite, reply).page().says("Reply", "Sends it."),
        Route::post("/admin/inbox/{id}/note", InboxWrite, note).page().says("Note", "For colleagues."),
        Route::post("/admin/inbox/{id}/canned", InboxWrite, canned).page().says("Canned reply", "Puts one behind what is typed."),
        Route::post("/admin/inbox/{id}/seen", InboxWrite, seen).page().says("Seen", "Nothing of it is unread."),
        Route::post("/admin/inbox/{id}/assign", InboxWrite, assign).page().says("Assign", "To a member, or to nobody."),
        Route::post("/admin/inbox/{id}/snooze", InboxWrite, snooze).page().says("Snooze", "Until the morning of a day."),
        Route::post("/admin/inbox/{id}/resolve", InboxWrite, resolve).page().says("Resolve", "Nothing is left to answer."),
        Route::post("/admin/inbox/{id}/reopen", InboxWrite, reopen).page().says("Reopen", "It goes on."),
        Route::post("/admin/inbox/{id}/labels", InboxWrite, label).page().says("Labels", "In place of those that it had."),
        Route::post("/admin/inbox/{id}/lead", InboxWrite, lead).page().says("Lead", "Its stage and worth."),
    ]
}
