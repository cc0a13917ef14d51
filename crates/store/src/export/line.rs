//! A row as a line of JSON that a person can read and a program can take apart.

use super::shape::Column;
use crate::row::{Cell, Row};
use crate::{Error, Result, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::Time;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// What a column holds, as far as writing it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Bytes,
    Json,
    Bool,
    Time,
    Plain,
}

/// A column of the select, and whether it is written.
pub(super) struct Kept {
    pub name: String,
    pub kind: Kind,
    pub secret: bool,
}

impl Column {
    pub(super) fn kept(&self, secret: bool) -> Kept {
        Kept { name: self.name.clone(), kind: self.kind(), secret }
    }

    pub(super) fn kind(&self) -> Kind {
        match self.declared.to_lowercase().as_str() {
            "uuid" => Kind::Uuid,
            "bytea" | "blob" => Kind::Bytes,
            "json" | "jsonb" => Kind::Json,
            "boolean" => Kind::Bool,
            "bigint" | "integer" if self.name == "at" || self.name.ends_with("_at") => Kind::Time,
            _ => Kind::Plain,
        }
    }
}

/// The line, and the values of the key's columns, by their places.
pub(super) fn of(row: &Row<'_>, kept: &[Kept], key: &[usize]) -> Result<(String, Vec<Value>)> {
    let mut line = Map::new();
    let mut values = vec![Value::Null; key.len()];
    for (place, column) in kept.iter().enumerate() {
        let cell = row.cell(place).map_err(Error::internal)?;
        if let Some(at) = key.iter().position(|wanted| *wanted == place) {
            values[at] = value(&cell, column.kind)?;
        }
        if !column.secret {
            line.insert(column.name.clone(), written(cell, column.kind)?);
        }
    }
    Ok((serde_json::to_string(&line)?, values))
}

/// A key's value, to go on after.
fn value(cell: &Cell, kind: Kind) -> Result<Value> {
    Ok(match cell {
        Cell::I64(number) => Value::I64(*number),
        Cell::Bool(is) => Value::Bool(*is),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Bytes(bytes) if kind == Kind::Uuid => Value::Uuid(Uuid::from_slice(bytes).map_err(Error::internal)?),
        Cell::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Cell::Null | Cell::F64(_) | Cell::Json(_) => return Err(Error::internal("a key of a kind that keys do not have")),
    })
}

fn written(cell: Cell, kind: Kind) -> Result<Json> {
    Ok(match (cell, kind) {
        (Cell::Null, _) => Json::Null,
        (Cell::I64(number), Kind::Bool) => json!(number != 0),
        (Cell::I64(millis), Kind::Time) => json!(Time(millis)),
        (Cell::I64(number), _) => json!(number),
        (Cell::F64(number), _) => json!(number),
        (Cell::Bool(is), _) => json!(is),
        (Cell::Json(value), _) => value,
        (Cell::Text(text), Kind::Json) => serde_json::from_str(&text)?,
        (Cell::Text(text), _) => json!(text),
        (Cell::Bytes(bytes), Kind::Uuid) if bytes.len() == 16 => json!(Uuid::from_slice(&bytes).map_err(Error::internal)?),
        (Cell::Bytes(bytes), _) => match String::from_utf8(bytes) {
            Ok(text) => json!(text),
            Err(other) => json!({"base64": STANDARD.encode(other.as_bytes())}),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_engines_keep_differently_is_written_the_same() {
        let id = Uuid::from_u128(7);
        let table = [
            (Cell::Bytes(id.as_bytes().to_vec()), Kind::Uuid, json!(id.to_string())),
            (Cell::I64(1), Kind::Bool, json!(true)),
            (Cell::Bool(true), Kind::Bool, json!(true)),
            (Cell::Text("{\"a\":[1]}".into()), Kind::Json, json!({"a": [1]})),
            (Cell::Json(json!({"a": [1]})), Kind::Json, json!({"a": [1]})),
            (Cell::I64(0), Kind::Time, json!("1970-01-01T00:00:00.000Z")),
            (Cell::I64(5), Kind::Plain, json!(5)),
            (Cell::Bytes("{}".into()), Kind::Bytes, json!("{}")),
            (Cell::Bytes(vec![0xff, 0]), Kind::Bytes, json!({"base64": "/wA="})),
            (Cell::Null, Kind::Time, Json::Null),
        ];
        for (cell, kind, expected) in table {
            assert_eq!(written(cell, kind).unwrap(), expected, "{kind:?}");
        }
    }
}
