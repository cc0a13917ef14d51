//! Rows by the dozen: an insert with one row and the same insert with four and with sixteen, put together while compiling so
//! that each is one text like any other.

use crate::postgres::Sight;
use crate::tx::Conn;
use crate::{Look, Result, Sql, TOGETHER, Tx, Value};
use serde::de::DeserializeOwned;

/// How many rows a wide statement writes.
pub const WIDE: usize = 16;
/// How many the one writes that takes what is left, before the last go one by one.
pub const FEW: usize = 4;

/// An insert that takes any number of rows. Made by [`crate::rows!`].
pub struct Rows {
    one: &'static Sql,
    few: &'static Sql,
    wide: &'static Sql,
    columns: usize,
}

impl Rows {
    /// For [`crate::rows!`] alone.
    #[doc(hidden)]
    pub const fn new(one: &'static Sql, few: &'static Sql, wide: &'static Sql, columns: usize) -> Self {
        Self { one, few, wide, columns }
    }

    /// The table that they are written to.
    pub(crate) fn table(&self) -> &'static str {
        self.one.postgres().split_whitespace().nth(2).unwrap_or_default()
    }

    /// The statements that so many rows take, each with its values.
    pub(crate) fn statements<'a>(&self, values: &'a [Value]) -> impl Iterator<Item = (&'static Sql, &'a [Value])> + use<'a> {
        let (wide, left) = self.portion(self.wide, WIDE, values);
        let (few, left) = self.portion(self.few, FEW, left);
        let one = self.one;
        wide.chain(few).chain(left.chunks(self.columns).map(move |values| (one, values)))
    }

    /// As many values as a statement of so many rows takes, in its portions, and what is left.
    fn portion<'a>(
        &self,
        sql: &'static Sql,
        rows: usize,
        values: &'a [Value],
    ) -> (impl Iterator<Item = (&'static Sql, &'a [Value])> + use<'a>, &'a [Value]) {
        let (taken, left) = values.split_at(values.len() - values.len() % (rows * self.columns));
        (taken.chunks(rows * self.columns).map(move |values| (sql, values)), left)
    }
}

impl Tx {
    /// Writes rows, given as the values of each in turn; as with [`Tx::put`], nobody needs their count.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn put_rows(&mut self, rows: &'static Rows, values: &[Value]) -> Result<()> {
        for (sql, values) in rows.statements(values) {
            self.put(sql, values).await?;
        }
        Ok(())
    }

    /// Writes rows that nobody looks for before the commit, given as the values of each in turn. Where the engine is across a network they are
    /// written at the end, those of all jobs that share it together; those of a tenant in the order in which they came. An error of them is the
    /// commit's, or that of the statement before which they had to be written.
    ///
    /// # Errors
    /// Whatever the engine refuses, of these rows or of an earlier statement.
    pub(crate) async fn put_last(&mut self, rows: &'static Rows, values: &[Value]) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(_) => self.put_rows(rows, values).await,
            Conn::Postgres(conn) => {
                conn.put_last(rows, values, Sight::Of(self.who.tenant));
                Ok(())
            }
        }
    }

    /// Writes rows, given as the values of each in turn, and hands back what the insert returns.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn all_rows<T: DeserializeOwned + Send + 'static>(&mut self, rows: &'static Rows, values: &[Value]) -> Result<Vec<T>> {
        let mut returned = Vec::new();
        let statements: Vec<(&'static Sql, &[Value])> = rows.statements(values).collect();
        for same in statements.chunk_by(|(one, _), (next, _)| std::ptr::eq(*one, *next)) {
            for some in same.chunks(TOGETHER) {
                let each: Vec<&[Value]> = some.iter().map(|(_, values)| *values).collect();
                if let Some((sql, _)) = some.first() {
                    returned.extend(self.all_each(sql, &each).await?);
                }
            }
        }
        Ok(returned)
    }
}

