//! `cargo x torture`: the real binary under SIGKILL, and every promise checked afterwards.

mod broken;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::{Args, ValueEnum};
use nix::sys::signal::Signal;

use crate::cargo::{build, build_all, build_with_tests, cargo};
use crate::install::{self, Tool};
use crate::pg::Pg;
use crate::proc::Proc;
use broken::{Break, Broken};

/// Kill origin at random moments under load, and check that every promise was kept
///
/// On a SQLite file, and on a PostgreSQL of its own that commits to disk.
#[derive(Args)]
pub struct Torture {
    /// How often origin is killed on each database
    #[arg(long)]
    kills: Option<u32>,
    /// To how many people a campaign goes out meanwhile
    #[arg(long)]
    people: Option<u64>,
    /// On which database
    #[arg(long, value_enum, default_value_t = Engine::Both)]
    engine: Engine,
    /// What chance begins with; a run prints its own
    #[arg(long)]
    seed: Option<u64>,
    /// Leave out the scenarios that come before the kills
    #[arg(long)]
    only_kills: bool,
    /// Build with optimisation
    #[arg(long)]
    release: bool,
    /// Take the programs as `cargo x test` has built them
    #[arg(long, hide = true, conflicts_with = "release")]
    with_tests: bool,
    /// Torture a copy in which this is broken: succeeds if the test fails, on every database
    #[arg(long = "break", value_enum)]
    broken: Option<Break>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Both,
}

impl Engine {
    fn each(self) -> Vec<&'static str> {
        match self {
            Self::Sqlite => vec!["sqlite"],
            Self::Postgres => vec!["postgres"],
            Self::Both => vec!["sqlite", "postgres"],
        }
    }
}

/// Kills where nothing else is asked for, and for a broken copy, which must show itself sooner.
const KILLS: u32 = 200;
const KILLS_WHEN_BROKEN: u32 = 25;
/// Seconds that a broken copy gets to bring to an end what it never will.
const PATIENCE_WHEN_BROKEN: u32 = 120;
/// The code with which the test ends when it found a broken promise.
const FOUND: i32 = 1;

impl Torture {
    pub fn run(self) -> Result<ExitCode> {
        if self.engine != Engine::Sqlite {
            install::ensure(&[Tool::Postgres])?;
        }
        match self.broken {
            None => self.torture_the_real_one(),
            Some(what) => self.torture_a_broken_one(what),
        }
    }

    fn torture_the_real_one(&self) -> Result<ExitCode> {
        let programs = ["origin", "torture"];
        let [origin, torture] = if self.with_tests { build_with_tests(programs)? } else { build_all(cargo(), programs, self.release)? };
        let kept = self.engine.each().into_iter().map(|engine| {
            let code = self.once(&torture, &origin, engine, self.kills.unwrap_or(KILLS), self.only_kills)?;
            Ok(code == Some(0))
        });
        // All of them run, also after one that failed.
        let kept: Vec<bool> = kept.collect::<Result<_>>()?;
        Ok(if kept.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn torture_a_broken_one(&self, what: Break) -> Result<ExitCode> {
        let torture = build(cargo(), "torture", self.release)?;
        let broken = Broken::build(what, self.release)?;
        let mut unnoticed = Vec::new();
        for engine in self.engine.each() {
            let code = self.once(&torture, &broken.origin(), engine, self.kills.unwrap_or(KILLS_WHEN_BROKEN), true)?;
            if code != Some(FOUND) {
                unnoticed.push(engine);
            }
        }
        if unnoticed.is_empty() {
            println!("\nthe test failed on the broken copy, as it should");
            return Ok(ExitCode::SUCCESS);
        }
        println!("\nthe test did not notice what is broken, on {}", unnoticed.join(" and "));
        Ok(ExitCode::FAILURE)
    }

    /// One run on one engine; the code that it ended with.
    fn once(&self, torture: &Path, origin: &Path, engine: &str, kills: u32, only_kills: bool) -> Result<Option<i32>> {
        let postgres = (engine == "postgres").then(|| Pg::start(true)).transpose()?;
        let mut command = Command::new(torture);
        command.arg("--origin").arg(origin).args(["--engine", engine, "--kills", &kills.to_string()]);
        command.args(self.seed.map(|seed| format!("--seed={seed}")));
        command.args(self.people.map(|people| format!("--people={people}")));
        command.args(only_kills.then_some("--only-kills"));
        if self.broken.is_some() {
            command.args(["--patience", &PATIENCE_WHEN_BROKEN.to_string()]);
        }
        command.env_remove("DATABASE_URL");
        if let Some(postgres) = &postgres {
            command.env("DATABASE_URL", postgres.url());
        }
        let status = Proc::start("torture", &mut command, Signal::SIGTERM)?.wait()?;
        Ok(status.code())
    }
}
