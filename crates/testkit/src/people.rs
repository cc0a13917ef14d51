//! Rows about somebody in every table that can have one, made from the schema alone: for tests that a table which comes later is not
//! forgotten.

use crate::{Engine, TestDb};
use facts::{ContactId, Id, TenantId};
use std::collections::{BTreeMap, BTreeSet};
use store::export::Declared;
use tokio_postgres::NoTls;
use uuid::Uuid;

/// The columns of a table, each with what the engine calls its kind.
type Tables = BTreeMap<String, Vec<(String, String)>>;

/// A connection beside the program's own.
enum Beside {
    /// With what its columns were declared to be: it cannot tell an id from bytes, nor JSON from a text.
    Sqlite(rusqlite::Connection, Declared),
    Postgres(tokio_postgres::Client),
}

impl TestDb {
    /// Puts a row about somebody into each table in which one of these columns says whom it is about, but for those that are skipped. What
    /// it says otherwise is the same for whoever it is, where the table takes that; `special` has what a column, as `table.column`, has to
    /// say. Gives the tables.
    pub async fn strew(
        &self,
        tenant: TenantId,
        who: ContactId,
        columns: &[&str],
        skipped: &[&str],
        special: &[(&str, &str)],
    ) -> BTreeSet<String> {
        let beside = Beside::of(self).await;
        let mut made = BTreeSet::new();
        for (table, all) in beside.tables().await {
            let about = all.iter().find(|(name, kind)| columns.contains(&name.as_str()) && is_id(kind));
            let Some((about, _)) = about.filter(|_| !skipped.contains(&table.as_str())) else { continue };
            let values = |own: u128, others: u128| {
                let value = |(name, kind): &(String, String)| match name {
                    _ if name == "tenant_id" => Some(beside.id(tenant.uuid())),
                    _ if name == about => Some(beside.id(who.uuid())),
                    _ => match special.iter().find(|(place, _)| *place == format!("{table}.{name}")) {
                        Some((_, text)) => Some((*text).to_owned()),
                        None => beside.plain(kind, name, if name == "id" { own } else { others }),
                    },
                };
                let found = all.iter().filter_map(|column| Some((format!("\"{}\"", column.0), value(column)?)));
                let (names, values): (Vec<String>, Vec<String>) = found.unzip();
                format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))
            };
            let fresh = u128::from_le_bytes(self.dice().secret());
            let mut outcome = beside.run(&values(0, 0)).await;
            for others in [0, fresh] {
                if outcome.is_err() {
                    outcome = beside.run(&values(fresh, others)).await;
                }
            }
            outcome.unwrap_or_else(|error| panic!("{table}: {error}"));
            made.insert(table);
        }
        made
    }

    /// What a column of numbers says in the rows about somebody, in order.
    pub async fn numbers(&self, who: ContactId, table: &str, column: &str, about: &str) -> Vec<i64> {
        let beside = Beside::of(self).await;
        beside.numbers(&format!("SELECT {column} FROM {table} WHERE {about} = {} ORDER BY 1", beside.id(who.uuid()))).await
    }

    /// The columns of ids, as `table.column`, in which somebody stands.
    pub async fn naming(&self, who: ContactId) -> BTreeSet<String> {
        let beside = Beside::of(self).await;
        let mut found = BTreeSet::new();
        for (table, columns) in beside.tables().await {
            for (column, _) in columns.iter().filter(|(_, kind)| is_id(kind)) {
                if beside.any(&format!("SELECT 1 FROM {table} WHERE \"{column}\" = {} LIMIT 1", beside.id(who.uuid()))).await {
                    found.insert(format!("{table}.{column}"));
                }
            }
        }
        found
    }
}

fn is_id(kind: &str) -> bool {
    kind == "uuid"
}

impl Beside {
    async fn of(db: &TestDb) -> Self {
        match db.engine() {
            Engine::Sqlite => {
                let file = db.sqlite_path().expect("a file");
                Self::Sqlite(rusqlite::Connection::open(file).expect("the file opens"), Declared::of(&origin::house::migrations()))
            }
            Engine::Postgres => {
                let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.expect("the server answers");
                tokio::spawn(connection);
                Self::Postgres(client)
            }
        }
    }

    /// Every table that has a tenant.
    async fn tables(&self) -> Tables {
        let mut tables = Tables::new();
        let rows: Vec<(String, String, String)> = match self {
            Self::Sqlite(conn, known) => conn
                .prepare("SELECT m.name, c.name, lower(c.type) FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'")
                .and_then(|mut found| found.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<Vec<_>, _>>())
                .expect("the columns can be listed")
                .into_iter()
                .map(|(table, column, kind): (String, String, String)| {
                    let declared = known.get(&table, &column).map_or(kind, str::to_owned);
                    (table, column, declared)
                })
                .collect(),
            Self::Postgres(client) => client
                .query(
                    "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT FROM information_schema.columns WHERE table_schema = 'public'",
                    &[],
                )
                .await
                .expect("the columns can be listed")
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect(),
        };
        for (table, column, kind) in rows {
            tables.entry(table).or_default().push((column, kind));
        }
        tables.retain(|_, columns| columns.iter().any(|(name, _)| name == "tenant_id"));
        tables
    }

    fn id(&self, id: Uuid) -> String {
        match self {
            Self::Sqlite(..) => format!("X'{}'", id.simple()),
            Self::Postgres(_) => format!("'{id}'"),
        }
    }

    /// Something that a column of a kind can hold; nothing where it need not.
    fn plain(&self, kind: &str, name: &str, fresh: u128) -> Option<String> {
        let number = name.bytes().fold(7_u128, |sum, byte| sum * 31 + u128::from(byte)) ^ fresh;
        Some(match kind {
            "uuid" => self.id(Uuid::from_u128(number)),
            "text" => format!("'x{number}'"),
            "jsonb" => "'{}'".to_owned(),
            "boolean" => "FALSE".to_owned(),
            "bigint" => "1".to_owned(),
            _ => return None,
        })
    }

    async fn run(&self, text: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(conn, _) => conn.execute(text, []).map(drop).map_err(|error| error.to_string()),
            Self::Postgres(client) => client.execute(text, &[]).await.map(drop).map_err(|error| format!("{error:?}")),
        }
    }

    async fn numbers(&self, text: &str) -> Vec<i64> {
        match self {
            Self::Sqlite(conn, _) => {
                conn.prepare(text).and_then(|mut found| found.query_map([], |row| row.get(0))?.collect()).expect("the column can be read")
            }
            Self::Postgres(client) => client.query(text, &[]).await.expect("the column can be read").iter().map(|row| row.get(0)).collect(),
        }
    }

    async fn any(&self, text: &str) -> bool {
        match self {
            Self::Sqlite(conn, _) => conn.prepare(text).and_then(|mut found| found.exists([])).expect("the column can be read"),
            Self::Postgres(client) => !client.query(text, &[]).await.expect("the column can be read").is_empty(),
        }
    }
}
