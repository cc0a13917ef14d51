//! `cargo x bench`: builds with optimisation, starts a durable PostgreSQL and a Redis, and hands all of it to the bench crate.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;
use nix::sys::signal::Signal;

use crate::cargo;
use crate::install::{self, Tool};
use crate::pg::Pg;
use crate::proc::Proc;
use crate::redis::Redis;

/// Measure the real binary beside a raw loop and pgbench, on SQLite and on a durable PostgreSQL
#[derive(Args)]
pub struct Bench {
    /// Passed on: --short, --only SUITE, --engine sqlite|postgres, --json, --repetitions N, --fsync-ms N
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Bench {
    /// Runs the measures; their output is the bench crate's own.
    pub fn run(self) -> Result<ExitCode> {
        install::ensure(&[Tool::Postgres, Tool::Redis])?;
        let [origin, bench] = cargo::build_all(cargo::cargo(), ["origin", "bench"], true)?;
        let (postgres, redis) = (Pg::start(true)?, Redis::start()?);
        let pgbench = install::postgres_folder().context("PostgreSQL's programs are not installed")?.join("pgbench");
        let mut command = Command::new(bench);
        command.arg("--origin").arg(origin).arg("--postgres").arg(postgres.url()).arg("--pgbench").arg(pgbench);
        command.arg("--redis").arg(redis.url());
        let status = Proc::start("bench", command.args(self.args), Signal::SIGTERM)?.wait()?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
