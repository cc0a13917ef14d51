//! JSON read in pieces: an array of objects, or one object after the other, each an order.

use super::order::{Fields, Said};
use super::unreadable;
use serde_json::{Map, Value};
use store::Result;

/// The longest object, in bytes.
const LONGEST: usize = 1 << 20;

/// Cuts objects out of a text: it counts braces outside of texts, and leaves the rest to the reader of each object.
#[derive(Default)]
pub(super) struct JsonReader {
    object: Vec<u8>,
    depth: usize,
    text: bool,
    escaped: bool,
    /// The line that is being read, and the one that the object began on, both from 0.
    line: i64,
    begun: i64,
}

impl JsonReader {
    /// The objects that end in a piece, each with the line that it began on, from 1.
    ///
    /// # Errors
    /// Something between objects that is none, or an object without an end.
    pub(super) fn read(&mut self, piece: &[u8]) -> Result<Vec<(i64, Result<Said, String>)>> {
        let mut found = Vec::new();
        for &byte in piece {
            if byte == b'\n' {
                self.line += 1;
            }
            if self.depth == 0 {
                match byte {
                    b'{' => self.begun = self.line,
                    b'[' | b']' | b',' | 0xef | 0xbb | 0xbf => continue,
                    _ if byte.is_ascii_whitespace() => continue,
                    _ => return Err(unreadable(format!("Line {} is neither an order nor the end of one.", self.line + 1))),
                }
            }
            self.object.push(byte);
            if self.object.len() > LONGEST {
                return Err(unreadable(format!("The order that begins on line {} has no end.", self.begun + 1)));
            }
            if self.ends(byte) {
                let object = std::mem::take(&mut self.object);
                found.push((self.begun + 1, said(&object, self.begun + 1)));
            }
        }
        Ok(found)
    }

    /// Nothing may be open when nothing more comes.
    ///
    /// # Errors
    /// An object without an end.
    pub(super) fn end(&self) -> Result<()> {
        if self.depth == 0 { Ok(()) } else { Err(unreadable(format!("The order that begins on line {} has no end.", self.begun + 1))) }
    }

    /// Whether the object ends with this byte.
    fn ends(&mut self, byte: u8) -> bool {
        if self.text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.text = true,
            b'{' => self.depth += 1,
            b'}' => self.depth -= 1,
            _ => {}
        }
        self.depth == 0
    }
}

fn said(object: &[u8], line: i64) -> Result<Said, String> {
    let mut order: Map<String, Value> = serde_json::from_slice(object).map_err(|error| format!("not JSON: {error}"))?;
    let items = match order.remove("items") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => {
            items.into_iter().map(|item| fields(item).ok_or("items: a list of objects")).collect::<Result<_, _>>()?
        }
        Some(_) => return Err("items: a list of objects".to_owned()),
    };
    let order = fields(Value::Object(order)).unwrap_or_default();
    Ok(Said { line, order, items })
}

/// An object's plain values as texts: a number is its digits, so one above 2^53 or with a fraction stays what it was.
fn fields(value: Value) -> Option<Fields> {
    let Value::Object(object) = value else { return None };
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    Some(Fields::of(object.into_iter().filter_map(|(name, value)| Some((name, text(value)?.trim().to_owned())))))
}
