//! The database: the one way to write and the one way to look.

use crate::idempotency::Key;
use crate::postgres::Address;
use crate::read::ReadEngine;
use crate::sqlite::{Readers, Writer};
use crate::wake::Wake;
use crate::work::{Command, Keyed, Once, Plain, Work};
use crate::{Clock, Dice, Error, Look, Read, Result, Who, export, postgres};
use facts::TenantId;
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Semaphore, oneshot, watch};

/// Which database, and how.
pub struct Options {
    /// `postgres://…`, or `sqlite:` and a path.
    pub url: String,
    /// A PostgreSQL replica that reads go to.
    pub replica_url: Option<String>,
    /// Connections to PostgreSQL at the most.
    pub connections: usize,
    /// The clock that everything goes by.
    pub clock: Clock,
    /// The chance that everything takes.
    pub dice: Dice,
}

impl Options {
    /// The usual options for an address.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), replica_url: None, connections: 16, clock: Clock::system(), dice: Dice::fair() }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    read: ReadEngine,
    main: ReadEngine,
    clock: Clock,
    dice: Dice,
    wake: Wake,
    pictures: Arc<Semaphore>,
}

enum Engine {
    Sqlite { writer: Writer, path: PathBuf },
    Postgres(Box<postgres::Engine>),
}

/// How a command goes through PostgreSQL; SQLite knows only whether somebody waits.
enum Way<'a> {
    /// A transaction of its own.
    Own,
    /// A transaction shared with others of this kind.
    Gathered(&'a str),
    /// A connection of its own.
    Vital,
    /// A transaction of its own that nobody waits for.
    Behind,
}

impl Db {
    /// Opens the database; the tables are [`crate::migrate`]'s to make.
    ///
    /// # Errors
    /// An address that means nothing, or a file that cannot be opened. PostgreSQL is reached on first use.
    pub async fn open(options: Options) -> Result<Self> {
        let Options { url, replica_url, connections, clock, dice } = options;
        let wake = Wake::new();
        let (engine, read, main) = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = Path::new(path.trim_start_matches("//")).to_owned();
            let writer = Writer::start(&path, clock.clone(), dice.clone(), wake.clone())?;
            let read = ReadEngine::Sqlite(Readers::new(&path));
            (Engine::Sqlite { writer, path }, read.clone(), read)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let address = Address::read(&url)?;
            let pool = address.pool(connections)?;
            let main = ReadEngine::Postgres(pool.clone());
            let read = match replica_url {
                Some(url) => ReadEngine::Postgres(Address::read(&url)?.pool(connections)?),
                None => main.clone(),
            };
            (Engine::Postgres(Box::new(postgres::Engine::start(address, pool, clock.clone(), dice.clone(), wake.clone())?)), read, main)
        } else {
            return Err(Error::invalid("database_url", "DATABASE_URL starts with postgres:// or sqlite:"));
        };
        Ok(Self(Arc::new(Inner { engine, read, main, clock, dice, wake, pictures: Arc::new(Semaphore::new(export::PICTURES)) })))
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The source of chance.
    pub fn dice(&self) -> &Dice {
        &self.0.dice
    }

    /// Looks at a tenant's committed rows, on the replica where there is one.
    pub fn read(&self, tenant: TenantId) -> Read {
        Read { engine: self.0.read.clone(), tenant }
    }

    /// Looks at a tenant's committed rows where they were written, for whoever must see their own write.
    pub fn read_main(&self, tenant: TenantId) -> Read {
        Read { engine: self.0.main.clone(), tenant }
    }

    /// Looks across tenants, with statements that say so.
    pub(crate) fn read_global(&self) -> Read {
        self.read_main(facts::Id::from_uuid(uuid::Uuid::nil()))
    }

    /// Makes a change: all of it, and answered only when it is on disk.
    ///
    /// # Errors
    /// Whatever the command refuses; [`crate::Kind::Unavailable`] when the database could not take it.
    pub async fn run<C: Command>(&self, who: &Who, command: C) -> Result<C::Out> {
        let (reply, answer) = oneshot::channel();
        let work = Plain { who: who.clone(), command, result: None, reply };
        self.hand_over(C::NAME, Box::new(work), answer, Way::Own).await
    }

    /// The same, on a connection that no queue of commands can block: this node's word that it is alive.
    pub(crate) async fn run_vital<C: Command>(&self, who: &Who, command: C) -> Result<C::Out> {
        let (reply, answer) = oneshot::channel();
        let work = Plain { who: who.clone(), command, result: None, reply };
        self.hand_over(C::NAME, Box::new(work), answer, Way::Vital).await
    }

