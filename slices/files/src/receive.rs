//! From a request's body to a file of the shop.

use crate::commands::{AbandonUpload, BeginUpload, FinishUpload};
use crate::depot::Measured;
use crate::model::File;
use crate::rules;
use crate::world::World;
use bytes::Bytes;
use facts::FileId;
use store::{Error, Result, Who};
use web::{App, Incoming};

/// Takes a file in. It goes on when the sender hangs up, to clear up what is half there.
///
/// # Errors
/// A file that is empty, too large, without a name, or does not arrive whole; nothing of it is kept then.
pub(crate) async fn receive(app: &App, who: &Who, name: Option<String>, mut incoming: Incoming) -> Result<File> {
    let given = name.or_else(|| incoming.name.clone()).unwrap_or_default();
    let (name, media_type) = (rules::name(&given)?, rules::media_type(&incoming.content_type));
    let (app, who) = (app.clone(), who.clone());
    let taking = tokio::spawn(async move {
        let world = app.extra::<World>()?;
        let id = app.db.run(&who, BeginUpload).await?;
        let put = world.depot.put(who.tenant, id, &mut incoming).await;
        finish(&app, &who, id, name, media_type, put).await
    });
    taking.await.map_err(Error::internal)?
}

/// Adds a file from memory, and gives its id.
///
/// # Errors
/// A name that no file may have; a store that is away.
pub async fn add(app: &App, who: &Who, name: &str, media_type: &str, bytes: Bytes) -> Result<FileId> {
    let world = app.extra::<World>()?;
    let id = app.db.run(who, BeginUpload).await?;
    let put = world.depot.put_bytes(who.tenant, id, bytes).await;
    Ok(finish(app, who, id, rules::name(name)?, rules::media_type(media_type), put).await?.id)
}

async fn finish(app: &App, who: &Who, id: FileId, name: String, media_type: String, put: Result<Measured>) -> Result<File> {
    let done = match put {
        Ok(Measured { size, sha256 }) => app.db.run(who, FinishUpload { id, name, media_type, size, sha256 }).await,
        Err(error) => Err(error),
    };
    if done.is_err()
        && let Err(error) = app.db.run(who, AbandonUpload(id)).await
    {
        tracing::warn!(%id, ?error, "an upload that was broken off is cleared up later");
    }
    done
}
