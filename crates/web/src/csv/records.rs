//! Reading CSV (RFC 4180) in pieces, as it arrives, with the oddities of those who write it: other separators, a byte order mark,
//! quotes that never end.

use store::{Error, Result};

/// The longest cell, in bytes.
const LONGEST: usize = 64 << 10;
/// The most cells of a line.
const MOST: usize = 256;

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it begins, counted from 1.
    pub line: i64,
    /// What it says, without spaces around.
    pub cells: Vec<String>,
}

/// Cuts a file into records while it arrives.
#[derive(Debug)]
pub struct Records {
    separator: Option<u8>,
    /// What came before the separator was known: the first line.
    first: Vec<u8>,
    cell: Vec<u8>,
    cells: Vec<String>,
    /// Inside quotes; and whether the last byte was a quote that may be doubled.
    quoted: bool,
    after_quote: bool,
    line: i64,
    began: i64,
}

impl Default for Records {
    fn default() -> Self {
        Self::new()
    }
}

impl Records {
    /// Before the first byte.
    pub fn new() -> Self {
        Self {
            separator: None,
            first: Vec::new(),
            cell: Vec::new(),
            cells: Vec::new(),
            quoted: false,
            after_quote: false,
            line: 1,
            began: 1,
        }
    }

    /// Takes a piece of the file, and gives the records that are complete.
    ///
    /// # Errors
    /// A line that no table has: the field `line`, which says which one.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Vec<Record>> {
        let mut done = Vec::new();
        for &byte in piece {
            match self.separator {
                Some(separator) => done.extend(self.byte(byte, separator)?),
                None => {
                    self.first.push(byte);
                    if byte == b'\n' || self.first.len() >= LONGEST {
                        done.extend(self.settle()?);
                    }
                }
            }
        }
        Ok(done)
    }

    /// The end of the file: what is left is the last record.
    ///
    /// # Errors
    /// As [`Records::feed`].
    pub fn end(&mut self) -> Result<Vec<Record>> {
        let mut done = if self.separator.is_none() { self.settle()? } else { Vec::new() };
        if self.quoted && !self.after_quote {
            return Err(self.wrong("a quote that is opened and never closed"));
        }
        done.extend(self.record());
        Ok(done)
    }

    /// The separator is the one of the usual that the first line has most of.
    fn settle(&mut self) -> Result<Vec<Record>> {
        let first = std::mem::take(&mut self.first);
        let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
        let count = |byte: u8| first.iter().filter(|&&other| other == byte).count();
        let best = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|byte| count(*byte));
        let separator = best.unwrap_or(b',');
        self.separator = Some(separator);
        let mut done = Vec::new();
        for &byte in first {
            done.extend(self.byte(byte, separator)?);
        }
        Ok(done)
    }

    fn byte(&mut self, byte: u8, separator: u8) -> Result<Option<Record>> {
        if byte == b'\n' {
            self.line += 1;
        }
        if self.quoted {
            match (byte, self.after_quote) {
                (b'"', false) => self.after_quote = true,
                (b'"', true) => {
                    self.after_quote = false;
                    self.push(b'"')?;
                }
                (_, false) => self.push(byte)?,
                (_, true) => {
                    (self.quoted, self.after_quote) = (false, false);
                    return self.plain(byte, separator);
                }
            }
            return Ok(None);
        }
        self.plain(byte, separator)
    }

    fn plain(&mut self, byte: u8, separator: u8) -> Result<Option<Record>> {
        if byte == b'\n' {
            return Ok(self.record());
        }
        if byte == separator {
            self.close();
            if self.cells.len() > MOST {
                return Err(self.wrong("more columns than a table has"));
            }
        } else if byte == b'"' && self.cell.iter().all(u8::is_ascii_whitespace) {
            self.cell.clear();
            self.quoted = true;
        } else if byte != b'\r' {
            self.push(byte)?;
        }
        Ok(None)
    }

    fn push(&mut self, byte: u8) -> Result<()> {
        if self.cell.len() >= LONGEST {
            return Err(self.wrong("a cell that is longer than any table has: is this a CSV file?"));
        }
        self.cell.push(byte);
        Ok(())
    }

    fn close(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        // PostgreSQL keeps no NUL in a text.
        self.cells.push(String::from_utf8_lossy(&cell).replace('\0', "").trim().to_owned());
    }

    fn record(&mut self) -> Option<Record> {
        // A quote that ended with the file or the line was closed.
        (self.quoted, self.after_quote) = (false, false);
        self.close();
        let (cells, line) = (std::mem::take(&mut self.cells), self.began);
        self.began = self.line;
        cells.iter().any(|cell| !cell.is_empty()).then_some(Record { line, cells })
    }

    fn wrong(&self, what: &str) -> Error {
        Error::field("line", format!("line {}: {what}", self.began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, piece: usize) -> Vec<Vec<String>> {
        let mut records = Records::new();
        let mut all = Vec::new();
        for piece in text.as_bytes().chunks(piece) {
            all.extend(records.feed(piece).unwrap());
        }
        all.extend(records.end().unwrap());
        all.into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn however_it_is_written() {
        let wanted = [vec!["a", "b c"], vec!["1,23", "say \"hi\""], vec!["", "x\ny"]];
        for (text, separator) in [
            ("\u{feff}a,b c\r\n\"1,23\",\"say \"\"hi\"\"\"\r\n\r\n , \"x\ny\"\r\n", ','),
            ("a;b c\n1,23;\"say \"\"hi\"\"\"\n;\"x\ny\"", ';'),
            ("a\tb c\n1,23\t\"say \"\"hi\"\"\"\n\t\"x\ny\"\n", '\t'),
        ] {
            for piece in [1, 3, 1_000] {
                assert_eq!(read(text, piece), wanted, "{separator:?} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn lines_are_counted_as_people_count_them() {
        let mut records = Records::new();
        let found = records.feed(b"a,b\n\n\"x\ny\",1\nlast,2\n").unwrap();
        assert_eq!(found.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 3, 5]);
        let mut records = Records::new();
        records.feed(b"a,b\n1,\"never").unwrap();
        assert!(records.end().unwrap_err().to_string().contains("line 2"));
        assert!(Records::new().feed(&[b'x'; 140_000]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut records = Records::new();
            let _refused = records.feed(&bytes).and_then(|_| records.end());
        }
    }
}
