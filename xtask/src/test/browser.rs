//! The pages in Chromium: starts the demo on free ports, then lets tests/browser drive it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::demo::{ADMIN, Demo};
use super::tally::Tally;
use super::{counted, passes};
use crate::cargo::root;
use crate::install;

/// Clients that are not ours work in a shop that the operator opens for them.
const OPERATOR: &str = "operator-of-a-browsed-demo-4711";
/// Every flow signs in from one address, and more often than a person would.
const SETTINGS: [(&str, &str); 3] = [("RATE_LOGIN_LIMIT", "1000"), ("RATE_PASSWORD_LIMIT", "1000"), ("ADMIN_TOKEN", OPERATOR)];

/// Runs the browser test against a demo of its own.
///
/// # Errors
/// When the demo does not start.
pub fn run(origin: &Path) -> Result<Tally> {
    let folder = root().join("tests/browser");
    let mut npm = Command::new("npm");
    passes(npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    let demo = Demo::start(origin, None, &SETTINGS)?;
    let chromium = install::chromium().context("Chromium is not installed")?;
    let mut node = Command::new("node");
    node.args(["--test-reporter=spec", "--test-force-exit", "run.mjs"])
        .current_dir(&folder)
        .env("ORIGIN_URL", &demo.origin)
        .env("SIM_URL", &demo.simulation)
        .env("ADMIN_USERNAME", ADMIN.0)
        .env("ADMIN_PASSWORD", ADMIN.1)
        .env("ADMIN_TOKEN", OPERATOR)
        .env("CHROMIUM", chromium);
    let tally = counted(&mut node, Tally::add_node_line)?;
    if tally.failed > 0 {
        println!("{}", demo.end_of_log());
    }
    Ok(tally)
}
