//! `POST /api/v1/notifications/resend/{id}`.

use super::view::QueuedView;
use crate::commands::ResendMessage;
use axum::extract::State;
use axum::response::Json;
use facts::MessageId;
use http::StatusCode;
use web::{Answer, App, Caller, Path, Permission, Route};

async fn resend(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Answer<(StatusCode, Json<QueuedView>)> {
    let done = app.db.run(&caller.who, ResendMessage(id)).await?;
    Ok((StatusCode::ACCEPTED, Json(done.into())))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/notifications/resend/{id}", Permission::MessagesWrite, resend)
            .says(
                "Send a message once more",
                "For one that came to nothing: dead, failed or unknown with no further try, suppressed, expired. It becomes a new message \
                 with the same text. Asking again for the same one answers with the message that was made the first time.",
            )
            .gives::<QueuedView>(202),
    ]
}
