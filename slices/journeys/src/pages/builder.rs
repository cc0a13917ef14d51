//! `/admin/journeys/new` and `/admin/journeys/{id}/edit`: writing a journey, without script. A button that changes the steps shows the form anew.

use super::HERE;
use super::draft::{Draft, Typed, blank};
use super::fields::{Choices, steps, when, whom};
use crate::commands::SaveJourney;
use crate::model::Journey;
use crate::queries;
use crate::ready::Ready;
use axum::extract::State as Of;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::JourneyId;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::refused;
use web::problem::status;
use web::ui::{self, Alert, Button, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Query, Route, back_office, form_key, sent_form};

/// With what the form begins.
#[derive(Debug, Default, Deserialize)]
struct Begin {
    /// The name of a journey that is written already.
    ready: Option<String>,
}

async fn new(Of(app): Of<App>, caller: Caller, Query(begin): Query<Begin>) -> Answer<Html<String>> {
    let (name, plan) = match begin.ready {
        Some(slug) => {
            let ready = Ready::named(&slug).ok_or_else(|| Error::not_found("journey that is written already"))?;
            (ready.name.to_owned(), ready.plan()?)
        }
        None => (String::new(), blank()),
    };
    let draft = Draft { key: form_key(&app), version: String::new(), name, plan };
    page(&app, &caller, None, &draft, None).await
}

async fn edit(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Html<String>> {
    let journey = queries::found(&mut app.db.read_main(caller.tenant()), id).await?;
    page(&app, &caller, Some(id), &Draft::of(&journey), None).await
}

/// The form anew, with a step more, less, or higher up.
async fn reshape(Of(app): Of<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Html<String>> {
    let (mut draft, unread) = Draft::typed(&typed)?;
    let get = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    draft.reshape(get("do"), get("add"));
    page(&app, &caller, get("id").parse().ok(), &draft, unread.map(Failure::from).as_ref()).await
}

async fn make(Of(app): Of<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, None, &typed).await
}

async fn change(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, Some(id), &typed).await
}

async fn saved(app: &App, caller: &Caller, id: Option<JourneyId>, draft: &Draft) -> Result<Journey> {
    let command = SaveJourney { id, version: draft.version.parse().ok(), name: draft.name.clone(), plan: draft.plan.clone() };
    if id.is_some() {
        return app.db.run(&caller.who, command).await;
    }
    let key = sent_form(&draft.key, &format!("POST {HERE}/new"), &command)?;
    Ok(app.db.run_once(&caller.who, key, command).await?.out)
}

async fn save(app: &App, caller: &Caller, id: Option<JourneyId>, typed: &Typed) -> Answer<Response> {
    let (draft, unread) = Draft::typed(typed)?;
    let done = match unread {
        Some(unread) => Err(unread),
        None => saved(app, caller, id, &draft).await,
    };
    match refused(done)? {
        Ok(journey) => Ok(Redirect::to(&format!("{HERE}/{}", journey.id)).into_response()),
        Err(failure) => Ok((status(&failure.0), page(app, caller, id, &draft, Some(&failure)).await?).into_response()),
    }
}

async fn page(app: &App, caller: &Caller, id: Option<JourneyId>, draft: &Draft, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let choices = Choices::of(&mut app.db.read_main(caller.tenant())).await?;
    let action = id.map_or(format!("{HERE}/new"), |id| format!("{HERE}/{id}/edit"));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::hidden("key", &draft.key))
            (ui::hidden("version", &draft.version))
            (ui::hidden("id", &id.map(|id| id.to_string()).unwrap_or_default()))
            (ui::section("Who, and what for", "", whom(draft, &choices, wrong)))
            (ui::section("The steps", "", html! { p { "Each leads to the next, or to a later one that you choose. Texts may use " code { "{{ name|default(\"there\") }}" } " and whatever is known of people." } (steps(draft, &choices, wrong)) }))
            (ui::section("When", "", when(draft, wrong)))
            (ui::actions(html! { (Button::primary("Save")) (Button::bare("Back").href(id.map_or(HERE.to_owned(), |id| format!("{HERE}/{id}")))) }))
        }
    };
    let title = if draft.name.is_empty() { "Write a journey" } else { draft.name.as_str() };
    let lead = html! { "Whoever is in it stays on the version that they entered." };
    Ok(back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: HERE, crumbs: &[("Journeys", HERE)], body }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::get("/admin/journeys/new", MessagesWrite, new).page().says("Write a journey", "Step by step."),
        Route::post("/admin/journeys/new", MessagesWrite, make).page().says("Save a journey", "A new one."),
        Route::post("/admin/journeys/form", MessagesWrite, reshape).page().says("Change the steps of the form", "Nothing is saved by it."),
        Route::get("/admin/journeys/{id}/edit", MessagesWrite, edit).page().says("Change a journey", "What is being written."),
        Route::post("/admin/journeys/{id}/edit", MessagesWrite, change).page().says("Save a journey", "One that is changed."),
    ]
}
