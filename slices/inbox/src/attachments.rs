//! Files in a conversation: one that is sent is taken in first, and one that is shown is handed over by the slice of files.

use crate::commands::Reply;
use axum::response::Response;
use facts::{ConversationEntryId, ConversationId, FileId};
use http::HeaderMap;
use messages::{Attachment, Fetched};
use store::secret::sha256;
use store::{Error, Key, Look, Once, Result};
use web::{App, Caller, Incoming};

/// The bytes of a file, to whoever may read the inbox.
///
/// # Errors
/// `not_found`, also of another tenant's; `not_fetched`; a store that is away.
pub(crate) async fn content(app: &App, caller: &Caller, id: FileId, headers: &HeaderMap) -> Result<Response> {
    let it = find(&mut caller.read(app), id).await?;
    if it.state != Fetched::Kept {
        return Err(Error::conflict("not_fetched", "This file is not here: it is still being fetched, or could not be had."));
    }
    files::give(app, caller.tenant(), it.into(), headers).await
}

/// One of the caller's tenant.
///
/// # Errors
/// `not_found`.
pub(crate) async fn find(look: &mut impl Look, id: FileId) -> Result<Attachment> {
    messages::attachment(look, id).await?.ok_or_else(|| Error::not_found("attachment"))
}

/// A file for a customer, as it is asked for.
pub(crate) struct NewFile {
    pub to: ConversationId,
    pub caption: String,
    /// What it is called, where its sender does not say that with it.
    pub name: Option<String>,
}

/// Takes a file in and answers with it, once for each key. Bytes that no answer came to carry are taken away.
///
/// # Errors
/// What [`files::take`] and [`Reply`] refuse.
pub(crate) async fn send(
    app: &App,
    caller: &Caller,
    new: NewFile,
    incoming: Incoming,
    key: impl FnOnce(&str) -> Result<Key>,
) -> Result<Once<ConversationEntryId>> {
    let NewFile { to, caption, name } = new;
    let taken = files::take(app, &caller.who, name, incoming).await?;
    let (id, hash) = (taken.id, sha256(format!("{}\n{}\n{caption}", taken.sha256, taken.name)));
    let outcome = match key(&hash) {
        Ok(key) => {
            let reply = Reply { id: to, text: caption, as_template: false, file: Some(taken) };
            app.db.run_once(&caller.who, key, reply).await
        }
        Err(error) => Err(error),
    };
    let carried = outcome.as_ref().is_ok_and(|once| !once.replayed);
    if !carried {
        files::give_back(app, &caller.who, id).await;
    }
    outcome
}
