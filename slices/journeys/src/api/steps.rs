//! Journeys as programs know them that speak of campaigns with steps: the steps one by one, enrolling somebody, and how far they are.

use super::go::EnrolledView;
use super::id::Which;
use super::view::RunView;
use crate::commands::{Enrol, PutStep};
use crate::plan::Step;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, MessageId};
use serde::Serialize;
use serde_json::Map;
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Path2, Permission, Route, made};

/// The steps of a journey as it is being written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneySteps)]
struct Steps {
    data: Vec<Step>,
}

async fn list(State(app): State<App>, caller: Caller, Path(Which(id)): Path<Which>) -> Answer<Json<Steps>> {
    let journey = queries::found(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Json(Steps { data: journey.draft.0.steps }))
}

async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(Which(id)): Path<Which>,
    key: IdempotencyKey,
    body: Body<Step>,
) -> Answer<Response> {
    let command = PutStep { id, change: None, step: body.value.clone() };
    let replayed = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.replayed,
        None => app.db.run(&caller.who, command).await.map(|_| false)?,
    };
    Ok(made(body.value, replayed))
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path2(Which(id), step): Path2<Which, String>,
    body: Body<Step>,
) -> Answer<Json<Steps>> {
    let journey = app.db.run(&caller.who, PutStep { id, change: Some(step), step: body.value }).await?;
    Ok(Json(Steps { data: journey.draft.0.steps }))
}

async fn enrol(State(app): State<App>, caller: Caller, Path2(contact, Which(id)): Path2<ContactId, Which>) -> Answer<Json<EnrolledView>> {
    let done = app.db.run(&caller.who, Enrol { id, people: vec![contact], given: Map::new() }).await?;
    Ok(Json(EnrolledView { entered: done.entered }))
}

/// A message of a pass.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyMessage)]
struct SentView {
    #[schema(value_type = String)]
    message_id: MessageId,
    step: String,
    /// How it stands, such as `delivered`.
    state: String,
}

/// How far somebody is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyProgress)]
struct Progress {
    #[serde(flatten)]
    run: RunView,
    /// What they were sent, oldest first.
    messages: Vec<SentView>,
}

async fn progress(State(app): State<App>, caller: Caller, Path2(contact, Which(id)): Path2<ContactId, Which>) -> Answer<Json<Progress>> {
    let look = &mut app.db.read_main(caller.tenant());
    let run = queries::latest(look, id, contact).await?.ok_or_else(|| Error::not_found("pass of theirs through this journey"))?;
    let messages = queries::sent(look, run.id).await?;
    let messages = messages.into_iter().map(|sent| SentView { message_id: sent.message_id, step: sent.step, state: sent.state }).collect();
    Ok(Json(Progress { run: run.into(), messages }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, MessagesRead, MessagesWrite};
    vec![
        Route::get("/api/v1/campaigns/{id}/steps", MessagesRead, list)
            .says("List the steps of a journey", "By its id, or by that of the campaign that it was made from.")
            .gives::<Steps>(200),
        Route::post("/api/v1/campaigns/{id}/steps", MessagesWrite, add)
            .says(
                "Add a step to a journey",
                "At its end. A campaign that gets its first step becomes a journey with the same number in its id.",
            )
            .takes::<Step>()
            .gives::<Step>(201),
        Route::put("/api/v1/campaigns/{id}/steps/{step_id}", MessagesWrite, change)
            .says("Change a step of a journey", "What is being written; whoever is in it stays on the version that they entered.")
            .takes::<Step>()
            .gives::<Steps>(200),
        Route::post("/api/v1/contacts/{id}/campaign/{campaign_id}/enroll", MessagesWrite, enrol)
            .says("Lead somebody into a journey", "By the journey's id, or by that of the campaign that it was made from.")
            .gives::<EnrolledView>(200),
        Route::get("/api/v1/contacts/{id}/campaigns/{campaign_id}/progress", ContactsRead, progress)
            .says("How far somebody is in a journey", "Their latest pass, with what they were sent.")
            .gives::<Progress>(200),
    ]
}
