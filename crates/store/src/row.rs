//! Rows are serde: a struct derives `Deserialize` and is filled by column name, a tuple by position.
//!
//! Written by hand because no crate reads one struct from both engines: it is the half of the
//! two-driver layer that lets a query be written once.

use crate::{Error, Result};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// One value of one row.
pub(crate) enum Cell {
    Null,
    I64(i64),
    F64(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
    Json(serde_json::Value),
}

/// A row of either engine.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    fn len(&self) -> usize {
        match self {
            Row::Sqlite(row) => row.as_ref().column_count(),
            Row::Postgres(row) => row.len(),
        }
    }

    fn name(&self, at: usize) -> &str {
        match self {
            Row::Sqlite(row) => row.as_ref().column_name(at).unwrap_or(""),
            Row::Postgres(row) => row.columns().get(at).map_or("", |column| column.name()),
        }
    }

    pub(crate) fn cell(&self, at: usize) -> Result<Cell, RowError> {
        match self {
            Row::Sqlite(row) => sqlite_cell(row, at),
            Row::Postgres(row) => postgres_cell(row, at),
        }
    }

    /// The whole row as `T`.
    #[track_caller]
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(RowReader(self)).map_err(Error::internal)
    }
}

fn sqlite_cell(row: &rusqlite::Row, at: usize) -> Result<Cell, RowError> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(at).map_err(RowError::of)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::I64(value),
        ValueRef::Real(value) => Cell::F64(value),
        ValueRef::Text(value) => Cell::Text(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Blob(value) => Cell::Bytes(value.to_vec()),
    })
}

fn postgres_cell(row: &tokio_postgres::Row, at: usize) -> Result<Cell, RowError> {
    fn get<'a, T: tokio_postgres::types::FromSql<'a>>(
        row: &'a tokio_postgres::Row,
        at: usize,
        make: impl Fn(T) -> Cell,
    ) -> Result<Cell, RowError> {
        let value: Option<T> = row.try_get(at).map_err(RowError::of)?;
        Ok(value.map_or(Cell::Null, make))
    }
    let kind = row.columns()[at].type_();
    match *kind {
        Type::BOOL => get(row, at, Cell::Bool),
        Type::INT8 => get(row, at, Cell::I64),
        Type::INT4 => get(row, at, |value: i32| Cell::I64(i64::from(value))),
        Type::INT2 => get(row, at, |value: i16| Cell::I64(i64::from(value))),
        Type::FLOAT8 => get(row, at, Cell::F64),
        Type::UUID => get(row, at, |value: Uuid| Cell::Bytes(value.as_bytes().to_vec())),
        Type::BYTEA => get(row, at, Cell::Bytes),
        Type::JSON | Type::JSONB => get(row, at, Cell::Json),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR => get(row, at, Cell::Text),
        _ => Err(RowError(format!("column {} has type {kind}, which rows do not carry", row.columns()[at].name()))),
    }
}

/// A column of JSON, read and written as `T`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// The name by which [`Json`] asks for its column to be parsed.
const JSON: &str = "$json";

impl<'de, T: DeserializeOwned> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Inner<T>(std::marker::PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for Inner<T> {
            type Value = Json<T>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Json<T>, D::Error> {
                T::deserialize(d).map(Json)
            }
        }
        d.deserialize_newtype_struct(JSON, Inner(std::marker::PhantomData))
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

/// Why a row could not be read as the wanted type: a mistake of ours.
#[derive(Debug)]
pub(crate) struct RowError(String);

impl RowError {
    fn of(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "reading a row: {}", self.0)
    }
}

impl std::error::Error for RowError {}

impl de::Error for RowError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

struct RowReader<'a>(&'a Row<'a>);

struct Columns<'a> {
    row: &'a Row<'a>,
    at: usize,
}

impl<'de> MapAccess<'de> for Columns<'_> {
    type Error = RowError;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
        if self.at == self.row.len() {
            return Ok(None);
        }
        seed.deserialize(self.row.name(self.at).into_deserializer()).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, RowError> {
        let cell = self.row.cell(self.at)?;
        let name = self.row.name(self.at);
        self.at += 1;
        seed.deserialize(CellReader(cell)).map_err(|error| RowError(format!("column {name}: {}", error.0)))
    }
}

impl<'de> SeqAccess<'de> for Columns<'_> {
    type Error = RowError;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, RowError> {
        if self.at == self.row.len() {
            return Ok(None);
        }
        let cell = self.row.cell(self.at)?;
        self.at += 1;
        seed.deserialize(CellReader(cell)).map(Some)
    }
}

impl<'de> Deserializer<'de> for RowReader<'_> {
    type Error = RowError;

    /// Anything but a struct or a tuple is the row's first column.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        CellReader(self.0.cell(0)?).deserialize_any(visitor)
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        CellReader(self.0.cell(0)?).deserialize_bool(visitor)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        CellReader(self.0.cell(0)?).deserialize_option(visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        CellReader(self.0.cell(0)?).deserialize_enum(name, variants, visitor)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, RowError> {
        CellReader(self.0.cell(0)?).deserialize_newtype_struct(name, visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_map(Columns { row: self.0, at: 0 })
    }
    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_map(Columns { row: self.0, at: 0 })
    }
    /// A lone column of bytes is a `Vec<u8>`; anything else a sequence of columns.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.0.cell(0)? {
            bytes @ Cell::Bytes(_) if self.0.len() == 1 => CellReader(bytes).deserialize_seq(visitor),
            _ => visitor.visit_seq(Columns { row: self.0, at: 0 }),
        }
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_seq(Columns { row: self.0, at: 0 })
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_seq(Columns { row: self.0, at: 0 })
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct identifier ignored_any
    }
}

struct CellReader(Cell);

impl<'de> Deserializer<'de> for CellReader {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.0 {
            Cell::Null => visitor.visit_unit(),
            Cell::I64(value) => visitor.visit_i64(value),
            Cell::F64(value) => visitor.visit_f64(value),
            Cell::Bool(value) => visitor.visit_bool(value),
            Cell::Text(value) => visitor.visit_string(value),
            Cell::Bytes(value) => visitor.visit_byte_buf(value),
            Cell::Json(value) => value.deserialize_any(visitor).map_err(RowError::of),
        }
    }

    /// SQLite keeps truth as 0 and 1.
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.0 {
            Cell::I64(value) => visitor.visit_bool(value != 0),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.0 {
            Cell::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, RowError> {
        match self.0 {
            Cell::Text(word) => visitor.visit_enum(word.into_deserializer()),
            _ => Err(RowError("an enum is read from a word".to_owned())),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, RowError> {
        match self.0 {
            Cell::Text(text) if name == JSON => {
                let value: serde_json::Value = serde_json::from_str(&text).map_err(RowError::of)?;
                visitor.visit_newtype_struct(value).map_err(RowError::of)
            }
            Cell::Json(value) => visitor.visit_newtype_struct(value).map_err(RowError::of),
            cell => visitor.visit_newtype_struct(CellReader(cell)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.0 {
            Cell::Bytes(bytes) => visitor.visit_seq(de::value::SeqDeserializer::new(bytes.into_iter())),
            cell => CellReader(cell).deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}
