//! The buttons of a journey's page.

use super::{HERE, show};
use crate::api::ListQuery;
use crate::commands::{BringAll, DeleteJourney, EnrolAudience, MoveJourney};
use crate::model::Act;
use axum::extract::State as Of;
use axum::response::{IntoResponse, Redirect, Response};
use campaigns::Audience;
use facts::JourneyId;
use serde::Deserialize;
use serde_json::Map;
use store::Result;
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// Back to a page, or the journey with what was wrong.
async fn answer<T>(app: &App, caller: &Caller, id: JourneyId, done: Result<T>, to: String) -> Answer<Response> {
    match refused(done)? {
        Ok(_) => Ok(Redirect::to(&to).into_response()),
        Err(failure) => {
            let page = show::page(app, caller, id, &ListQuery::default(), "", Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn moved(app: &App, caller: &Caller, id: JourneyId, act: Act) -> Answer<Response> {
    let done = app.db.run(&caller.who, MoveJourney { id, act }).await;
    answer(app, caller, id, done, format!("{HERE}/{id}")).await
}

async fn begin(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Begin).await
}

async fn pause(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Pause).await
}

async fn resume(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Resume).await
}

async fn end(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::End).await
}

async fn bring(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Response> {
    let done = app.db.run(&caller.who, BringAll(id)).await;
    answer(&app, &caller, id, done, format!("{HERE}/{id}")).await
}

async fn delete(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>) -> Answer<Response> {
    let done = app.db.run(&caller.who, DeleteJourney(id)).await;
    answer(&app, &caller, id, done, HERE.to_owned()).await
}

#[derive(Debug, Deserialize)]
struct Whom {
    audience: String,
}

async fn enrol(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>, Form(whom): Form<Whom>) -> Answer<Response> {
    // The same form sent twice leads nobody in twice: whoever is inside does not enter.
    let done = match Audience::chosen(&whom.audience) {
        Ok(audience) => app.db.run(&caller.who, EnrolAudience { id, audience, given: Map::new() }).await,
        Err(error) => Err(error),
    };
    answer(&app, &caller, id, done, format!("{HERE}/{id}")).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/admin/journeys/{id}/begin", MessagesWrite, begin)
            .page()
            .says("Begin a journey", "What is written, as a version of its own."),
        Route::post("/admin/journeys/{id}/pause", MessagesWrite, pause).page().says("Pause a journey", "Everybody stays where they are."),
        Route::post("/admin/journeys/{id}/resume", MessagesWrite, resume).page().says("Go on", "Where everybody stopped."),
        Route::post("/admin/journeys/{id}/end", MessagesWrite, end).page().says("End a journey", "For good."),
        Route::post("/admin/journeys/{id}/bring-over", MessagesWrite, bring)
            .page()
            .says("Bring people onto the newest version", "Each to the step of the same name."),
        Route::post("/admin/journeys/{id}/delete", MessagesWrite, delete).page().says("Delete a journey", "One that was never begun."),
        Route::post("/admin/journeys/{id}/enrol", MessagesWrite, enrol).page().says("Lead people in", "An audience, page by page."),
    ]
}
