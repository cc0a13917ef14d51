//! Which tables a tenant has, and which of their columns leave the house.

use super::{Declared, Picture};
use crate::sql::sql_pair;
use crate::{Look, Result};
use serde::Deserialize;

/// What a slice tells of the columns of a table: a secret one is in no export, a plain one is, though its name sounds secret
/// or it holds bytes.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// The table.
    pub table: &'static str,
    /// Columns that leave the house never.
    pub secret: &'static [&'static str],
    /// Columns that hold nothing secret, whatever they are called.
    pub plain: &'static [&'static str],
}

impl Told {
    /// What the store tells of its own tables. An answer that was given once may hold a key that was made.
    pub const STORE: &'static [Told] = &[
        Told { table: "idempotency_keys", secret: &["answer", "body_hash"], plain: &["key"] },
        Told { table: "errands", secret: &[], plain: &["key"] },
        Told { table: "timers", secret: &[], plain: &["key"] },
        Told { table: "inbound", secret: &[], plain: &["body"] },
    ];
}

/// A table of a tenant.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// Its columns in their order.
    pub columns: Vec<Column>,
    /// What its rows are found by within the tenant; nothing where a tenant has one row.
    pub key: Vec<String>,
}

/// A column as the database declares it.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, in PostgreSQL's words.
    pub declared: String,
}

/// Whether a name is one that secrets have.
pub fn sounds_secret(name: &str) -> bool {
    const SOUNDS: [&str; 14] = [
        "hash",
        "secret",
        "token",
        "sealed",
        "locked",
        "key",
        "password",
        "verifier",
        "nonce",
        "csrf",
        "credential",
        "cookie",
        "proof",
        "code",
    ];
    SOUNDS.iter().any(|sound| name.contains(sound))
}

impl Shape {
    /// Whether a column must be told to be secret or plain.
    pub fn must_be_told(&self, column: &Column) -> bool {
        sounds_secret(&column.name) || column.declared.eq_ignore_ascii_case("bytea")
    }

    /// Whether a column stays in the house. One that nobody told about and that sounds like a secret is taken for one.
    pub fn is_secret(&self, column: &Column, told: &[Told]) -> bool {
        let of = |pick: fn(&Told) -> &'static [&'static str]| {
            told.iter().filter(|told| told.table == self.name).any(|told| pick(told).contains(&column.name.as_str()))
        };
        of(|told| told.secret) || (self.must_be_told(column) && !of(|told| told.plain))
    }

    /// Where the key's columns stand among the columns.
    pub(super) fn key_places(&self) -> Vec<usize> {
        let place = |name: &String| self.columns.iter().position(|column| column.name == *name);
        self.key.iter().filter_map(place).collect()
    }

    /// The first rows of the tenant that have a value in a column of the table.
    pub(super) fn select_about(&self, column: &str, limit: usize) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        format!("SELECT {} FROM \"{}\" WHERE tenant_id = $1 AND \"{column}\" = $2 LIMIT {limit}", columns.join(", "), self.name)
    }

    /// The next rows of the tenant. Names cannot be parameters; these come from the catalogue of the database itself.
    pub(super) fn select(&self, after: bool, limit: usize) -> String {
        let quoted = |names: &mut dyn Iterator<Item = &String>| names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let columns = quoted(&mut self.columns.iter().map(|column| &column.name));
        let mut text = format!("SELECT {columns} FROM \"{}\" WHERE tenant_id = $1", self.name);
        if self.key.is_empty() {
            return text;
        }
        let key = quoted(&mut self.key.iter());
        if after {
            let places: Vec<String> = (0..self.key.len()).map(|at| format!("${}", at + 2)).collect();
            text.push_str(&format!(" AND ({key}) > ({})", places.join(", ")));
        }
        text.push_str(&format!(" ORDER BY {key} LIMIT {limit}"));
        text
    }
}

#[derive(Deserialize)]
struct ColumnRow {
    table: String,
    name: String,
    declared: String,
}

#[derive(Deserialize)]
struct KeyRow {
    table: String,
    index: String,
    name: String,
}

/// Every table that has a tenant. Its rows are found by the first of its unique indexes that begins with the tenant.
pub(super) async fn tables(picture: &mut Picture, known: &Declared) -> Result<Vec<Shape>> {
    let columns: Vec<ColumnRow> = picture.all(columns(), &[]).await?;
    let keys: Vec<KeyRow> = picture.all(keys(), &[]).await?;
    let mut shapes: Vec<Shape> = Vec::new();
    for ColumnRow { table, name, declared } in columns {
        if shapes.last().is_none_or(|shape| shape.name != table) {
            shapes.push(Shape { name: table.clone(), columns: Vec::new(), key: key_of(&table, &keys) });
        }
        if let Some(shape) = shapes.last_mut() {
            let declared = known.get(&table, &name).map_or(declared, str::to_owned);
            shape.columns.push(Column { name, declared });
        }
    }
    Ok(shapes)
}

/// The rest of the first unique index that leads with the tenant. Indexes come by name within a table, the primary key first.
fn key_of(table: &str, keys: &[KeyRow]) -> Vec<String> {
    let mut of_table = keys.iter().filter(|key| key.table == table).peekable();
    while let Some(first) = of_table.peek().map(|key| key.index.clone()) {
        let mut names = Vec::new();
        while let Some(key) = of_table.next_if(|key| key.index == first) {
            names.push(key.name.clone());
        }
        if names.first().is_some_and(|name| name == "tenant_id") {
            return names.split_off(1);
        }
    }
    Vec::new()
}

fn columns() -> &'static crate::Sql {
    sql_pair!(
        postgres "SELECT CAST(c.relname AS TEXT) AS table, CAST(a.attname AS TEXT) AS name, format_type(a.atttypid, NULL) AS declared
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                  WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
                    AND EXISTS (SELECT 1 FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)
                  ORDER BY c.relname COLLATE \"C\", a.attnum",
        sqlite "SELECT m.name AS \"table\", c.name AS name, c.type AS declared FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) t WHERE t.name = 'tenant_id')
                ORDER BY m.name, c.cid"
    )
}

/// The columns of unique indexes over whole tables, the primary key's first.
fn keys() -> &'static crate::Sql {
    sql_pair!(
        postgres "SELECT CAST(c.relname AS TEXT) AS table, CAST(x.relname AS TEXT) AS index, CAST(a.attname AS TEXT) AS name
                  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
                  CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                  WHERE i.indisunique AND i.indpred IS NULL AND c.relnamespace = CAST('public' AS regnamespace)
                  ORDER BY c.relname, i.indisprimary DESC, x.relname, k.place",
        sqlite "SELECT m.name AS \"table\", i.name AS \"index\", c.name AS name FROM sqlite_master m JOIN pragma_index_list(m.name) i
                JOIN pragma_index_info(i.name) c
                WHERE m.type = 'table' AND i.\"unique\" = 1 AND i.partial = 0
                ORDER BY m.name, i.origin <> 'pk', i.name, c.seqno"
    )
}
