//! What the buttons of a standing order's page do.

use super::{ORDERS, show, told};
use crate::commands::{EndStandingOrder, PauseStandingOrder, ResumeStandingOrder, SetDay};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::StandingOrderId;
use serde::Deserialize;
use store::Result;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// What the dialogs of the page ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    on_day: Option<String>,
    quantity: Option<String>,
    from_on: Option<String>,
    resumes_on: Option<String>,
    ends_on: Option<String>,
}

/// Back to the page, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, id: StandingOrderId, outcome: Result<T>) -> Answer<Response> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{ORDERS}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            let page = show::page(app, caller, id, None, Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn day(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, Form(asked): Form<Asked>) -> Answer<Response> {
    let set = SetDay { id, on_day: asked.on_day.unwrap_or_default(), quantity: asked.quantity };
    let outcome = app.db.run(&caller.who, set).await;
    done(&app, &caller, id, outcome).await
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, Form(asked): Form<Asked>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, PauseStandingOrder { id, from_on: asked.from_on, resumes_on: asked.resumes_on }).await;
    done(&app, &caller, id, outcome).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, ResumeStandingOrder { id, on_day: None }).await;
    done(&app, &caller, id, outcome).await
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>, Form(asked): Form<Asked>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, EndStandingOrder { id, ends_on: asked.ends_on }).await;
    done(&app, &caller, id, outcome).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::RoundsWrite;
    vec![
        Route::post("/admin/standing-orders/{id}/day", RoundsWrite, day).page().says("One day", "Another quantity, or none."),
        Route::post("/admin/standing-orders/{id}/pause", RoundsWrite, pause).page().says("Pause", "From a day on."),
        Route::post("/admin/standing-orders/{id}/resume", RoundsWrite, resume).page().says("Resume", "From the next day that can change."),
        Route::post("/admin/standing-orders/{id}/end", RoundsWrite, end).page().says("End", "With its last day."),
    ]
}
