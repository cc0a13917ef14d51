//! The pages in Chromium: starts the demo on free ports, then lets tests/browser drive it.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::tally::Tally;
use super::{counted, passes};
use crate::cargo::{build_origin, root};
use crate::install;
use crate::leftovers::Folder;
use crate::proc::Proc;

const ADMIN: (&str, &str) = ("admin", "browser-test-4711-correct-horse");
const LOG: &str = "origin.log";
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the browser test against a demo of its own.
///
/// # Errors
/// When the demo does not build or start.
pub fn run() -> Result<Tally> {
    let folder = root().join("tests/browser");
    let mut npm = Command::new("npm");
    passes(npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    let demo = Demo::start()?;
    let chromium = install::chromium().context("Chromium is not installed")?;
    let mut node = Command::new("node");
    node.args(["--test-reporter=spec", "run.mjs"])
        .current_dir(&folder)
        .env("ORIGIN_URL", &demo.origin)
        .env("SIM_URL", &demo.simulation)
        .env("ADMIN_USERNAME", ADMIN.0)
        .env("ADMIN_PASSWORD", ADMIN.1)
        .env("CHROMIUM", chromium);
    let tally = counted(&mut node, Tally::add_node_line)?;
    if tally.failed > 0 {
        println!("{}", demo.folder.end_of(LOG));
    }
    Ok(tally)
}

/// A running demo, on SQLite, in a folder of its own.
struct Demo {
    // Dropped in this order: the process must be gone before its folder.
    _process: Proc,
    folder: Folder,
    origin: String,
    simulation: String,
}

impl Demo {
    fn start() -> Result<Self> {
        let binary = build_origin(false)?;
        let folder = Folder::new("origin-browser-")?;
        let mut command = Command::new(binary);
        command
            .args(["demo", "--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .env("ORIGIN_DATA_DIR", folder.path().join("data"))
            .env("ADMIN_USERNAME", ADMIN.0)
            .env("ADMIN_PASSWORD", ADMIN.1)
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join(LOG))?);
        let mut process = Proc::start("origin demo", &mut command, Signal::SIGTERM)?;
        let mut addresses = Addresses::default();
        let (origin, simulation) = process
            .wait_for(PATIENCE, |line| addresses.take(line))
            .with_context(|| format!("the demo does not start:\n{}", folder.end_of(LOG)))?;
        Ok(Self { _process: process, folder, origin, simulation })
    }
}

/// The two addresses that `origin demo` prints, in either order: its own on the line that says
/// `listening on`, the simulated providers' on a line that speaks of the simulation.
#[derive(Default)]
struct Addresses {
    origin: Option<String>,
    simulation: Option<String>,
}

impl Addresses {
    /// Both, once both were seen.
    fn take(&mut self, line: &str) -> Option<(String, String)> {
        if let Some((_, address)) = line.split_once("http://") {
            let host: String = address.chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
            let place = if line.contains("listening on") {
                Some(&mut self.origin)
            } else {
                line.to_lowercase().contains("simulat").then_some(&mut self.simulation)
            };
            place.map(|address| address.get_or_insert(format!("http://{host}")));
        }
        Some((self.origin.clone()?, self.simulation.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demos_addresses_are_read_from_what_it_prints() {
        let mut addresses = Addresses::default();
        assert_eq!(addresses.take("simulated phones http://127.0.0.1:4001/phones"), None);
        assert_eq!(addresses.take("login admin at http://127.0.0.1:4000/admin"), None);
        assert_eq!(
            addresses.take("listening on http://127.0.0.1:4000"),
            Some(("http://127.0.0.1:4000".to_owned(), "http://127.0.0.1:4001".to_owned()))
        );
    }
}
