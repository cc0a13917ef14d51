//! `cargo x test`: everything that must hold, on a machine that has nothing prepared.

mod browser;
mod demo;
mod fuzz;
mod report;
mod tally;
mod torture;

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, thread};

use anyhow::{Result, bail};
use clap::Args;
use nix::sys::signal::Signal;

use crate::cargo::{build_origin, build_with_tests, cargo, has_origin, root};
use crate::install::{self, Tool};
use crate::pg::Pg;
use crate::proc::Proc;
use crate::redis::Redis;
use crate::{check, deny};
use report::Report;
use tally::Tally;

/// What says to Rust's tests how many of them run at once.
const THREADS: &str = "RUST_TEST_THREADS";
/// A step that takes longer hangs: the others still have their turn, and the run its end.
const STEP: Duration = Duration::from_secs(40 * 60);

/// Run every test: style, structure, Rust tests on both databases, the pages in Chromium, the API by its own document
///
/// Starts a PostgreSQL and a Redis of its own on free loopback ports and ends them afterwards.
/// What is missing on this machine is installed with apt-get where that is allowed, and named otherwise.
#[derive(Args)]
pub struct Test {
    /// Leave out the crates' licences, the browser, the fuzzing and the torture
    #[arg(long)]
    quick: bool,
    /// Run only these steps of a whole run, such as `fuzz`
    #[arg(long, conflicts_with_all = ["quick", "filter"])]
    only: Vec<String>,
    /// Run only the Rust tests whose name contains this
    filter: Option<String>,
}

impl Test {
    /// Runs every step, also after one that failed, and ends with the counts on a line of their own.
    pub fn run(self) -> Result<ExitCode> {
        let whole = !self.quick && self.filter.is_none();
        let mut tools = vec![Tool::Postgres, Tool::Redis];
        if whole && has_origin() {
            tools.extend([Tool::Chromium, Tool::Node, Tool::Python]);
        }
        install::ensure(&tools)?;

        // Steps asked for by name shall not wait for tests that were not.
        let with_tests = self.only.is_empty();
        let mut report = Report::of(self.only);
        if self.filter.is_none() {
            report.step("format", || passes(cargo().args(["fmt", "--all", "--check"])));
            report.step("structure", structure);
            report.step("lints", lints);
        }
        if whole {
            report.step("crates", || passes(&mut deny::without_advisories()?));
        }
        report.step("tests", || rust_tests(self.filter.as_deref()));
        if whole && has_origin() {
            report.step("browser", || browser::run(&origin(with_tests)?));
            report.step("fuzz", || fuzz::run(&origin(with_tests)?));
        }
        if whole && torture::is_here() {
            report.step("torture", || passes(&mut torture::short(with_tests)));
        }
        Ok(report.end())
    }
}

/// The program that the pages and the API are tried on.
fn origin(with_tests: bool) -> Result<PathBuf> {
    if with_tests {
        let [origin] = build_with_tests(["origin"])?;
        return Ok(origin);
    }
    build_origin(false)
}

fn structure() -> Result<Tally> {
    let faults = check::faults(&root())?;
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(Tally::default())
}

fn lints() -> Result<Tally> {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    passes(clippy.args(["--", "-D", "warnings"]))
}

/// Each Rust test that touches a database runs on both engines within this one run.
fn rust_tests(filter: Option<&str>) -> Result<Tally> {
    let postgres = Pg::start(false)?;
    let redis = Redis::start()?;
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).args(filter);
    tests.env("ORIGIN_TEST_POSTGRES", postgres.url());
    tests.env("ORIGIN_TEST_REDIS", redis.url());
    if env::var_os(THREADS).is_none() {
        // Half of a test's time is PostgreSQL's, or passes in waiting.
        tests.env(THREADS, (2 * thread::available_parallelism()?.get()).to_string());
    }
    counted(&mut tests, Tally::add_cargo_line)
}

/// Runs a command that says by its exit code whether all is well.
fn passes(command: &mut Command) -> Result<Tally> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = Proc::start(&name, command, Signal::SIGTERM)?.at_most(STEP)?.wait()?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(Tally::default())
}

/// Runs a command whose output says how many tests passed, showing that output as it comes.
fn counted(command: &mut Command, count: fn(&mut Tally, &str)) -> Result<Tally> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut tests = Proc::start(&name, command.stdout(Stdio::piped()), Signal::SIGTERM)?.at_most(STEP)?;
    let mut tally = Tally::default();
    tests.each_line(|line| {
        println!("{line}");
        count(&mut tally, line);
    })?;
    // A run that dies before it counts has failed all the same.
    if !tests.wait()?.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}