/// An insert of any number of rows: what comes before the rows, how many columns each has, and what follows them;
/// `rows!(global …)` where they are of several tenants.
#[macro_export]
macro_rules! rows {
    (global $head:expr, $columns:expr, $tail:expr) => { $crate::rows!(@make $head, $columns, $tail, true) };
    ($head:expr, $columns:expr, $tail:expr) => { $crate::rows!(@make $head, $columns, $tail, false) };
    (@make $head:expr, $columns:expr, $tail:expr, $global:expr) => {{
        const ONE: [u8; $crate::wide::statement_length($head, 1, $columns, $tail)] = $crate::wide::statement($head, 1, $columns, $tail);
        const FEW: [u8; $crate::wide::statement_length($head, $crate::wide::FEW, $columns, $tail)] =
            $crate::wide::statement($head, $crate::wide::FEW, $columns, $tail);
        const MANY: [u8; $crate::wide::statement_length($head, $crate::wide::WIDE, $columns, $tail)] =
            $crate::wide::statement($head, $crate::wide::WIDE, $columns, $tail);
        static ROWS: $crate::wide::Rows =
            $crate::wide::Rows::new(
                $crate::sql!(@make $crate::wide::text(&ONE), None, $global),
                $crate::sql!(@make $crate::wide::text(&FEW), None, $global),
                $crate::sql!(@make $crate::wide::text(&MANY), None, $global),
                $columns,
            );
        &ROWS
    }};
}

/// How many bytes `($1, $2), ($3, $4)` take for so many rows and columns.
const fn length(rows: usize, columns: usize) -> usize {
    let (mut total, mut number) = (rows * 2 + (rows - 1) * 2 + rows * (columns - 1) * 2, 1);
    while number <= rows * columns {
        total += 1 + digits(number);
        number += 1;
    }
    total
}

const fn digits(number: usize) -> usize {
    if number < 10 { 1 } else { 1 + digits(number / 10) }
}

/// The length of the whole statement. For [`crate::rows!`] alone.
#[doc(hidden)]
pub const fn statement_length(head: &str, rows: usize, columns: usize, tail: &str) -> usize {
    head.len() + length(rows, columns) + tail.len()
}

/// The whole statement: `head`, the tuples of parameters, `tail`. For [`crate::rows!`] alone.
#[doc(hidden)]
pub const fn statement<const N: usize>(head: &str, rows: usize, columns: usize, tail: &str) -> [u8; N] {
    let mut text = [b' '; N];
    let mut at = copy(&mut text, 0, head.as_bytes());
    let mut number = 1;
    while number <= rows * columns {
        at = if (number - 1).is_multiple_of(columns) { copy(&mut text, at, b"($") } else { copy(&mut text, at, b"$") };
        at = write(&mut text, at, number);
        let last_of_row = number.is_multiple_of(columns);
        at = if !last_of_row {
            copy(&mut text, at, b", ")
        } else if number < rows * columns {
            copy(&mut text, at, b"), ")
        } else {
            copy(&mut text, at, b")")
        };
        number += 1;
    }
    copy(&mut text, at, tail.as_bytes());
    text
}

const fn copy(text: &mut [u8], at: usize, from: &[u8]) -> usize {
    let mut done = 0;
    while done < from.len() {
        text[at + done] = from[done];
        done += 1;
    }
    at + done
}

const fn write(text: &mut [u8], at: usize, number: usize) -> usize {
    let width = digits(number);
    let (mut left, mut rest) = (width, number);
    while left > 0 {
        left -= 1;
        text[at + left] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at + width
}

/// A statement as text; what the functions above write is ASCII. For [`crate::rows!`] alone.
#[doc(hidden)]
pub const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_written_by_hand() {
        const N: usize = statement_length("INSERT (a, b) VALUES ", 6, 2, " X");
        const BYTES: [u8; N] = statement("INSERT (a, b) VALUES ", 6, 2, " X");
        assert_eq!(text(&BYTES), "INSERT (a, b) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12) X");
    }
}
