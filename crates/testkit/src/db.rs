//! A database for one test and no other.

use crate::postgres;
use facts::{Id, TenantId, Time};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::future::Future;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Clock, Db, Dice, Migration, Options, Who};
use tempfile::TempDir;
use uuid::Uuid;

/// When every test begins: 2026-11-20T04:30:00Z, a Friday morning in India.
pub const START: Time = Time(1_795_149_000_000);

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a directory of its own.
    Sqlite,
    /// A database of its own on the server that ORIGIN_TEST_POSTGRES names.
    Postgres,
}

/// A database of one's own. Its clock stands still at [`START`] until it is moved, and its dice are seeded.
///
/// Use it as the [`Db`] that it is. It is gone when the last clone is.
#[derive(Clone)]
pub struct TestDb {
    db: Db,
    engine: Engine,
    url: String,
    _home: Arc<Home>,
}

/// Where the database lives; going out of scope takes it away.
enum Home {
    File(#[expect(dead_code, reason = "kept for its drop, which removes the directory")] TempDir),
    Server(#[expect(dead_code, reason = "kept for its drop, which removes the database")] postgres::Database),
}

impl TestDb {
    /// A fresh database on which the migrations have run.
    pub async fn with(engine: Engine, migrations: &[Migration]) -> Self {
        let (url, home) = match engine {
            Engine::Sqlite => {
                let directory = tempfile::tempdir().expect("a temporary directory");
                let path = directory.path().join("origin.db");
                std::fs::write(&path, sqlite_template(migrations).await).expect("the temporary directory takes a file");
                (format!("sqlite:{}", path.display()), Home::File(directory))
            }
            Engine::Postgres => {
                let database = postgres::Database::with(migrations).await;
                (database.url.clone(), Home::Server(database))
            }
        };
        let db = open(&url, Clock::simulated(START), Dice::seeded(7)).await;
        Self { db, engine, url, _home: Arc::new(home) }
    }

    /// Which engine it is on.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Its address, as DATABASE_URL has it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same database as another process sees it: its own connections, the same clock.
    pub async fn node(&self) -> Db {
        let seed = u64::from_le_bytes(self.db.dice().secret());
        open(&self.url, self.db.clock().clone(), Dice::seeded(seed)).await
    }

    /// Origin itself, for the tenant that most tests are about.
    pub fn who(&self) -> Who {
        Who::system(tenant(1), "test")
    }

    /// Origin itself, for another tenant; the same number is the same tenant.
    pub fn who_of(&self, number: u128) -> Who {
        Who::system(tenant(number), "test")
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

/// Opens a database whose clock and chance are given.
pub(crate) async fn open(url: &str, clock: Clock, dice: Dice) -> Db {
    Db::open(Options { clock, dice, ..Options::new(url) }).await.expect("the test's database opens")
}

/// Tells sets of migrations apart.
pub(crate) fn fingerprint(migrations: &[Migration]) -> String {
    hex::encode(&Sha256::digest(format!("{migrations:?}"))[..6])
}

/// The bytes of a migrated file; each set of migrations runs once a process.
async fn sqlite_template(migrations: &[Migration]) -> Arc<[u8]> {
    static MADE: Mutex<Option<HashMap<String, Arc<[u8]>>>> = Mutex::new(None);
    let name = fingerprint(migrations);
    let known = |made: &mut Option<HashMap<String, Arc<[u8]>>>| made.get_or_insert_default().get(&name).cloned();
    if let Some(bytes) = known(&mut MADE.lock().unwrap_or_else(PoisonError::into_inner)) {
        return bytes;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (file, whole) = (directory.path().join("made.db"), directory.path().join("whole.db"));
    let db = open(&format!("sqlite:{}", file.display()), Clock::simulated(START), Dice::seeded(7)).await;
    store::migrate(&db, migrations).await.expect("the migrations run");
    let conn = rusqlite::Connection::open(&file).expect("the file opens");
    conn.execute("VACUUM INTO ?1", [whole.display().to_string()]).expect("the file copies");
    let bytes: Arc<[u8]> = std::fs::read(&whole).expect("the copy is read").into();
    MADE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(name, bytes.clone());
    bytes
}

/// Runs one test body on one engine; what [`both!`](crate::both) is made of.
pub fn run<F: Future<Output = ()>>(engine: Engine, migrations: &[Migration], body: impl FnOnce(TestDb) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a runtime");
    runtime.block_on(async { body(TestDb::with(engine, migrations).await).await });
}
