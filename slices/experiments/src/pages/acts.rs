//! The buttons of an experiment's page.

use super::{HERE, show};
use crate::api::PeopleQuery;
use crate::commands::{Decide, DeleteExperiment, MoveExperiment};
use crate::rules::Act;
use axum::extract::State as Of;
use axum::response::{IntoResponse, Redirect, Response};
use facts::ExperimentId;
use serde::Deserialize;
use store::Result;
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// Back to a page, or the experiment with what was wrong.
async fn answer<T>(app: &App, caller: &Caller, id: ExperimentId, done: Result<T>, to: String) -> Answer<Response> {
    match refused(done)? {
        Ok(_) => Ok(Redirect::to(&to).into_response()),
        Err(failure) => {
            let page = show::page(app, caller, id, &PeopleQuery::default(), "", Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn moved(app: &App, caller: &Caller, id: ExperimentId, act: Act) -> Answer<Response> {
    let done = app.db.run(&caller.who, MoveExperiment { id, act }).await;
    answer(app, caller, id, done, format!("{HERE}/{id}")).await
}

async fn start(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Start).await
}

async fn stop(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Stop).await
}

#[derive(Debug, Deserialize)]
struct Chosen {
    variant: String,
}

async fn decide(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>, Form(chosen): Form<Chosen>) -> Answer<Response> {
    let done = app.db.run(&caller.who, Decide { id, variant: chosen.variant }).await;
    answer(&app, &caller, id, done, format!("{HERE}/{id}")).await
}

async fn delete(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Response> {
    let done = app.db.run(&caller.who, DeleteExperiment(id)).await;
    answer(&app, &caller, id, done, HERE.to_owned()).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/admin/experiments/{id}/start", MessagesWrite, start).page().says("Start an experiment", "People meet its variants."),
        Route::post("/admin/experiments/{id}/stop", MessagesWrite, stop).page().says("Stop an experiment", "Nobody new is counted."),
        Route::post("/admin/experiments/{id}/decide", MessagesWrite, decide).page().says("Choose a variant", "For everybody."),
        Route::post("/admin/experiments/{id}/delete", MessagesWrite, delete).page().says("Delete an experiment", "A draft."),
    ]
}
