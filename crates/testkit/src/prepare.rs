//! Prepares every statement of the program on the database at hand, and looks for those that forget the tenant.

use crate::postgres::connect;
use crate::schema::{Table, tables};
use crate::{Engine, TestDb};
use std::collections::BTreeSet;
use store::Sql;
use tokio_postgres::types::Type;

/// Types that rows carry and parameters can be bound to.
const CARRIED: [Type; 12] = [
    Type::BOOL,
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::FLOAT8,
    Type::TEXT,
    Type::VARCHAR,
    Type::NAME,
    Type::UUID,
    Type::BYTEA,
    Type::JSON,
    Type::JSONB,
];

/// Prepares every statement of the program that is written below `written_in` (all of them for an empty text) and
/// tells what is wrong with each that is not right.
///
/// A statement is wrong when the engine refuses it, when PostgreSQL would hand over a type that rows do not carry
/// (`SUM` of a BIGINT is NUMERIC: cast it), or when it is not `global`, names a table that has a tenant_id and does
/// not mention tenant_id itself.
pub async fn prepare_all(db: &TestDb, written_in: &str) -> Vec<String> {
    let all: Vec<&Sql> = Sql::all().filter(|sql| sql.place().starts_with(written_in)).collect();
    let mut wrong = match db.engine() {
        Engine::Sqlite => on_sqlite(db, &all),
        Engine::Postgres => on_postgres(db, &all).await,
    };
    let tables = tables(db).await;
    wrong.extend(all.iter().filter_map(|sql| forgets_tenant(sql, &tables)));
    wrong
}

fn on_sqlite(db: &TestDb, all: &[&Sql]) -> Vec<String> {
    let conn = rusqlite::Connection::open(db.sqlite_path().expect("a file")).expect("the file opens");
    let prepare = |sql: &&Sql| conn.prepare(sql.sqlite()).err().map(|error| complain(sql, error));
    all.iter().filter_map(prepare).collect()
}

async fn on_postgres(db: &TestDb, all: &[&Sql]) -> Vec<String> {
    let client = connect(db.url()).await;
    let mut wrong = Vec::new();
    for sql in all {
        match client.prepare(sql.postgres()).await {
            Err(error) => {
                let words = error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
                wrong.push(complain(sql, words));
            }
            Ok(statement) => {
                let columns = statement.columns().iter().map(|column| (column.name().to_owned(), column.type_()));
                let params = statement.params().iter().enumerate().map(|(at, kind)| (format!("${}", at + 1), kind));
                let strange = columns.chain(params).filter(|(_, kind)| !CARRIED.contains(kind));
                wrong.extend(strange.map(|(name, kind)| complain(sql, format!("{name} is of type {kind}: cast it"))));
            }
        }
    }
    wrong
}

fn forgets_tenant(sql: &Sql, tables: &[Table]) -> Option<String> {
    let text = sql.postgres().to_lowercase();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    if sql.is_global() || words.contains("tenant_id") {
        return None;
    }
    let of_a_tenant = |table: &&Table| words.contains(table.name.as_str()) && table.columns.iter().any(|column| column.name == "tenant_id");
    let table = tables.iter().find(of_a_tenant)?;
    Some(complain(sql, format!("{} has a tenant_id, which this does not mention", table.name)))
}

fn complain(sql: &Sql, what: impl std::fmt::Display) -> String {
    format!("{}: {what}\n    {}", sql.place(), sql.postgres())
}
