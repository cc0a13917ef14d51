//! Starting an experiment, stopping it, choosing a variant; people meet one.

use super::view::ExperimentView;
use crate::commands::{Decide, Enrol, Given, MoveExperiment};
use crate::rules::Act;
use axum::Json;
use axum::extract::State;
use facts::{ContactId, ExperimentId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route};

async fn start(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Json<ExperimentView>> {
    Ok(Json(app.db.run(&caller.who, MoveExperiment { id, act: Act::Start }).await?.into()))
}

async fn stop(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Json<ExperimentView>> {
    Ok(Json(app.db.run(&caller.who, MoveExperiment { id, act: Act::Stop }).await?.into()))
}

/// What was chosen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecideExperiment)]
struct Chosen {
    /// The name of the variant that everybody gets from now on.
    #[schema(example = "B")]
    variant: String,
}

async fn decide(State(app): State<App>, caller: Caller, Path(id): Path<ExperimentId>, body: Body<Chosen>) -> Answer<Json<ExperimentView>> {
    Ok(Json(app.db.run(&caller.who, Decide { id, variant: body.value.variant }).await?.into()))
}

/// Who is about to meet a variant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EnrolInExperiment)]
struct Asked {
    /// Up to 1,000 people.
    #[schema(value_type = Vec<String>)]
    contact_ids: Vec<ContactId>,
}

/// Who gets which variant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolledInExperiment)]
struct EnrolledView {
    /// In the order that they were asked for.
    people: Vec<GivenView>,
}

/// Somebody's variant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExperimentPlace)]
struct GivenView {
    #[schema(value_type = String)]
    contact_id: ContactId,
    /// Its name.
    variant: String,
    /// Whether they are to get nothing.
    holdout: bool,
}

async fn enrol(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    key: IdempotencyKey,
    body: Body<Asked>,
) -> Answer<Json<EnrolledView>> {
    let command = Enrol { id, people: body.value.contact_ids };
    let given = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    let view = |Given { contact_id, variant, holdout }| GivenView { contact_id, variant, holdout };
    Ok(Json(EnrolledView { people: given.into_iter().map(view).collect() }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/api/v1/experiments/{id}/start", MessagesWrite, start)
            .says("Start an experiment", "People meet its variants from now on, which stay as they are.")
            .gives::<ExperimentView>(200),
        Route::post("/api/v1/experiments/{id}/stop", MessagesWrite, stop)
            .says("Stop an experiment", "Nobody new is counted. What those do who met a variant counts until their days are over.")
            .gives::<ExperimentView>(200),
        Route::post("/api/v1/experiments/{id}/decide", MessagesWrite, decide)
            .says(
                "Choose a variant",
                "Everybody gets it from now on; an experiment that runs is stopped by it. What was known by then is kept beside it.",
            )
            .takes::<Chosen>()
            .gives::<ExperimentView>(200),
        Route::post("/api/v1/experiments/{id}/enrol", MessagesWrite, enrol)
            .says(
                "Ask who gets which variant",
                "Notes that they meet it: ask when it is shown. Each person's is the same every time, and their first meeting counts.",
            )
            .takes::<Asked>()
            .gives::<EnrolledView>(200),
    ]
}
