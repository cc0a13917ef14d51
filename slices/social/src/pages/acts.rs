//! The buttons of a post's page.

use super::{POSTS, show};
use crate::commands::MovePost;
use crate::rules::Act;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::SocialPostId;
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Path, Permission, Route};

/// Back to the post, or the post with what was wrong.
async fn moved(app: &App, caller: &Caller, id: SocialPostId, act: Act) -> Answer<Response> {
    match refused(app.db.run(&caller.who, MovePost { id, act }).await)? {
        Ok(_) => Ok(Redirect::to(&format!("{POSTS}/{id}")).into_response()),
        Err(failure) => Ok((status(&failure.0), show::page(app, caller, id, Some(&failure)).await?).into_response()),
    }
}

async fn plan(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Plan).await
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Cancel).await
}

async fn retry(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Response> {
    moved(&app, &caller, id, Act::Retry).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::post("/admin/social/posts/{id}/plan", MessagesWrite, plan).page().says("Plan a post", "It goes out at its time."),
        Route::post("/admin/social/posts/{id}/cancel", MessagesWrite, cancel).page().says("Cancel a post", "Before its time."),
        Route::post("/admin/social/posts/{id}/retry", MessagesWrite, retry).page().says("Send a post again", "To where it did not arrive."),
    ]
}
