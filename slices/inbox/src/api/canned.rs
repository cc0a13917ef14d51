//! `/api/v1/canned-replies`.

use super::view::CannedView;
use crate::commands::{DeleteCanned, SaveCanned};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::CannedReplyId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Path, Permission, Route, made};

/// A reply that is to be kept ready.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCannedReply {
    /// What it is found by: letters, digits, - and _.
    #[schema(example = "opening-hours")]
    shortcut: String,
    /// May use `{{ name }}`, `{{ first_name }}`, `{{ phone }}`, `{{ agent }}` and `{{ shop }}`.
    #[schema(example = "Hello {{ first_name }}, we are open from nine to six.")]
    text: String,
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<CannedView>>> {
    let data = queries::canned(&mut caller.read(&app)).await?.into_iter().map(CannedView::from).collect();
    Ok(Json(Listed { data, next_cursor: None }))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewCannedReply>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewCannedReply { shortcut, text } = body.value;
    let once = app.db.run_once(&caller.who, key, SaveCanned { id: None, shortcut, text }).await?;
    Ok(made(CannedView::from(once.out), once.replayed))
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CannedReplyId>,
    body: Body<NewCannedReply>,
) -> Answer<Json<CannedView>> {
    let NewCannedReply { shortcut, text } = body.value;
    Ok(Json(app.db.run(&caller.who, SaveCanned { id: Some(id), shortcut, text }).await?.into()))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<CannedReplyId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteCanned(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/canned-replies", Permission::InboxRead, list)
            .says("List canned replies", "All of them, by what they are found by.")
            .gives::<Listed<CannedView>>(200),
        Route::post("/api/v1/canned-replies", Permission::InboxWrite, create)
            .says("Keep a reply ready", "Its variables are filled in from the customer when an agent takes it.")
            .keyed()
            .takes::<NewCannedReply>()
            .gives::<CannedView>(201),
        Route::put("/api/v1/canned-replies/{id}", Permission::InboxWrite, change)
            .says("Change a canned reply", "What it is found by and what it says.")
            .takes::<NewCannedReply>()
            .gives::<CannedView>(200),
        Route::delete("/api/v1/canned-replies/{id}", Permission::InboxWrite, delete)
            .says("Delete a canned reply", "What was sent with it stays."),
    ]
}
