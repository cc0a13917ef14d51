//! Databases on a PostgreSQL server that is there for tests: copied from a template, dropped when the test ends.

use crate::db::{START, fingerprint, open};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Clock, Dice, Migration};
use tokio::sync::OnceCell;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

const VARIABLE: &str = "ORIGIN_TEST_POSTGRES";
/// Databases of tests begin so, then comes the process that made them: whoever finds one of a process that is no
/// more may drop it.
const PREFIX: &str = "origin_test_";

/// One test's database.
pub(crate) struct Database {
    name: String,
    pub url: String,
}

impl Database {
    /// A copy of the template that these migrations make.
    pub async fn with(migrations: &[Migration]) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let template = template(migrations).await;
        let name = format!("{PREFIX}{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let server = server().await;
        server.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.expect("the template is copied");
        Self { url: url_of(&name), name }
    }
}

impl Drop for Database {
    /// On a thread of its own: the test's runtime may be going down, or be busy with this very drop.
    fn drop(&mut self) {
        let name = self.name.clone();
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async { drop_database(&server().await, &name).await });
        });
        if dropped.join().is_err() {
            eprintln!("{} could not be dropped", self.name);
        }
    }
}

/// The name of the migrated database to copy. Each set of migrations runs once for all programs that one run of cargo starts, and the
/// templates of a run that is over are dropped as all that is left over is.
async fn template(migrations: &[Migration]) -> String {
    type Made = HashMap<String, Arc<OnceCell<()>>>;
    static MADE: Mutex<Option<Made>> = Mutex::new(None);
    let set = fingerprint(migrations);
    let name = format!("{PREFIX}{}_template_{set}", std::os::unix::process::parent_id());
    let cell = MADE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().entry(set.clone()).or_default().clone();
    cell.get_or_init(|| make_template(&name, &set, migrations)).await;
    name
}

/// Made under this process's name, and given its own when it is whole: nobody copies half of one, and of two who make
/// the same the first is kept.
async fn make_template(name: &str, set: &str, migrations: &[Migration]) {
    let server = server().await;
    drop_left_over(&server).await;
    let there = "SELECT 1 FROM pg_database WHERE datname = $1";
    if !server.query(there, &[&name]).await.expect("the server answers").is_empty() {
        return;
    }
    let made = format!("{PREFIX}{}_{set}", std::process::id());
    drop_database(&server, &made).await;
    server.batch_execute(&format!("CREATE DATABASE {made}")).await.expect("a database is made");
    let db = open(&url_of(&made), Clock::simulated(START), Dice::seeded(7)).await;
    store::migrate(&db, migrations).await.expect("the migrations run");
    drop(db);
    // One with somebody connected to it is neither renamed nor copied.
    let connected = "SELECT 1 FROM pg_stat_activity WHERE datname = $1";
    while !server.query(connected, &[&made]).await.expect("the server answers").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    if let Err(error) = server.batch_execute(&format!("ALTER DATABASE {made} RENAME TO {name}")).await {
        let there_already = [&SqlState::DUPLICATE_DATABASE, &SqlState::UNIQUE_VIOLATION];
        assert!(error.code().is_some_and(|code| there_already.contains(&code)), "{made} is not renamed: {error}");
        drop_database(&server, &made).await;
    }
}

/// A process cannot tell that it has run its last test, so the next one clears up after it.
async fn drop_left_over(server: &Client) {
    let names = server.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", &[&PREFIX]).await;
    for row in names.expect("the server answers") {
        let name: String = row.get(0);
        let process = name.trim_start_matches(PREFIX).split('_').next().unwrap_or("");
        if !std::path::Path::new("/proc").join(process).exists() {
            drop_database(server, &name).await;
        }
    }
}

async fn drop_database(server: &Client, name: &str) {
    if let Err(error) = server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await {
        eprintln!("{name} could not be dropped: {error}");
    }
}

fn server_url() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| panic!("tests on PostgreSQL need a server: run through cargo x test, or set {VARIABLE}"))
}

/// The server's address with another database in it.
fn url_of(name: &str) -> String {
    let url = server_url();
    let (address, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(address, query)| (address, format!("?{query}")));
    let (server, _database) = address.rsplit_once('/').expect("the address ends in /postgres");
    format!("{server}/{name}{query}")
}

async fn server() -> Client {
    connect(&server_url()).await
}

/// A connection with nothing of the store around it.
pub(crate) async fn connect(url: &str) -> Client {
    let config: Config = url.parse().unwrap_or_else(|error| panic!("{VARIABLE} is not an address: {error}"));
    let (client, connection) = config.connect(NoTls).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    tokio::spawn(connection);
    client
}
