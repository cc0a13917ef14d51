//! Files of orders, read while they arrive: CSV with a header, or JSON, one object an order.

mod amount;
mod csv;
mod json;
mod order;

pub(crate) use amount::{decimal, rounded};
pub(crate) use order::{Ground, time};

use csv::CsvReader;
use json::JsonReader;
use order::{Fields, Said};
use orders::Foreign;
use store::{Error, Kind, Result};

/// The columns of a CSV file, in the order in which they are documented. The first three must be there.
pub(crate) const COLUMNS: &[&str] = &[
    "order_id",
    "placed_at",
    "total",
    "source",
    "name",
    "changed_at",
    "state",
    "pay",
    "currency",
    "discount",
    "paid",
    "refunded",
    "paid_at",
    "delivery_date",
    "customer_name",
    "phone",
    "email",
    "sent",
    "item_id",
    "item",
    "sku",
    "quantity",
    "unit_price",
    "item_discount",
];

/// What was read so far: orders with the line that each begins on, and lines that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub orders: Vec<Foreign>,
    /// Line and message.
    pub mistakes: Vec<(i64, String)>,
}

/// Reads a file, whatever pieces it comes in.
pub(crate) struct Reader {
    kind: Form,
    ground: Ground,
    /// The order of which more lines may follow.
    open: Option<Said>,
}

enum Form {
    /// Nothing has come that tells.
    Unknown,
    Csv(CsvReader),
    Json(JsonReader),
}

impl Reader {
    pub(crate) fn new(ground: Ground) -> Self {
        Self { kind: Form::Unknown, ground, open: None }
    }

    /// Reads a piece.
    ///
    /// # Errors
    /// `import_unreadable` where the file as a whole is none: no header, an order without an end.
    pub(crate) fn read(&mut self, mut piece: &[u8], found: &mut Found) -> Result<()> {
        if matches!(self.kind, Form::Unknown) {
            piece = without_bom(piece);
            let Some(first) = piece.iter().find(|byte| !byte.is_ascii_whitespace() && !BOM.contains(byte)) else { return Ok(()) };
            self.kind = if matches!(first, b'{' | b'[') { Form::Json(JsonReader::default()) } else { Form::Csv(CsvReader::default()) };
        }
        match &mut self.kind {
            Form::Unknown => Ok(()),
            Form::Csv(csv) => {
                let rows = csv.read(piece)?;
                self.rows(rows, found);
                Ok(())
            }
            Form::Json(json) => {
                let objects = json.read(piece)?;
                self.objects(objects, found);
                Ok(())
            }
        }
    }

    /// Reads what is left when nothing more comes.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub(crate) fn end(&mut self, found: &mut Found) -> Result<()> {
        match &mut self.kind {
            Form::Unknown => return Err(unreadable("The file is empty.")),
            Form::Csv(csv) => {
                let rows = csv.end()?;
                self.rows(rows, found);
            }
            Form::Json(json) => json.end()?,
        }
        self.close(found);
        Ok(())
    }

    /// Rows that follow each other with one order_id are the items of one order.
    fn rows(&mut self, rows: Vec<(i64, Fields)>, found: &mut Found) {
        for (line, fields) in rows {
            let same = self.open.as_ref().is_some_and(|open| open.is_same(&fields));
            if !same {
                self.close(found);
            }
            match &mut self.open {
                Some(open) => open.items.push(fields),
                None => self.open = Some(Said { line, items: vec![fields.clone()], order: fields }),
            }
        }
    }

    fn objects(&mut self, objects: Vec<(i64, Result<Said, String>)>, found: &mut Found) {
        for (line, said) in objects {
            match said.and_then(|said| said.order(&self.ground)) {
                Ok(order) => found.orders.push(order),
                Err(message) => found.mistakes.push((line, message)),
            }
        }
    }

    fn close(&mut self, found: &mut Found) {
        let Some(said) = self.open.take() else { return };
        match said.order(&self.ground) {
            Ok(order) => found.orders.push(order),
            Err(message) => found.mistakes.push((said.line, message)),
        }
    }
}

/// What some programs put before a text.
const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A file's first piece without it, or without what is left of it where it was cut in two: no text begins with such bytes.
fn without_bom(piece: &[u8]) -> &[u8] {
    [&BOM[..], &BOM[1..], &BOM[2..]].iter().find_map(|bom| piece.strip_prefix(*bom)).unwrap_or(piece)
}

fn unreadable(message: impl Into<String>) -> Error {
    Error::new(Kind::Invalid, "import_unreadable", message.into()).with_field("file", "a CSV file with a header, or JSON")
}

#[cfg(test)]
mod tests;
