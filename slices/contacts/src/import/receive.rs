//! From an upload to an import: read while it arrives, kept some thousand lines at a time.

use super::commands::{BeginUpload, FinishUpload, KeepLines, StopUpload};
use super::model::{Cells, Import};
use facts::ContactImportId;
use store::{Error, Result, Who};
use web::csv::{Record, Records};
use web::{App, Incoming, Unpacked};

/// The largest file, in bytes, plain or packed.
pub(crate) const LARGEST: u64 = 2 << 30;
/// Lines of one page: few enough for a commit that others hardly wait for, many enough for a million in a minute.
const PAGE: usize = 2_000;
/// What their cells may come to, in bytes.
const PAGE_BYTES: usize = 1 << 20;
/// The longest name of a file that is kept, in characters.
const NAME: usize = 100;

/// Takes a file of people in, for somebody to say what its columns mean. It goes on when the sender hangs up, to clear up.
///
/// # Errors
/// `import_unreadable`; a file that is too large or does not arrive whole. Nothing of it is kept then.
pub(crate) async fn receive(app: &App, who: &Who, name: Option<String>, incoming: Incoming) -> Result<Import> {
    let given = name.or_else(|| incoming.name.clone()).unwrap_or_default();
    let name: String = given.chars().filter(|letter| !letter.is_control()).take(NAME).collect();
    let name = if name.trim().is_empty() { "A file".to_owned() } else { name.trim().to_owned() };
    let (app, who) = (app.clone(), who.clone());
    let taking = tokio::spawn(async move {
        let id = app.db.run(&who, BeginUpload { name }).await?;
        let mut staging = Staging { app: &app, who: &who, id, names: None, lines: Vec::new(), bytes: 0, count: 0, pages: 0 };
        match staging.read(Unpacked::new(incoming, LARGEST)).await {
            Ok(()) => {
                let Staging { names, count: lines, pages, .. } = staging;
                app.db.run(&who, FinishUpload { import_id: id, names: names.unwrap_or_default(), lines, pages }).await
            }
            Err(error) => {
                let stopped = app.db.run(&who, StopUpload { import_id: id, trouble: error.message().to_owned() }).await;
                if let Err(error) = stopped {
                    tracing::warn!(%id, ?error, "an import that was broken off is cleared up later");
                }
                Err(error)
            }
        }
    });
    taking.await.map_err(Error::internal)?
}

/// A file of which some lines are kept already.
struct Staging<'a> {
    app: &'a App,
    who: &'a Who,
    id: ContactImportId,
    /// The names of its columns, once they were read.
    names: Option<Vec<String>>,
    /// Lines that are not kept yet, and the bytes of their cells.
    lines: Vec<Cells>,
    bytes: usize,
    count: i64,
    pages: i64,
}

impl Staging<'_> {
    async fn read(&mut self, mut file: Unpacked) -> Result<()> {
        let mut records = Records::new();
        while let Some(piece) = file.next().await? {
            for record in records.feed(&piece).map_err(no_table)? {
                self.take(record).await?;
            }
        }
        for record in records.end().map_err(no_table)? {
            self.take(record).await?;
        }
        self.keep().await?;
        if self.count == 0 {
            Err(unreadable("There is nobody in this file: it needs a line of column names and lines below it."))
        } else {
            Ok(())
        }
    }

    async fn take(&mut self, record: Record) -> Result<()> {
        let Record { line, cells } = record;
        if self.names.is_none() {
            self.names = Some(cells);
            return Ok(());
        }
        self.bytes += cells.iter().map(String::len).sum::<usize>();
        self.lines.push((line, cells));
        self.count += 1;
        if self.lines.len() >= PAGE || self.bytes >= PAGE_BYTES { self.keep().await } else { Ok(()) }
    }

    async fn keep(&mut self) -> Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let lines = serde_json::to_string(&self.lines)?;
        self.app.db.run(self.who, KeepLines { import_id: self.id, number: self.pages, lines }).await?;
        self.pages += 1;
        self.bytes = 0;
        self.lines.clear();
        Ok(())
    }
}

fn no_table(error: Error) -> Error {
    unreadable(error.message())
}

fn unreadable(message: &str) -> Error {
    Error::invalid("import_unreadable", message).with_field("file", message)
}
