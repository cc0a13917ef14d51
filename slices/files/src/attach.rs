//! Bytes that belong to rows of other slices, such as what is sent along in a conversation. That they are on their way is noted like any
//! upload's, and whoever writes the row takes them over in its commit ([`bear`]); who deletes it sends for them ([`remove`]).

use crate::api::handed;
use crate::commands::{AbandonUpload, BeginUpload};
use crate::depot::Measured;
use crate::errands::RemoveBytes;
use crate::model::File;
use crate::rules;
use crate::world::World;
use axum::response::Response;
use bytes::Bytes;
use facts::{FileId, TenantId, Time};
use http::HeaderMap;
use store::{Error, Result, Sending, Tx, Who};
use web::{App, Incoming};

pub use crate::commands::bear;

/// How much of a file says what it is, in bytes.
const BEGINS: u64 = 16;

/// A file that came in and that no row knows of yet: it is taken away after an hour unless one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The id under which its bytes lie.
    pub id: FileId,
    /// What it is called.
    pub name: String,
    /// What its sender takes it for.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// How it begins: enough to tell what it is.
    pub begins: Bytes,
}

/// Takes a file in for a row that is to follow.
///
/// # Errors
/// A file that is empty, too large, without a name, or does not arrive whole; nothing of it is kept then.
pub async fn take(app: &App, who: &Who, name: Option<String>, mut incoming: Incoming) -> Result<Taken> {
    let given = name.or_else(|| incoming.name.clone()).unwrap_or_default();
    let (name, media_type) = (rules::name(&given)?, rules::media_type(&incoming.content_type));
    let (app, who) = (app.clone(), who.clone());
    // It goes on when the sender hangs up, to clear up what is half there.
    let taking = tokio::spawn(async move {
        let world = app.extra::<World>()?;
        let id = app.db.run(&who, BeginUpload).await?;
        let put = async {
            let Measured { size, sha256 } = world.depot.put(who.tenant, id, &mut incoming).await?;
            let whole = u64::try_from(size).unwrap_or(0);
            let begins = world.depot.part(who.tenant, id, whole, 0..whole.min(BEGINS)).await?;
            Ok(Taken { id, name, media_type, size, sha256, begins })
        };
        match put.await {
            Ok(taken) => Ok(taken),
            Err(error) => {
                give_back(&app, &who, id).await;
                Err(error)
            }
        }
    });
    taking.await.map_err(Error::internal)?
}

/// Gives up a file that was taken in and that no row is to know of.
pub async fn give_back(app: &App, who: &Who, id: FileId) {
    if let Err(error) = app.db.run(who, AbandonUpload(id)).await {
        tracing::warn!(%id, ?error, "an upload that nobody wants is cleared up later");
    }
}

/// Has the bytes of rows that are deleted taken away. To ask for what is gone is no mistake.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn remove(tx: &mut Tx, files: Vec<FileId>) -> Result<()> {
    tx.send_all(files.into_iter().map(|file_id| (RemoveBytes { file_id }, Sending::default()))).await
}

/// A file of another slice's row, as it is handed over.
#[derive(Debug, Clone)]
pub struct Attached {
    /// The id under which its bytes lie.
    pub id: FileId,
    /// What it is called when it is saved.
    pub name: String,
    /// What it is said to be.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Whether it may be shown where it stands; else it is saved.
    pub shown: bool,
}

/// A file, or the part of it that is asked for. Whoever calls has seen to it that the caller may have it.
///
/// # Errors
/// A file that is not where it is kept; a store that is away.
pub async fn give(app: &App, tenant: TenantId, file: Attached, headers: &HeaderMap) -> Result<Response> {
    let Attached { id, name, media_type, size, sha256, shown } = file;
    handed(app, tenant, &File { id, name, media_type, size, sha256, created_at: Time(0) }, headers, shown).await
}