    /// The same, for the many small outcomes of errands, which share commits with others of their kind on PostgreSQL too.
    pub(crate) async fn run_gathered<C: Command>(&self, who: &Who, kind: &str, command: C) -> Result<C::Out> {
        let (reply, answer) = oneshot::channel();
        let work = Plain { who: who.clone(), command, result: None, reply };
        self.hand_over(C::NAME, Box::new(work), answer, Way::Gathered(kind)).await
    }

    /// Makes a change that nobody waits for, such as what follows from a fact: on SQLite callers go first.
    pub(crate) async fn run_behind<C: Command>(&self, who: &Who, command: C) -> Result<C::Out> {
        let (reply, answer) = oneshot::channel();
        let work = Plain { who: who.clone(), command, result: None, reply };
        self.hand_over(C::NAME, Box::new(work), answer, Way::Behind).await
    }

    /// Makes a change once for a key: the answer is stored in the same commit and given again.
    ///
    /// # Errors
    /// As [`Db::run`]; `idempotency_key_reused` when the key came with another request before.
    pub async fn run_once<C: Command>(&self, who: &Who, key: Key, command: C) -> Result<Once<C::Out>>
    where
        C::Out: Serialize + DeserializeOwned,
    {
        let (reply, answer) = oneshot::channel();
        let work = Keyed { who: who.clone(), key, command, result: None, reply };
        self.hand_over(C::NAME, Box::new(work), answer, Way::Own).await
    }

    /// The work runs on a task or thread of its own, so a caller that hangs up cannot cut it in half.
    async fn hand_over<T>(&self, name: &'static str, work: Box<dyn Work>, answer: oneshot::Receiver<Result<T>>, way: Way<'_>) -> Result<T> {
        let start = Instant::now();
        match (&self.0.engine, way) {
            (Engine::Sqlite { writer, .. }, Way::Behind) => writer.run_behind(work).await,
            (Engine::Sqlite { writer, .. }, _) => writer.run(work).await,
            (Engine::Postgres(engine), Way::Gathered(kind)) => engine.run_gathered(kind, work).await,
            (Engine::Postgres(engine), way) => {
                let engine = engine.clone();
                let vital = matches!(way, Way::Vital);
                tokio::spawn(async move { if vital { engine.run_vital(work).await } else { engine.run(work).await } });
            }
        }
        let answer = answer.await.unwrap_or_else(|_| Err(Error::internal(format!("{name} panicked"))));
        metrics::histogram!("command_seconds", "name" => name).record(start.elapsed().as_secs_f64());
        if let Err(error) = &answer {
            tracing::debug!(command = name, ?error, "refused");
        }
        answer
    }

    /// The places of those who hold a picture.
    pub(crate) fn pictures(&self) -> Arc<Semaphore> {
        self.0.pictures.clone()
    }

    pub(crate) fn wake(&self) -> &Wake {
        &self.0.wake
    }

    /// Changes each time that facts were committed, in this process or on another node. A word of another node may be lost, so whoever
    /// listens looks now and then in any case.
    pub fn stirred(&self) -> watch::Receiver<u64> {
        self.wake().facts()
    }

    /// PostgreSQL, where that is the engine.
    pub(crate) fn postgres(&self) -> Option<&postgres::Engine> {
        match &self.0.engine {
            Engine::Postgres(engine) => Some(engine),
            Engine::Sqlite { .. } => None,
        }
    }

    /// Whether the database itself keeps tenants apart; `None` on SQLite, which has no such lock.
    ///
    /// # Errors
    /// When the database cannot be looked at.
    pub async fn row_security(&self) -> Result<Option<bool>> {
        match self.postgres() {
            Some(engine) => postgres::security_is_on(&engine.pool).await.map(Some),
            None => Ok(None),
        }
    }

    /// Lets the planner know of tables that have outgrown what it knows; SQLite plans by the indexes alone.
    pub(crate) async fn refresh_statistics(&self) -> Result<()> {
        match &self.0.engine {
            Engine::Postgres(engine) => engine.refresh_statistics().await,
            Engine::Sqlite { .. } => Ok(()),
        }
    }

    /// How to reach PostgreSQL, where that is the engine.
    pub(crate) fn postgres_address(&self) -> Option<Address> {
        match &self.0.engine {
            Engine::Postgres(engine) => Some(engine.address.clone()),
            Engine::Sqlite { .. } => None,
        }
    }

    /// The SQLite file, where that is the engine.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0.engine {
            Engine::Sqlite { path, .. } => Some(path),
            Engine::Postgres(_) => None,
        }
    }

    /// Whether the database answers now.
    ///
    /// # Errors
    /// What keeps it from answering.
    pub async fn ping(&self) -> Result<()> {
        let mut read = self.read_global();
        let answer: Vec<i64> = read.all(crate::sql!(global "SELECT CAST(1 AS BIGINT)"), &[]).await?;
        if answer == [1] { Ok(()) } else { Err(Error::internal("the database cannot count to one")) }
    }
}
