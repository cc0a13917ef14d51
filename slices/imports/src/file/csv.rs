//! Orders in CSV: the columns are known by their names.

use super::order::Fields;
use super::{COLUMNS, unreadable};
use store::{Error, Result};
use web::csv::{Record, Records};

/// A reader of rows.
#[derive(Default)]
pub(super) struct CsvReader {
    /// The names of the columns; nothing before the header was read.
    header: Vec<String>,
    records: Records,
}

impl CsvReader {
    /// The rows that end in a piece, each with the line that it began on, from 1.
    ///
    /// # Errors
    /// A header that is none, or a row without an end.
    pub(super) fn read(&mut self, piece: &[u8]) -> Result<Vec<(i64, Fields)>> {
        let records = self.records.feed(piece).map_err(no_table)?;
        self.rows(records)
    }

    /// The last row, where the file does not end with a line's end.
    ///
    /// # Errors
    /// A file without a header, or a quote without an end.
    pub(super) fn end(&mut self) -> Result<Vec<(i64, Fields)>> {
        let records = self.records.end().map_err(no_table)?;
        let rows = self.rows(records)?;
        if self.header.is_empty() { Err(unreadable("The file has no header.")) } else { Ok(rows) }
    }

    fn rows(&mut self, records: Vec<Record>) -> Result<Vec<(i64, Fields)>> {
        let mut rows = Vec::new();
        for Record { line, cells } in records {
            if self.header.is_empty() {
                self.header = header(cells)?;
                continue;
            }
            let named = self.header.iter().cloned().zip(cells).filter(|(_, text)| !text.is_empty());
            rows.push((line, Fields::of(named)));
        }
        Ok(rows)
    }
}

fn no_table(error: Error) -> Error {
    unreadable(error.message())
}

/// The names of the columns, as they are known here; others are left alone.
fn header(row: Vec<String>) -> Result<Vec<String>> {
    let names: Vec<String> = row.iter().map(|name| name.to_lowercase().replace([' ', '-'], "_")).collect();
    let missing: Vec<&str> = COLUMNS[..3].iter().filter(|name| !names.iter().any(|known| known == *name)).copied().collect();
    if missing.is_empty() {
        return Ok(names);
    }
    Err(unreadable(format!("The header has no column {}. Known columns: {}.", missing.join(", "), COLUMNS.join(", "))))
}
