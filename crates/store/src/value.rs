//! What can be bound to a statement, the same on both engines.

use facts::{Currency, Id, Time};
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use std::error::Error as StdError;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use uuid::Uuid;

/// One bound parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, of whatever type the statement wants.
    Null,
    /// BIGINT.
    I64(i64),
    /// DOUBLE PRECISION, for measures only.
    F64(f64),
    /// BOOLEAN.
    Bool(bool),
    /// TEXT.
    Text(String),
    /// BYTEA or BLOB.
    Bytes(Vec<u8>),
    /// UUID, or its sixteen bytes.
    Uuid(Uuid),
    /// JSONB, or its text.
    Json(serde_json::Value),
}

macro_rules! from {
    ($($source:ty => $make:expr;)*) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self { $make(value) }
        }
    )*};
}

from! {
    i64 => Value::I64;
    i32 => |value| Value::I64(i64::from(value));
    u32 => |value| Value::I64(i64::from(value));
    f64 => Value::F64;
    bool => Value::Bool;
    String => Value::Text;
    &String => |value: &String| Value::Text(value.clone());
    &str => |value: &str| Value::Text(value.to_owned());
    Vec<u8> => Value::Bytes;
    &[u8] => |value: &[u8]| Value::Bytes(value.to_vec());
    Uuid => Value::Uuid;
    serde_json::Value => Value::Json;
    &serde_json::Value => |value: &serde_json::Value| Value::Json(value.clone());
    Time => |value: Time| Value::I64(value.millis());
    Currency => |value: Currency| Value::Text(value.code().to_owned());
}

macro_rules! from_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        impl From<facts::$name> for Value {
            fn from(id: facts::$name) -> Self { Value::Uuid(id.uuid()) }
        }
    )*};
}

facts::for_each_id!(from_ids);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The parameters of a statement, in the order of `$1`, `$2` …
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(SqliteValue::Null),
            Value::I64(value) => ToSqlOutput::Owned(SqliteValue::Integer(*value)),
            Value::F64(value) => ToSqlOutput::Owned(SqliteValue::Real(*value)),
            Value::Bool(value) => ToSqlOutput::Owned(SqliteValue::Integer(i64::from(*value))),
            Value::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Value::Uuid(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
            Value::Json(value) => ToSqlOutput::Owned(SqliteValue::Text(value.to_string())),
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::I64(value) => match *kind {
                Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*value)?.to_sql(kind, out),
                Type::FLOAT8 => (*value as f64).to_sql(kind, out),
                _ => value.to_sql(kind, out),
            },
            Value::F64(value) => value.to_sql(kind, out),
            Value::Bool(value) => value.to_sql(kind, out),
            Value::Text(value) => value.to_sql(kind, out),
            Value::Bytes(value) => value.to_sql(kind, out),
            Value::Uuid(value) => value.to_sql(kind, out),
            Value::Json(value) => value.to_sql(kind, out),
        }
    }

    /// Each variant writes itself; a mismatch is the server's to refuse.
    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}
