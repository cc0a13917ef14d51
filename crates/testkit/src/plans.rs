//! How SQLite would go about every statement of the program: work must grow with what is asked for, not with what is
//! stored.

use crate::TestDb;
use rusqlite::types::Null;
use rusqlite::{Connection, params_from_iter};
use store::Sql;

/// The steps in which a statement would walk through a whole table, or through all rows of its tenant: each as place,
/// text and step. A table that is small by nature, and an index that holds only what is exceptional, are named in `small`.
pub fn walks(db: &TestDb, small: &[&str]) -> Vec<String> {
    let conn = Connection::open(db.sqlite_path().expect("a file")).expect("the file opens");
    Sql::all().flat_map(|sql| walked(&conn, sql, small)).collect()
}

fn walked(conn: &Connection, sql: &Sql, small: &[&str]) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.sqlite())).expect("it can be prepared");
    let nothing = vec![Null; statement.parameter_count()];
    let steps = statement.query_map(params_from_iter(nothing), |row| row.get::<_, String>(3)).expect("a plan");
    let steps = steps.map(|step| step.expect("a step")).filter(|step| is_walk(conn, sql.sqlite(), step, small));
    steps.map(|step| format!("{}: {step}\n    {}", sql.place(), sql.sqlite())).collect()
}

/// Whether a step walks: `SCAN orders`, or `SEARCH orders USING INDEX orders_listed (tenant_id=?)`.
fn is_walk(conn: &Connection, text: &str, step: &str, small: &[&str]) -> bool {
    let words: Vec<&str> = step.split_whitespace().collect();
    let all = match words.first() {
        Some(&"SCAN") => true,
        Some(&"SEARCH") => step.ends_with("(tenant_id=?)"),
        _ => false,
    };
    let name = words.get(1).copied().unwrap_or_default();
    let table = named(text, name);
    let is_table =
        conn.query_row("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?1", [&table], |row| row.get::<_, i64>(0));
    let index = words.iter().position(|word| *word == "INDEX").and_then(|at| words.get(at + 1)).copied().unwrap_or_default();
    all && is_table.expect("a count") > 0 && !small.contains(&table.as_str()) && !small.contains(&index)
}

/// The table that goes by this name in the text: itself, or what stands before the alias.
fn named(text: &str, name: &str) -> String {
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty()).collect();
    let before = words.windows(3).find(|three| matches!(three[0], "FROM" | "JOIN" | "UPDATE" | "INTO") && three[2] == name);
    before.map_or(name, |three| three[1]).to_owned()
}
