//! Taking a file's pages in, one after the other: each in a commit of its own that also says where to go on.

use super::read::end;
use crate::model::State;
use crate::rows;
use facts::ImportId;
use orders::Seen;
use serde::{Deserialize, Serialize};
use store::{Result, Timer, Tx};

/// Takes a page in, and sets itself for the next. Killed anywhere, it goes on with the page that was not committed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakePage {
    pub import_id: ImportId,
    pub page: i64,
}

impl Timer for TakePage {
    const NAME: &'static str = "take_import_page";

    fn key(&self) -> String {
        self.import_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let found = rows::lock(tx, self.import_id).await?;
        let Some(mut import) = found.filter(|import| import.state == State::Running && import.pages == self.page) else { return Ok(()) };
        let orders = rows::page(tx, import.id, self.page).await?;
        let taken = match import.dry {
            true => orders::compare(tx, &orders, Seen::Read).await?,
            false => orders::take_in(tx, &orders, Seen::Read).await?,
        };
        rows::note(tx, &mut import, &orders, &taken).await?;
        import.pages += 1;
        if import.pages < import.of_pages.unwrap_or(0) {
            rows::update(tx, &import).await?;
            return tx.at(tx.now(), TakePage { import_id: import.id, page: import.pages }).await;
        }
        import.state = State::Done;
        end(tx, &mut import).await?;
        // A rehearsal's pages are kept for a while: it may be done in earnest.
        if import.dry { Ok(()) } else { rows::delete_pages(tx, import.id).await }
    }
}
