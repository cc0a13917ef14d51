//! The uses of a right to download.

use crate::model::File;
use crate::rows;
use facts::files::{DownloadsAllowed, FileDownloaded};
use facts::{GrantId, Time};
use store::{Command, Error, Result, Tx};

/// Takes a use before the first byte leaves; tells whether one was left of so many.
pub(crate) struct TakeUse {
    pub grant: GrantId,
    /// What will be given.
    pub file: File,
    /// SHA-256 of the link's token, in hex.
    pub link_hash: String,
    pub expires: Time,
    pub most: i64,
}

impl Command for TakeUse {
    const NAME: &'static str = "take_use";
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        let Some(taken) = rows::take_use(tx, self.grant, self.most).await? else { return Ok(false) };
        rows::count_download(tx, self.file.id).await?;
        rows::note_begun(tx, self.grant, &self.link_hash, self.expires).await?;
        let (file_id, name) = (self.file.id, self.file.name.clone());
        tx.state(FileDownloaded { order_id: taken.order_id, product: taken.product, file_id, name, used: taken.used }).await?;
        Ok(true)
    }
}

/// Lets a buyer download from the beginning again: for whoever lost the file, or downloaded in vain.
pub(crate) struct AllowAgain(pub GrantId);

impl Command for AllowAgain {
    const NAME: &'static str = "allow_again";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let grant = rows::lock_grant(tx, self.0).await?.ok_or_else(|| Error::not_found("download"))?;
        if grant.used > 0 {
            rows::begin_anew(tx, self.0).await?;
            tx.state(DownloadsAllowed { order_id: grant.order_id, product: grant.product, used: grant.used }).await?;
        }
        Ok(())
    }
}
