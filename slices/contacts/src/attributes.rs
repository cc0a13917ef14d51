//! Which attributes people have: kept as they are written, so that filters and files can offer them.

use facts::words;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use store::{Look, Result, Tx, params, rows, sql};

words! {
    /// What the values of an attribute are.
    pub enum Kind {
        /// Words.
        Text = "text",
        /// A number.
        Number = "number",
        /// Yes or no.
        Truth = "truth",
        /// A day, as 2026-11-22.
        Date = "date",
    }
}

/// An attribute that somebody has, or had.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// What its first value was.
    pub kind: Kind,
}

impl Kind {
    /// Of what kind a value is.
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Kind::Truth,
            Value::Number(_) => Kind::Number,
            Value::String(text) if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() => Kind::Date,
            _ => Kind::Text,
        }
    }

    /// What a cell of a file says, as a value of this kind; words where it is none.
    pub(crate) fn read(self, cell: &str) -> Value {
        let number = || cell.parse::<serde_json::Number>().ok().map(Value::Number);
        let read = match self {
            Kind::Text | Kind::Date => None,
            Kind::Number => number(),
            Kind::Truth => match cell.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(Value::Bool(true)),
                "false" | "no" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
        };
        read.unwrap_or_else(|| Value::String(cell.to_owned()))
    }
}

/// Notes which attributes there are. The kind of one that is known stays.
pub(crate) async fn note<'a>(tx: &mut Tx, all: impl Iterator<Item = (&'a String, &'a Value)>) -> Result<()> {
    let attribute_names = rows!("INSERT INTO attribute_names (tenant_id, name, kind) VALUES ", 3, " ON CONFLICT DO NOTHING");
    let mut values = Vec::new();
    for (name, value) in all.filter(|(_, value)| !value.is_null()) {
        values.extend_from_slice(params![tx.tenant(), name, Kind::of(value).as_str()]);
    }
    tx.put_rows(attribute_names, &values).await
}

/// Every attribute that a tenant's people have, by name; the first 500.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn attributes(look: &mut impl Look) -> Result<Vec<Attribute>> {
    look.all(sql!("SELECT name, kind FROM attribute_names WHERE tenant_id = $1 ORDER BY name LIMIT 500"), params![look.tenant()]).await
}

/// Of which kind the attributes of these names are; one that is new is not among them.
pub(crate) async fn kinds<'a>(look: &mut impl Look, names: impl Iterator<Item = &'a str>) -> Result<HashMap<String, Kind>> {
    let found: Vec<(String, Kind)> = look
        .all(
            sql!("SELECT name, kind FROM attribute_names WHERE tenant_id = $1 AND name IN (SELECT key FROM json_each($2))"),
            params![look.tenant(), store::texts(names)],
        )
        .await?;
    Ok(found.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_read_as_what_its_attribute_is() {
        let table = [
            (Kind::Text, "007", json!("007")),
            (Kind::Number, "7.5", json!(7.5)),
            (Kind::Number, "seven", json!("seven")),
            (Kind::Truth, "Yes", json!(true)),
            (Kind::Truth, "perhaps", json!("perhaps")),
            (Kind::Date, "2026-11-22", json!("2026-11-22")),
        ];
        for (kind, cell, value) in table {
            assert_eq!(kind.read(cell), value);
        }
        let kinds = [json!("x"), json!(1), json!(true), json!("2026-11-22"), json!("2026-13-22")].map(|value| Kind::of(&value));
        assert_eq!(kinds, [Kind::Text, Kind::Number, Kind::Truth, Kind::Date, Kind::Text]);
    }
}
