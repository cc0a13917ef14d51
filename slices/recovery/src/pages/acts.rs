//! What the buttons of the page do.

use super::{HERE, how, list};
use crate::api::ListQuery;
use crate::commands::{PutSettings, SendNow, StopReminders};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::OrderId;
use store::Result;
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// Back to the page, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, outcome: Result<T>, typed: Option<&how::Typed>) -> Answer<Response> {
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(HERE).into_response()),
        Err(wrong) => {
            let page = list::page(app, caller, &ListQuery::default(), "", Some(&wrong), typed).await?;
            Ok((status(&wrong.0), page).into_response())
        }
    }
}

async fn send(State(app): State<App>, caller: Caller, Path(order_id): Path<OrderId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, SendNow { order_id, sequence: None }).await;
    done(&app, &caller, outcome, None).await
}

async fn stop(State(app): State<App>, caller: Caller, Path(order_id): Path<OrderId>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, StopReminders { order_id }).await;
    done(&app, &caller, outcome, None).await
}

async fn set(State(app): State<App>, caller: Caller, Form(typed): Form<how::Typed>) -> Answer<Response> {
    let outcome = match typed.settings() {
        Ok(settings) => app.db.run(&caller.who, PutSettings(settings)).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, outcome, Some(&typed)).await
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/admin/recovery/{order_id}/send", Permission::OrdersWrite, send)
            .page()
            .says("Send a reminder", "The next one, at once."),
        Route::post("/admin/recovery/{order_id}/stop", Permission::OrdersWrite, stop).page().says("Stop", "Reminds of an order no more."),
        Route::post("/admin/recovery/settings", Permission::TenantWrite, set).page().says("How you remind", "Saves it."),
    ]
}
