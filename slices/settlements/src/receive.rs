//! From a request's body to the lines of a file: read while it arrives, so that a large one needs no memory.

use crate::commands::{AddLines, BeginStatement, DropStatement, EndStatement, Lines};
use crate::model::{Source, Statement};
use crate::reading::{Columns, guess};
use facts::StatementId;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::{Error, Result, Who};
use web::csv::{Record, Records};
use web::{App, Incoming};

/// Lines that are kept in one transaction.
const SOME: usize = 1_000;
/// The most lines of one file.
const MOST: i64 = 1_000_000;
/// How far down the header may stand: banks put addresses and dates above it.
const HEADER_WITHIN: usize = 60;

/// Takes a file in. It goes on when the sender hangs up, to clear up what is half there.
///
/// # Errors
/// A file that is too large, is no table, or does not arrive whole; nothing of it is kept then.
pub(crate) async fn receive(app: &App, who: &Who, source: Source, name: Option<String>, mut incoming: Incoming) -> Result<Statement> {
    let name = name.or_else(|| incoming.name.clone()).unwrap_or_default();
    let (app, who) = (app.clone(), who.clone());
    let taking = tokio::spawn(async move {
        let id = app.db.run(&who, BeginStatement { source, name }).await?;
        let done = lines(&app, &who, id, source, &mut incoming).await;
        if done.is_err()
            && let Err(error) = app.db.run(&who, DropStatement(id)).await
        {
            tracing::warn!(%id, ?error, "a statement that was broken off is cleared up later");
        }
        done
    });
    taking.await.map_err(Error::internal)?
}

async fn lines(app: &App, who: &Who, id: StatementId, source: Source, incoming: &mut Incoming) -> Result<Statement> {
    let (mut records, mut sorting) = (Records::new(), Sorting::new(source));
    while let Some(piece) = incoming.next().await? {
        for record in records.feed(&piece)? {
            sorting.take(record)?;
        }
        while sorting.lines.len() >= SOME {
            let lines = sorting.lines.drain(..SOME).collect();
            app.db.run(who, AddLines { id, lines }).await?;
        }
    }
    for record in records.end()? {
        sorting.take(record)?;
    }
    sorting.end();
    if sorting.count == 0 {
        return Err(Error::field("file", "a CSV file with a line of column names and lines below it"));
    }
    for lines in sorting.lines.chunks(SOME) {
        app.db.run(who, AddLines { id, lines: lines.to_vec() }).await?;
    }
    app.db.run(who, EndStatement { id, columns: sorting.columns.unwrap_or_default(), lines: sorting.count }).await
}

/// Finds the header, and counts lines that say the same.
struct Sorting {
    source: Source,
    columns: Option<Columns>,
    /// What came before a header was found.
    above: Vec<Record>,
    lines: Lines,
    count: i64,
    alike: HashMap<[u8; 16], i64>,
}

impl Sorting {
    fn new(source: Source) -> Self {
        Self { source, columns: None, above: Vec::new(), lines: Vec::new(), count: 0, alike: HashMap::new() }
    }

    fn take(&mut self, record: Record) -> Result<()> {
        if self.columns.is_some() {
            return self.keep(record);
        }
        self.columns = guess(self.source, &record.cells);
        if self.columns.is_some() {
            self.above.clear();
            return Ok(());
        }
        self.above.push(record);
        if self.above.len() == HEADER_WITHIN {
            self.end();
        }
        Ok(())
    }

    /// Without a header that is understood the widest of the first lines is it, and a person says what its columns mean.
    fn end(&mut self) {
        if self.columns.is_some() || self.above.is_empty() {
            return;
        }
        let above = std::mem::take(&mut self.above);
        let widest = above.iter().map(|record| record.cells.len()).max().unwrap_or(0);
        let at = above.iter().position(|record| record.cells.len() == widest).unwrap_or(0);
        let mut rest = above.into_iter().skip(at);
        let names = rest.next().map(|record| record.cells).unwrap_or_default();
        self.columns = Some(Columns { names, ..Columns::default() });
        for record in rest {
            self.push(record);
        }
    }

    fn keep(&mut self, record: Record) -> Result<()> {
        if self.count >= MOST {
            return Err(Error::field("file", format!("at most {MOST} lines: split it by months")));
        }
        self.push(record);
        Ok(())
    }

    fn push(&mut self, record: Record) {
        let mut hash = Sha256::new();
        record.cells.iter().for_each(|cell| {
            hash.update(cell);
            hash.update("\u{1f}");
        });
        let digest = hash.finalize();
        let mut print = [0; 16];
        print.copy_from_slice(&digest[..16]);
        let nth = self.alike.entry(print).or_default();
        self.lines.push((record.line, *nth, record.cells));
        *nth += 1;
        self.count += 1;
    }
}
