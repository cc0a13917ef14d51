//! CSV (RFC 4180) read in pieces: commas or semicolons, quotes, either kind of line end.

use super::order::Fields;
use super::{BOM, COLUMNS, unreadable};
use store::Result;

/// The longest row, in bytes.
const LONGEST: usize = 1 << 20;

/// A reader of rows.
#[derive(Default)]
pub(super) struct CsvReader {
    /// The names of the columns; nothing before the header was read.
    header: Vec<String>,
    separator: u8,
    row: Vec<String>,
    cell: Vec<u8>,
    /// Bytes of the row so far.
    length: usize,
    quoted: bool,
    /// The byte before was a quote within quotes.
    quote: bool,
    /// The line that is being read, and the one that the row began on, both from 0.
    line: i64,
    begun: i64,
    seen: usize,
}

impl CsvReader {
    /// The rows that end in a piece, each with the line that it began on, from 1.
    ///
    /// # Errors
    /// A header that is none, or a row without an end.
    pub(super) fn read(&mut self, piece: &[u8]) -> Result<Vec<(i64, Fields)>> {
        let mut rows = Vec::new();
        for &byte in piece {
            self.seen += 1;
            if self.seen <= BOM.len() && BOM.contains(&byte) {
                continue;
            }
            self.length += 1;
            if self.length > LONGEST {
                return Err(unreadable(format!("The row that begins on line {} has no end.", self.begun + 1)));
            }
            self.byte(byte, &mut rows)?;
        }
        Ok(rows)
    }

    /// The last row, where the file does not end with a line's end.
    ///
    /// # Errors
    /// A file without a header, or a quote without an end.
    pub(super) fn end(&mut self) -> Result<Vec<(i64, Fields)>> {
        let mut rows = Vec::new();
        if self.quoted && !self.quote {
            return Err(unreadable(format!("A quote that begins on line {} has no end.", self.begun + 1)));
        }
        if !self.cell.is_empty() || !self.row.is_empty() {
            self.row_ends(&mut rows)?;
        }
        if self.header.is_empty() { Err(unreadable("The file has no header.")) } else { Ok(rows) }
    }

    fn byte(&mut self, byte: u8, rows: &mut Vec<(i64, Fields)>) -> Result<()> {
        if byte == b'\n' {
            self.line += 1;
        }
        if self.quoted && !self.quote {
            match byte {
                b'"' => self.quote = true,
                _ => self.cell.push(byte),
            }
            return Ok(());
        }
        if self.quote {
            self.quote = false;
            if byte == b'"' {
                self.cell.push(byte);
                return Ok(());
            }
            self.quoted = false;
        }
        match byte {
            b'"' if self.cell.is_empty() => self.quoted = true,
            b'\r' => {}
            b'\n' => return self.row_ends(rows),
            b',' | b';' if self.separates(byte) => self.cell_ends(),
            _ => self.cell.push(byte),
        }
        Ok(())
    }

    /// The first of the two in the header separates; a shop's program writes what its country's spreadsheets read.
    fn separates(&mut self, byte: u8) -> bool {
        if self.separator == 0 {
            self.separator = byte;
        }
        self.separator == byte
    }

    fn cell_ends(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        self.row.push(String::from_utf8_lossy(&cell).trim().to_owned());
    }

    fn row_ends(&mut self, rows: &mut Vec<(i64, Fields)>) -> Result<()> {
        self.cell_ends();
        let row = std::mem::take(&mut self.row);
        let line = self.begun + 1;
        self.begun = self.line;
        self.length = 0;
        if row.iter().all(String::is_empty) {
            return Ok(());
        }
        if self.header.is_empty() {
            self.header = header(row)?;
            return Ok(());
        }
        let named = self.header.iter().cloned().zip(row).filter(|(_, text)| !text.is_empty());
        rows.push((line, Fields::of(named)));
        Ok(())
    }
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
