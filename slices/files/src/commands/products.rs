//! A product gets a file, or loses it.

use crate::rows;
use facts::files::ProductFileChanged;
use facts::{Change, FileId};
use store::{Command, Error, Result, Tx};

/// Makes a product come with a file, or with none. Whoever has bought it already gets the new one.
pub struct SetProductFile {
    /// The product, by its name in addresses.
    pub product: String,
    /// The file.
    pub file: Option<FileId>,
}

impl Command for SetProductFile {
    const NAME: &'static str = "set_product_file";
    /// What the file is called.
    type Out = Option<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<String>> {
        let name = match self.file {
            Some(file) => Some(rows::lock_file(tx, file).await?.ok_or_else(|| Error::field("file_id", "There is no such file."))?),
            None => None,
        };
        let before = rows::lock_product(tx, &self.product).await?;
        if before == self.file {
            return Ok(name);
        }
        rows::set_product(tx, &self.product, self.file).await?;
        let text = |file: Option<FileId>| file.map(|file| file.to_string());
        let changes = vec![Change::new("file_id", text(before), text(self.file))];
        tx.state(ProductFileChanged { product: self.product.clone(), file_id: self.file, changes }).await?;
        Ok(name)
    }
}
