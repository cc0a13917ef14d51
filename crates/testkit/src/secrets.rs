//! Where secrets stand: for tests that no locked text is forgotten when they are locked with another key, and that what is kept nowhere is.

use crate::{Engine, TestDb};
use std::collections::BTreeSet;
use tokio_postgres::NoTls;

impl TestDb {
    /// The columns, as `table.column`, in which anything begins with these bytes, or holds them in hex.
    pub async fn beginning_with(&self, mark: &[u8]) -> BTreeSet<String> {
        let hex = hex::encode(mark);
        match self.engine() {
            Engine::Sqlite => sqlite(self.url().trim_start_matches("sqlite:"), &hex),
            Engine::Postgres => postgres(self.url(), &hex).await,
        }
    }

    /// The columns of every table, as `table.column`, in which a word stands by itself: in a text, in JSON, as a number or among bytes.
    pub async fn saying(&self, word: &str) -> BTreeSet<String> {
        match self.engine() {
            Engine::Sqlite => said_on_sqlite(self.url().trim_start_matches("sqlite:"), word),
            Engine::Postgres => said_on_postgres(self.url(), word).await,
        }
    }

    /// The columns of bytes, which alone can hold locked texts; only PostgreSQL tells them from ids.
    pub async fn byte_columns(&self) -> BTreeSet<String> {
        match self.engine() {
            Engine::Sqlite => BTreeSet::new(),
            Engine::Postgres => columns(&connect(self.url()).await).await.into_iter().filter(|(_, _, bytes)| *bytes).map(name).collect(),
        }
    }
}

/// Whether a word stands in a text by itself, with no letter or digit on either side: ids have digits too.
pub fn stands_in(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).enumerate().any(|(at, found)| {
        let is_free = |place: Option<usize>| place.and_then(|place| text.get(place)).is_none_or(|letter| !letter.is_ascii_alphanumeric());
        found == word.as_bytes() && is_free(at.checked_sub(1)) && is_free(Some(at + word.len()))
    })
}

fn name((table, column, _): (String, String, bool)) -> String {
    format!("{table}.{column}")
}

/// Every column of every table.
fn columns_on_sqlite(conn: &rusqlite::Connection) -> Vec<(String, String)> {
    let mut listed = conn
        .prepare("SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'")
        .expect("the columns can be listed");
    listed.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect).expect("the columns")
}

fn sqlite(path: &str, hex: &str) -> BTreeSet<String> {
    let conn = rusqlite::Connection::open(path).expect("the file opens");
    let holds = |(table, column): &(String, String)| {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM \"{table}\" WHERE hex(substr(CAST(\"{column}\" AS BLOB), 1, 4)) = upper(?1)
               OR (typeof(\"{column}\") = 'text' AND instr(lower(\"{column}\"), ?1) > 0))"
        );
        conn.query_row(&sql, [hex], |row| row.get::<_, bool>(0)).expect("the column can be read")
    };
    columns_on_sqlite(&conn).into_iter().filter(holds).map(|(table, column)| format!("{table}.{column}")).collect()
}

fn said_on_sqlite(path: &str, word: &str) -> BTreeSet<String> {
    let conn = rusqlite::Connection::open(path).expect("the file opens");
    let says = |(table, column): &(String, String)| {
        let value = format!("CAST(\"{column}\" AS BLOB)");
        let sql = format!("SELECT {value} FROM \"{table}\" WHERE instr({value}, CAST(?1 AS BLOB)) > 0");
        let found: Vec<Vec<u8>> =
            conn.prepare(&sql).and_then(|mut found| found.query_map([word], |row| row.get(0))?.collect()).expect("the column can be read");
        found.iter().any(|value| stands_in(value, word))
    };
    columns_on_sqlite(&conn).into_iter().filter(says).map(|(table, column)| format!("{table}.{column}")).collect()
}

async fn said_on_postgres(url: &str, word: &str) -> BTreeSet<String> {
    let client = connect(url).await;
    let mut found = BTreeSet::new();
    for (table, column, bytes) in columns(&client).await {
        let value = if bytes { format!("\"{column}\"") } else { format!("convert_to(\"{column}\"::TEXT, 'UTF8')") };
        let sql = format!("SELECT {value} FROM \"{table}\" WHERE position($1::BYTEA IN {value}) > 0");
        let rows = client.query(&sql, &[&word.as_bytes()]).await.expect("the column can be read");
        if rows.iter().any(|row| stands_in(row.get(0), word)) {
            found.insert(name((table, column, bytes)));
        }
    }
    found
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client
}

async fn columns(client: &tokio_postgres::Client) -> Vec<(String, String, bool)> {
    let listed =
        "SELECT table_name::TEXT, column_name::TEXT, data_type = 'bytea' FROM information_schema.columns WHERE table_schema = 'public'";
    let rows = client.query(listed, &[]).await.expect("the columns can be listed");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

async fn postgres(url: &str, hex: &str) -> BTreeSet<String> {
    let client = connect(url).await;
    let mut found = BTreeSet::new();
    for (table, column, bytes) in columns(&client).await {
        let holds = if bytes {
            format!("encode(\"{column}\", 'hex') LIKE $1 || '%'")
        } else {
            format!("\"{column}\"::TEXT ILIKE '%' || $1 || '%'")
        };
        let sql = format!("SELECT EXISTS (SELECT 1 FROM \"{table}\" WHERE {holds})");
        if client.query_one(&sql, &[&hex]).await.expect("the column can be read").get(0) {
            found.insert(name((table, column, bytes)));
        }
    }
    found
}
