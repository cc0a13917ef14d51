//! A file is taken away, unless something is sold with it.

use crate::errands::RemoveBytes;
use crate::{queries, rows};
use facts::FileId;
use facts::files::FileDeleted;
use store::{Command, Error, Result, Tx};

pub(crate) struct DeleteFile(pub FileId);

impl Command for DeleteFile {
    const NAME: &'static str = "delete_file";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let name = rows::lock_file(tx, self.0).await?.ok_or_else(|| Error::not_found("file"))?;
        let products = queries::products_of(tx, self.0).await?;
        if !products.is_empty() {
            let sold = products.join(", ");
            return Err(Error::conflict("file_sold", format!("It comes with {sold}. Give that another file first, or none.")));
        }
        rows::delete_file(tx, self.0).await?;
        tx.send(RemoveBytes { file_id: self.0 }).await?;
        tx.state(FileDeleted { file_id: self.0, name }).await?;
        Ok(())
    }
}
