//! Doing in earnest what was rehearsed.

use super::TakePage;
use crate::model::{Import, Origin, State};
use crate::rows;
use facts::ImportId;
use facts::imports::ImportBegun;
use store::{Command, Error, Result, Tx};

/// Takes in the orders of a rehearsal.
pub(crate) struct ApplyImport(pub ImportId);

impl Command for ApplyImport {
    const NAME: &'static str = "apply_import";
    type Out = Import;

    async fn run(&self, tx: &mut Tx) -> Result<Import> {
        let mut import = rows::lock(tx, self.0).await?.ok_or_else(|| Error::not_found("import"))?;
        if !import.may_apply() {
            return Err(Error::conflict(
                "import_not_rehearsed",
                "Only an import that looked first, and is done with that, can be done in earnest.",
            ));
        }
        if import.seen() > 0 && rows::page(tx, import.id, 0).await?.is_empty() {
            return Err(Error::conflict("import_forgotten", "The file was kept for a day and is gone. Upload it again."));
        }
        import = Import {
            dry: false,
            state: State::Running,
            pages: 0,
            new_orders: 0,
            changed_orders: 0,
            same_orders: 0,
            older_orders: 0,
            ended_at: None,
            ..import
        };
        if import.origin != Origin::File {
            return Err(Error::conflict(
                "import_of_shop",
                "Begin an import of this shop that does not only look: it asks for the orders anew.",
            ));
        }
        rows::update(tx, &import).await?;
        rows::delete_differences(tx, import.id).await?;
        tx.state(ImportBegun { import_id: import.id, origin: import.name.clone(), dry: false }).await?;
        tx.at(tx.now(), TakePage { import_id: import.id, page: 0 }).await?;
        Ok(import)
    }
}
