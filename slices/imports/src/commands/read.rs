//! A file on its way in: begun, kept page by page, and then all there or given up.

use super::TakePage;
use crate::model::{Import, Origin, State};
use crate::rows;
use facts::ImportId;
use facts::imports::{ImportBegun, ImportEnded};
use orders::Foreign;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Error, Result, Timer, Tx};

/// How long a file's pages are kept for whoever rehearsed and now wants it in earnest.
const KEPT: Duration = Duration::from_secs(86_400);

/// Begins to take a file in.
pub(crate) struct BeginReading {
    pub name: String,
    pub dry: bool,
}

impl Command for BeginReading {
    const NAME: &'static str = "begin_import";
    type Out = ImportId;

    async fn run(&self, tx: &mut Tx) -> Result<ImportId> {
        let import = Import { state: State::Reading, ..new(tx, Origin::File, self.name.clone(), self.dry) };
        rows::insert(tx, &import).await?;
        tx.state(ImportBegun { import_id: import.id, origin: import.name, dry: self.dry }).await?;
        tx.at(tx.now().after(KEPT), SweepImport { import_id: import.id }).await?;
        Ok(import.id)
    }
}

/// An import that begins now.
pub(super) fn new(tx: &mut Tx, origin: Origin, name: String, dry: bool) -> Import {
    Import {
        id: tx.id(),
        origin,
        name,
        dry,
        state: State::Running,
        pages: 0,
        of_pages: None,
        cursor: None,
        polled: false,
        new_orders: 0,
        changed_orders: 0,
        same_orders: 0,
        older_orders: 0,
        wrong_orders: 0,
        trouble: None,
        created_at: tx.now(),
        ended_at: None,
    }
}

async fn reading(tx: &mut Tx, id: ImportId) -> Result<Import> {
    let import = rows::lock(tx, id).await?.filter(|import| import.state == State::Reading);
    import.ok_or_else(|| Error::conflict("import_over", "This import is over."))
}

/// Keeps a page of the file, and what could not be read on the way to it.
pub(crate) struct StagePage {
    pub import_id: ImportId,
    pub number: i64,
    pub orders: Vec<Foreign>,
    /// Line and message.
    pub mistakes: Vec<(i64, String)>,
}

impl Command for StagePage {
    const NAME: &'static str = "stage_import_page";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mut import = reading(tx, self.import_id).await?;
        rows::insert_page(tx, import.id, self.number, &self.orders).await?;
        rows::insert_mistakes(tx, import.id, import.wrong_orders, &self.mistakes).await?;
        import.wrong_orders += i64::try_from(self.mistakes.len()).unwrap_or(0);
        import.of_pages = Some(self.number + 1);
        rows::update(tx, &import).await
    }
}

/// All of the file is there: its pages are taken in from now on.
pub(crate) struct FinishReading(pub ImportId);

impl Command for FinishReading {
    const NAME: &'static str = "finish_reading_import";
    type Out = Import;

    async fn run(&self, tx: &mut Tx) -> Result<Import> {
        let mut import = reading(tx, self.0).await?;
        import.state = State::Running;
        rows::update(tx, &import).await?;
        tx.at(tx.now(), TakePage { import_id: import.id, page: 0 }).await?;
        Ok(import)
    }
}

/// The file did not arrive whole, or is none: nothing of it is taken in.
pub(crate) struct StopReading {
    pub import_id: ImportId,
    pub trouble: String,
}

impl Command for StopReading {
    const NAME: &'static str = "stop_reading_import";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let import = reading(tx, self.import_id).await?;
        stop(tx, import, &self.trouble).await
    }
}

/// Ends an import that cannot go on.
pub(crate) async fn stop(tx: &mut Tx, mut import: Import, trouble: &str) -> Result<()> {
    import.state = State::Stopped;
    import.trouble = Some(trouble.to_owned());
    end(tx, &mut import).await?;
    rows::delete_pages(tx, import.id).await
}

/// Writes that an import came to its end, whichever that is.
pub(crate) async fn end(tx: &mut Tx, import: &mut Import) -> Result<()> {
    import.ended_at = Some(tx.now());
    // It goes on nowhere, and what of an order it still held is not kept.
    import.cursor = None;
    rows::update(tx, import).await?;
    if import.polled {
        return Ok(());
    }
    let Import { id: import_id, state, new_orders: new, changed_orders: changed, wrong_orders: wrong, .. } = *import;
    tx.state(ImportEnded { import_id, state: state.to_string(), new, changed, wrong }).await?;
    Ok(())
}

/// Clears up what an import leaves behind, a day later: pages that nobody wanted, and a file whose sender was cut off.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SweepImport {
    pub import_id: ImportId,
}

impl Timer for SweepImport {
    const NAME: &'static str = "sweep_import";

    fn key(&self) -> String {
        self.import_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        match rows::lock(tx, self.import_id).await? {
            Some(import) if import.state == State::Reading => stop(tx, import, "The file did not arrive whole.").await,
            Some(import) if rows::open(&import) => tx.at(tx.now().after(KEPT), SweepImport { import_id: import.id }).await,
            Some(import) => rows::delete_pages(tx, import.id).await,
            None => Ok(()),
        }
    }
}
