//! What kind each column was declared to be. SQLite keeps a UUID as a BLOB and JSON as a TEXT, and cannot tell; the
//! migrations can.

use crate::Migration;
use std::collections::HashMap;

/// The declared type of each column, by table and column, in PostgreSQL's words.
#[derive(Debug, Clone, Default)]
pub struct Declared(HashMap<(String, String), String>);

impl Declared {
    /// Reads it from the texts of migrations.
    pub fn of(migrations: &[Migration]) -> Self {
        let mut found = Self::default();
        for migration in migrations {
            let text: String =
                migration.postgres().lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
            text.split(';').for_each(|statement| found.statement(statement));
        }
        found
    }

    /// The type of a column, where it is known.
    pub fn get(&self, table: &str, column: &str) -> Option<&str> {
        self.0.get(&(table.to_owned(), column.to_owned())).map(String::as_str)
    }

    fn statement(&mut self, statement: &str) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => {
                let table = name.trim_end_matches('(');
                let inside = statement.split_once('(').map_or("", |(_, rest)| rest);
                parts(inside).into_iter().for_each(|part| self.column(table, part));
            }
            ["ALTER", "TABLE", table, "ADD", "COLUMN", ..] => {
                self.column(table, statement.split_once("ADD COLUMN").map_or("", |(_, rest)| rest));
            }
            ["ALTER", "TABLE", table, "RENAME", "COLUMN", from, "TO", to] => {
                if let Some(kind) = self.0.remove(&((*table).to_owned(), (*from).to_owned())) {
                    self.0.insert(((*table).to_owned(), (*to).to_owned()), kind);
                }
            }
            _ => {}
        }
    }

    fn column(&mut self, table: &str, part: &str) {
        let mut words = part.split_whitespace();
        if let (Some(name), Some(kind)) = (words.next(), words.next())
            && !matches!(name, "PRIMARY" | "UNIQUE" | "CHECK" | "CONSTRAINT" | "FOREIGN")
        {
            self.0.insert((table.to_owned(), name.to_owned()), kind.to_lowercase());
        }
    }
}

/// What stands between commas that are in no further brackets, up to the bracket that closes all of it.
fn parts(inside: &str) -> Vec<&str> {
    let (mut found, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, letter) in inside.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => {
                found.push(&inside[from..at]);
                return found;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&inside[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_they_are_written() {
        let text = "-- One; of two (tables).
            CREATE TABLE a (
              id UUID NOT NULL, body JSONB, -- a comment, with JSONB
              xid BIGINT NOT NULL DEFAULT (CAST(f(1, 2) AS BIGINT)),
              ratio DOUBLE PRECISION,
              PRIMARY KEY (id, xid)
            );
            CREATE INDEX a_id ON a (id, body);
            ALTER TABLE a ADD COLUMN late BYTEA;
            ALTER TABLE a ADD COLUMN before UUID;
            ALTER TABLE a RENAME COLUMN before TO after;";
        let declared = Declared::of(&[Migration::both("test/0001", text)]);
        let table = [
            ("id", Some("uuid")),
            ("body", Some("jsonb")),
            ("xid", Some("bigint")),
            ("ratio", Some("double")),
            ("late", Some("bytea")),
            ("before", None),
            ("after", Some("uuid")),
            ("PRIMARY", None),
            ("f(1", None),
        ];
        for (column, kind) in table {
            assert_eq!(declared.get("a", column), kind, "{column}");
        }
    }
}
