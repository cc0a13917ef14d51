//! Beginning a journey, holding it, ending it; leading people in and out.

use super::view::{EnrolmentView, JourneyView};
use crate::commands::{BringAll, Enrol, EnrolAudience, MoveJourney, TakeOut};
use crate::model::Act;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use campaigns::Audience;
use facts::{ContactId, JourneyId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Path2, Permission, Route, made};

async fn moved(app: &App, caller: &Caller, id: JourneyId, act: Act) -> Answer<Json<JourneyView>> {
    Ok(Json(app.db.run(&caller.who, MoveJourney { id, act }).await?.into()))
}

async fn begin(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Json<JourneyView>> {
    moved(&app, &caller, id, Act::Begin).await
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Json<JourneyView>> {
    moved(&app, &caller, id, Act::Pause).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Json<JourneyView>> {
    moved(&app, &caller, id, Act::Resume).await
}

async fn bring(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Json<JourneyView>> {
    Ok(Json(app.db.run(&caller.who, BringAll(id)).await?.into()))
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Json<JourneyView>> {
    moved(&app, &caller, id, Act::End).await
}

/// Who is led in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EnrolPeople)]
struct Asked {
    /// Up to 1,000 people.
    #[schema(value_type = Vec<String>)]
    contact_ids: Vec<ContactId>,
    /// What texts are filled in with besides what is known of each: texts, numbers or truth.
    #[serde(default)]
    #[schema(value_type = Object)]
    given: Map<String, Value>,
}

/// Who was led in. The others are in it, or have been and may not enter again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolledPeople)]
pub(super) struct EnrolledView {
    #[schema(value_type = Vec<String>)]
    pub entered: Vec<ContactId>,
}

async fn enrol(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<JourneyId>,
    key: IdempotencyKey,
    body: Body<Asked>,
) -> Answer<Json<EnrolledView>> {
    let command = Enrol { id, people: body.value.contact_ids, given: body.value.given };
    let done = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    Ok(Json(EnrolledView { entered: done.entered }))
}

/// Which audience is led in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EnrolAudience)]
struct Whole {
    /// Everybody where it says nothing.
    audience: Audience,
    /// What texts are filled in with besides what is known of each.
    #[serde(default)]
    #[schema(value_type = Object)]
    given: Map<String, Value>,
}

async fn enrol_audience(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<JourneyId>,
    key: IdempotencyKey,
    body: Body<Whole>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let once = app.db.run_once(&caller.who, key, EnrolAudience { id, audience: body.value.audience, given: body.value.given }).await?;
    Ok(made(EnrolmentView::from(once.out), once.replayed))
}

async fn take_out(State(app): State<App>, caller: Caller, Path2(id, contact): Path2<JourneyId, ContactId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, TakeOut { id, contact }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/api/v1/journeys/{id}/begin", MessagesWrite, begin)
            .says(
                "Begin a journey",
                "What is written becomes a version of its own, which people enter from now on. Whoever is in it stays on theirs.",
            )
            .gives::<JourneyView>(200),
        Route::post("/api/v1/journeys/{id}/pause", MessagesWrite, pause)
            .says("Pause a journey", "Everybody stays where they are. People still enter it.")
            .gives::<JourneyView>(200),
        Route::post("/api/v1/journeys/{id}/resume", MessagesWrite, resume)
            .says("Resume a journey", "Everybody goes on.")
            .gives::<JourneyView>(200),
        Route::post("/api/v1/journeys/{id}/bring-over", MessagesWrite, bring)
            .says(
                "Bring people onto the newest version",
                "Whoever is on an earlier one goes on from the step of the same name. Where there is none, they stay on theirs.",
            )
            .gives::<JourneyView>(200),
        Route::post("/api/v1/journeys/{id}/end", MessagesWrite, end)
            .says("End a journey", "For good: nobody enters it, and whoever is in it is led out.")
            .gives::<JourneyView>(200),
        Route::post("/api/v1/journeys/{id}/people", MessagesWrite, enrol)
            .says("Lead people into a journey", "Those whom its rule lets in. Nobody is in it twice at once.")
            .takes::<Asked>()
            .gives::<EnrolledView>(200),
        Route::delete("/api/v1/journeys/{id}/people/{contact_id}", MessagesWrite, take_out)
            .says("Lead somebody out of a journey", "They get nothing more of it."),
        Route::post("/api/v1/journeys/{id}/enrolments", MessagesWrite, enrol_audience)
            .says("Lead an audience into a journey", "Everybody, a list, a tag or a segment, page by page.")
            .keyed()
            .takes::<Whole>()
            .gives::<EnrolmentView>(201),
    ]
}
