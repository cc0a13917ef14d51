//! The schema in words that do not depend on the engine, so that the two can be held against each other.

use crate::postgres::connect;
use crate::{Engine, TestDb};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// One table.
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub indexes: Vec<String>,
}

/// One column of a table.
pub(crate) struct Column {
    pub name: String,
    kind: String,
    nullable: bool,
    /// Where it stands in the primary key, from 1.
    key: Option<i64>,
}

/// The schema, a line for each column, primary key and index, in the order of names.
pub async fn schema(db: &TestDb) -> String {
    tables(db).await.iter().flat_map(lines).collect()
}

/// What two schemas do not have in common, each line marked with the engine that has it.
///
/// The journal may differ in its key: SQLite needs its rising number there, and keeps (tenant_id, id) by an index;
/// PostgreSQL orders by (xid, seq), which SQLite's rising number is.
pub fn differences(sqlite: &str, postgres: &str) -> Vec<String> {
    let keys = ["journal primary key (seq)", "journal primary key (tenant_id, id)"];
    let allowed = |line: &str| keys.contains(&line) || ["journal index journal_id", "journal index journal_order"].contains(&line);
    let (left, right): (BTreeSet<&str>, BTreeSet<&str>) = (sqlite.lines().collect(), postgres.lines().collect());
    let only = |engine: &str, lines: Vec<&str>| -> Vec<String> {
        lines.into_iter().filter(|line| !allowed(line)).map(|line| format!("only on {engine}: {line}")).collect()
    };
    let mut found = only("SQLite", left.difference(&right).copied().collect());
    found.extend(only("PostgreSQL", right.difference(&left).copied().collect()));
    found
}

fn lines(table: &Table) -> Vec<String> {
    let name = &table.name;
    let mut columns: Vec<&Column> = table.columns.iter().collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    let mut lines: Vec<String> = columns
        .iter()
        .map(|column| {
            let null = if column.nullable { "" } else { " NOT NULL" };
            format!("{name}.{} {}{null}\n", column.name, column.kind)
        })
        .collect();
    let mut key: Vec<(i64, &str)> = columns.iter().filter_map(|column| Some((column.key?, column.name.as_str()))).collect();
    key.sort_unstable();
    let key: Vec<&str> = key.into_iter().map(|(_, name)| name).collect();
    lines.push(format!("{name} primary key ({})\n", key.join(", ")));
    lines.extend(table.indexes.iter().map(|index| format!("{name} index {index}\n")));
    lines
}

/// One word for what both engines keep, though they call it differently.
fn kind(declared: &str) -> String {
    match declared.to_lowercase().as_str() {
        "bigint" | "integer" | "int8" => "BIGINT",
        "uuid" | "bytea" | "blob" => "BLOB",
        "text" | "json" | "jsonb" | "character varying" => "TEXT",
        "boolean" | "bool" => "BOOLEAN",
        "double precision" | "real" | "float8" => "DOUBLE PRECISION",
        other => return other.to_owned(),
    }
    .to_owned()
}

pub(crate) async fn tables(db: &TestDb) -> Vec<Table> {
    match db.engine() {
        Engine::Sqlite => on_sqlite(db).expect("the schema is read"),
        Engine::Postgres => on_postgres(db).await.expect("the schema is read"),
    }
}

fn on_sqlite(db: &TestDb) -> rusqlite::Result<Vec<Table>> {
    let conn = Connection::open(db.sqlite_path().expect("a file"))?;
    let names: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    names.into_iter().map(|name| sqlite_table(&conn, name)).collect()
}

fn sqlite_table(conn: &Connection, name: String) -> rusqlite::Result<Table> {
    let column = |row: &rusqlite::Row| {
        let key = Some(row.get("pk")?).filter(|at| *at > 0);
        let nullable = !row.get::<_, bool>("notnull")? && key.is_none();
        Ok(Column { name: row.get("name")?, kind: kind(&row.get::<_, String>("type")?), nullable, key })
    };
    let columns = conn.prepare("SELECT * FROM pragma_table_info(?1)")?.query_map([&name], column)?.collect::<Result<_, _>>()?;
    let indexes = conn
        .prepare("SELECT name FROM pragma_index_list(?1) WHERE origin = 'c' ORDER BY name")?
        .query_map([&name], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(Table { name, columns, indexes })
}

async fn on_postgres(db: &TestDb) -> Result<Vec<Table>, tokio_postgres::Error> {
    let client = connect(db.url()).await;
    let names = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name";
    let columns = "SELECT CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT), c.is_nullable = 'YES',
                          CAST(array_position(i.indkey::int2[], a.attnum) + 1 AS BIGINT)
                   FROM information_schema.columns c
                   JOIN pg_attribute a ON a.attrelid = CAST(c.table_name AS regclass) AND a.attname = c.column_name
                   LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
                   WHERE c.table_schema = 'public' AND c.table_name = $1";
    let indexes = "SELECT CAST(c.relname AS TEXT) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                   WHERE i.indrelid = CAST(CAST($1 AS TEXT) AS regclass)
                     AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1";
    let mut found = Vec::new();
    for row in client.query(names, &[]).await? {
        let name: String = row.get(0);
        let columns = client.query(columns, &[&name]).await?;
        let columns = columns.iter().map(|row| Column { name: row.get(0), kind: kind(row.get(1)), nullable: row.get(2), key: row.get(3) });
        let indexes = client.query(indexes, &[&name]).await?.iter().map(|row| row.get(0)).collect();
        found.push(Table { columns: columns.collect(), indexes, name });
    }
    Ok(found)
}
