//! A file comes in three steps: it is noted that bytes are on their way, they arrive in the store with no transaction open, and
//! the file is written down. An upload that does not come to its end is noted still, and its bytes are taken away.

use crate::errands::RemoveBytes;
use crate::model::File;
use crate::rows;
use facts::FileId;
use facts::files::FileUploaded;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Error, Result, Timer, Tx};

/// When an upload that has not ended never will: longer than a request may take.
const OVER: Duration = Duration::from_secs(3_600);

/// Notes that bytes are on their way.
pub(crate) struct BeginUpload;

impl Command for BeginUpload {
    const NAME: &'static str = "begin_upload";
    type Out = FileId;

    async fn run(&self, tx: &mut Tx) -> Result<FileId> {
        let file_id = tx.id();
        rows::begin_upload(tx, file_id).await?;
        tx.at(tx.now().after(OVER), SweepUpload { file_id }).await?;
        Ok(file_id)
    }
}

/// Writes a file down whose bytes are there.
pub(crate) struct FinishUpload {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
}

impl Command for FinishUpload {
    const NAME: &'static str = "finish_upload";
    type Out = File;

    async fn run(&self, tx: &mut Tx) -> Result<File> {
        bear(tx, self.id).await?;
        let (name, media_type, sha256) = (self.name.clone(), self.media_type.clone(), self.sha256.clone());
        let file = File { id: self.id, name, media_type, size: self.size, sha256, created_at: tx.now() };
        rows::insert_file(tx, &file).await?;
        let (name, sha256) = (file.name.clone(), file.sha256.clone());
        tx.state(FileUploaded { file_id: file.id, name, size: file.size, sha256 }).await?;
        Ok(file)
    }
}

/// Ends an upload whose bytes are there: from this commit on they are in the care of a row of this slice, or of another's.
///
/// # Errors
/// `upload_over`, where it was given up already.
pub async fn bear(tx: &mut Tx, file_id: FileId) -> Result<()> {
    if !rows::end_upload(tx, file_id).await? {
        return Err(Error::conflict("upload_over", "This upload took too long and was given up. Send the file again."));
    }
    tx.stop(SweepUpload::NAME, &file_id.to_string()).await
}

/// Gives up an upload: its bytes are taken away. Nothing happens where it came to its end.
pub(crate) struct AbandonUpload(pub FileId);

impl Command for AbandonUpload {
    const NAME: &'static str = "abandon_upload";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.stop(SweepUpload::NAME, &self.0.to_string()).await?;
        give_up(tx, self.0).await
    }
}

/// Gives up an upload that nobody has ended: the process that took it is no more.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SweepUpload {
    pub file_id: FileId,
}

impl Timer for SweepUpload {
    const NAME: &'static str = "sweep_upload";

    fn key(&self) -> String {
        self.file_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        give_up(tx, self.file_id).await
    }
}

async fn give_up(tx: &mut Tx, file_id: FileId) -> Result<()> {
    if rows::end_upload(tx, file_id).await? {
        tx.send(RemoveBytes { file_id }).await?;
    }
    Ok(())
}
