//! What every suite stands on: binaries, folders, databases, simulated providers.

use std::cell::Cell;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use facts::{Id, TenantId, Time};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use sim::{Keep, Sim, SimConfig};
use store::{Clock, Command, Db, Options, Tx, Who};
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::origin::Home;
use crate::slow_disk::SlowDisk;
use crate::statements::Shop;

/// Connections that a load holds open.
pub const CONNECTIONS: usize = 64;

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// What every suite stands on.
pub struct Ground {
    /// The binary that is measured.
    pub origin: PathBuf,
    /// The maintenance database of a durable PostgreSQL.
    pub postgres: Option<String>,
    /// A Redis to count limits in, where there is one.
    pub redis: Option<String>,
    /// The yardstick's program.
    pub pgbench: PathBuf,
    /// Where databases and logs live: on the disk that is measured.
    pub folder: PathBuf,
    /// Repetitions of each measure.
    pub repetitions: u32,
    /// How long one repetition lasts.
    pub time: Duration,
    /// A slower disk for SQLite, where one is simulated.
    pub disk: SlowDisk,
    /// Homes made so far.
    pub made: Cell<u32>,
}

impl Ground {
    /// The databases that there are.
    pub fn engines(&self) -> Vec<Engine> {
        if self.postgres.is_some() { vec![Engine::Sqlite, Engine::Postgres] } else { vec![Engine::Sqlite] }
    }

    /// A folder and an empty database for an `origin` of its own.
    ///
    /// # Errors
    /// When PostgreSQL does not make one.
    pub async fn home(&self, engine: Engine, settings: Vec<(&'static str, String)>) -> Result<Home> {
        let number = self.made.replace(self.made.get() + 1);
        let folder = self.folder.join(format!("home-{number}"));
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.join("origin.db").display()),
            Engine::Postgres => self.new_database(number).await?,
        };
        let disk = if engine == Engine::Sqlite { self.disk } else { SlowDisk::default() };
        Ok(Home { binary: self.origin.clone(), folder, database_url, settings, disk })
    }

    async fn new_database(&self, number: u32) -> Result<String> {
        let url = self.postgres.as_ref().context("no PostgreSQL to measure")?;
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let name = format!("bench_{}_{number}", std::process::id());
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        drop(client);
        connection.await??;
        let (server, _) = url.rsplit_once('/').context("an address without a database")?;
        Ok(format!("{server}/{name}"))
    }
}

const SHOP: &str = "SELECT p.tenant_id, p.id, c.id FROM products p JOIN prices c ON c.tenant_id = p.tenant_id AND c.product_id = p.id WHERE p.slug = 'starter'";

/// The ids that orders in this database refer to.
///
/// # Errors
/// When `origin serve` has not made its first tenant there.
pub async fn shop(home: &Home) -> Result<Shop> {
    if let Some(path) = home.database_url.strip_prefix("sqlite:") {
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let id = |bytes: Vec<u8>| Uuid::from_slice(&bytes).unwrap_or_default();
        return Ok(conn.query_row(SHOP, [], |row| Ok(Shop { tenant: id(row.get(0)?), product: id(row.get(1)?), price: id(row.get(2)?) }))?);
    }
    let (client, connection) = tokio_postgres::connect(&home.database_url, NoTls).await?;
    tokio::spawn(connection);
    let row = client.query_one(SHOP, &[]).await?;
    Ok(Shop { tenant: row.try_get(0)?, product: row.try_get(1)?, price: row.try_get(2)? })
}

/// Simulated providers in this process, and the settings that point an `origin` at them. Nobody has an e-mail
/// address here, so the mail server has nothing to do.
///
/// # Errors
/// When there is no free port.
pub async fn providers(keep: Keep) -> Result<(Sim, Vec<(&'static str, String)>)> {
    let clock = Clock::system();
    let mut config = SimConfig::new(move || -> Time { clock.now() });
    config.keep = keep;
    let sim = Sim::start(config.clone()).await?;
    let settings = vec![
        ("RAZORPAY_BASE_URL", sim.razorpay_url()),
        ("RAZORPAY_KEY_ID", config.razorpay.key_id),
        ("RAZORPAY_KEY_SECRET", config.razorpay.key_secret),
        ("RAZORPAY_WEBHOOK_SECRET", config.razorpay.webhook_secret),
        ("MYOPERATOR_BASE_URL", sim.myoperator_url()),
        ("MYOPERATOR_API_KEY", config.myoperator.api_key),
        ("MYOPERATOR_ACCOUNT_ID", config.myoperator.company_id),
        ("MYOPERATOR_PHONE_NUMBER", config.myoperator.phone_number_id),
    ];
    Ok((sim, settings))
}

/// Lifts WhatsApp's own ceilings for the first tenant: 80 messages a second and 6 s between two to one person
/// would be all that is measured.
///
/// # Errors
/// Whatever the database refuses.
pub async fn set_pace(home: &Home) -> Result<()> {
    let db = Db::open(Options::new(&home.database_url)).await.map_err(anyhow::Error::msg)?;
    let who = Who::system(TenantId::from_uuid(shop(home).await?.tenant), "bench");
    db.run(&who, SetPace).await.map_err(anyhow::Error::msg)
}

struct SetPace;

impl Command for SetPace {
    const NAME: &'static str = "bench_pace";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        settings::put(tx, "messages.pace", &json!({"per_second": 1_000_000, "gap_seconds": 0})).await
    }
}
