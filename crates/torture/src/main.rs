//! Kills the real binary under load, and checks every promise afterwards: a payment or a message is never lost and
//! never repeated, whatever crashes. `cargo x torture` builds what it needs and runs it.

mod api;
mod campaign;
mod chance;
mod checks;
mod kills;
mod load;
mod process;
mod promises;
mod quiet;
mod run;
mod scenarios;
mod shop;
mod stories;
mod street;
mod verdict;
mod weather;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Kill origin at random moments under load, and check that every promise was kept
#[derive(Parser)]
struct Torture {
    /// The origin binary.
    #[arg(long)]
    origin: PathBuf,
    /// How often it is killed.
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// On which database.
    #[arg(long, value_enum, default_value_t = Engine::Both)]
    engine: Engine,
    /// An empty PostgreSQL database that commits to disk.
    #[arg(long, env = "DATABASE_URL")]
    database_url: Option<String>,
    /// What chance begins with; a run prints its own.
    #[arg(long)]
    seed: Option<u64>,
    /// Seconds that whatever the kills left open may take afterwards.
    #[arg(long, default_value_t = 240)]
    patience: u64,
    /// To how many people a campaign goes out meanwhile; to nobody with 0.
    #[arg(long, default_value_t = 2_000)]
    people: u64,
    /// How often the campaign is paused.
    #[arg(long, default_value_t = 20)]
    pauses: u32,
    /// Leave out the scenarios that come before the kills.
    #[arg(long)]
    only_kills: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Both,
}

/// A promise was broken.
const BROKEN: u8 = 1;
/// The test itself could not be carried out.
const NOT_RUN: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match torture(Torture::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(BROKEN),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(NOT_RUN)
        }
    }
}

/// Whether every promise was kept on every engine.
async fn torture(asked: Torture) -> anyhow::Result<bool> {
    let seed = asked.seed.unwrap_or_else(|| u64::from_le_bytes(store::Dice::fair().secret()) % 1_000_000);
    let program = asked.origin.canonicalize().with_context(|| format!("there is no {}", asked.origin.display()))?;
    println!("seed {seed}");
    let on = |name, database_url| run::Plan {
        name,
        kills: asked.kills,
        seed,
        patience: Duration::from_secs(asked.patience),
        scenarios: !asked.only_kills,
        people: asked.people,
        pauses: asked.pauses,
        database_url,
    };
    let mut all_kept = true;
    if asked.engine != Engine::Postgres {
        all_kept &= run::on_one_engine(&program, on("SQLite", None)).await?;
    }
    if asked.engine != Engine::Sqlite {
        anyhow::ensure!(asked.database_url.is_some(), "--database-url names no PostgreSQL");
        all_kept &= run::on_one_engine(&program, on("PostgreSQL", asked.database_url)).await?;
    }
    println!("\n{}", if all_kept { "every promise was kept" } else { "PROMISES WERE BROKEN" });
    Ok(all_kept)
}
