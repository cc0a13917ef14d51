//! Files in conversations: `/api/v1/conversations/{id}/files`, `/api/v1/attachments/{id}`.

use super::view::{AttachmentView, EntryView};
use crate::attachments::{NewFile, content, find, send};
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ConversationId, FileId};
use http::HeaderMap;
use messages::{FetchAgain, LARGEST_ATTACHMENT};
use serde::Deserialize;
use store::Error;
use utoipa::IntoParams;
use web::{Answer, App, Caller, IdempotencyKey, Incoming, Path, Permission, Query, Route, made};

/// What a file that is sent is called, and what stands under it.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Named {
    /// What it is called, such as `price-list.pdf`; a form's file has a name of its own.
    name: Option<String>,
    /// The text under it, at most 1024 characters.
    caption: Option<String>,
}

async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(named): Query<Named>,
    key: IdempotencyKey,
    incoming: Incoming,
) -> Answer<Response> {
    let new = NewFile { to: id, caption: named.caption.unwrap_or_else(|| incoming.said("caption").to_owned()), name: named.name };
    let once = send(&app, &caller, new, incoming, |hash| key.required(hash)).await?;
    let entry = queries::entry(&mut app.db.read_main(caller.tenant()), once.out).await?.ok_or_else(|| Error::not_found("entry"))?;
    Ok(made(EntryView::from(entry), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<FileId>, headers: HeaderMap) -> Answer<Response> {
    Ok(content(&app, &caller, id, &headers).await?)
}

async fn again(State(app): State<App>, caller: Caller, Path(id): Path<FileId>) -> Answer<Json<AttachmentView>> {
    app.db.run(&caller.who, FetchAgain(id)).await?;
    Ok(Json(find(&mut app.db.read_main(caller.tenant()), id).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/conversations/{id}/files", Permission::InboxWrite, add)
            .says(
                "Send a file to a customer",
                "The body is the file, with its Content-Type, and `name` says what it is called; or a form (multipart/form-data) with one file, and `caption` before it. \
                 JPEG and PNG up to 5 MB; PDF, text, Word, Excel and PowerPoint up to 16 MB. Within WhatsApp's 24 hours, and to those who wrote \
                 to a number at Meta: to others 409 `text_only`.",
            )
            .query::<Named>()
            .keyed()
            .gives::<EntryView>(201)
            .streamed(LARGEST_ATTACHMENT),
        Route::get("/api/v1/attachments/{id}", Permission::InboxRead, show)
            .says("Fetch an attachment", "Its bytes, whole or in ranges. 409 `not_fetched` until they are here: see `state` of the entry's attachment."),
        Route::post("/api/v1/attachments/{id}/fetch", Permission::InboxWrite, again)
            .says("Ask for an attachment again", "For one whose `state` is `failed`, while the provider still has it; nothing happens otherwise.")
            .gives::<AttachmentView>(200),
    ]
}
