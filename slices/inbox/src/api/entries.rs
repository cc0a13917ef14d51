//! What stands in a conversation, and what is said in it: `/api/v1/conversations/{id}/entries`, `/replies`, `/notes`.

use super::view::EntryView;
use crate::commands::{AddNote, Reply};
use crate::model::Entry;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ConversationEntryId, ConversationId};
use serde::Deserialize;
use store::{Error, Once};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, made};

/// An answer to a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReply {
    /// 1 to 2000 bytes.
    #[schema(example = "Yes, it is ready. You can fetch it until six.")]
    text: String,
    /// Whether it goes inside the approved template of the type `direct_message`, which reaches the customer outside the 24 hours too.
    #[serde(default)]
    as_template: bool,
}

/// A note for colleagues.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    /// 1 to 2000 bytes.
    #[schema(example = "She asked for the blue one last time.")]
    text: String,
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Listed<EntryView>>> {
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let of = queries::conversation(&mut read, id).await?.ok_or_else(|| Error::not_found("conversation"))?;
    let rows = queries::entries(&mut read, &of, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, Entry::place).map(EntryView::from)))
}

async fn reply(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: IdempotencyKey,
    body: Body<NewReply>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewReply { text, as_template } = body.value;
    written(&app, &caller, app.db.run_once(&caller.who, key, Reply { id, text, as_template, file: None }).await?).await
}

async fn note(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: IdempotencyKey,
    body: Body<NewNote>,
) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    written(&app, &caller, app.db.run_once(&caller.who, key, AddNote { id, text: body.value.text }).await?).await
}

/// What was written down, as it stands there now.
async fn written(app: &App, caller: &Caller, once: Once<ConversationEntryId>) -> Answer<Response> {
    let entry = queries::entry(&mut app.db.read_main(caller.tenant()), once.out).await?.ok_or_else(|| Error::not_found("entry"))?;
    Ok(made(EntryView::from(entry), once.replayed))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/conversations/{id}/entries", Permission::InboxRead, list)
            .says(
                "What stands in a conversation",
                "Newest first: what the customer wrote, what was written to them by agents and by the house itself, notes, and what was done.",
            )
            .query::<Paging>()
            .gives::<Listed<EntryView>>(200),
        Route::post("/api/v1/conversations/{id}/replies", Permission::InboxWrite, reply)
            .says(
                "Answer a customer",
                "Queues the message and writes it down in one commit. On WhatsApp 409 window_closed more than 24 hours after the customer's \
                 last message: send it with `as_template` then. Two agents who answer at once are both heard.",
            )
            .keyed()
            .takes::<NewReply>()
            .gives::<EntryView>(201),
        Route::post("/api/v1/conversations/{id}/notes", Permission::InboxWrite, note)
            .says("Note something", "For colleagues alone: it is never sent.")
            .keyed()
            .takes::<NewNote>()
            .gives::<EntryView>(201),
    ]
}
