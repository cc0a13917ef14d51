//! `cargo x deny`: what others wrote and we build in, held against deny.toml by cargo-deny.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;
use nix::sys::signal::Signal;

use crate::cargo::{cargo, root, target};
use crate::leftovers::Folder;
use crate::proc::Proc;

const VERSION: &str = "0.20.2";

/// Check the crates that we build in: licences, sources, banned ones, known weaknesses
///
/// The weaknesses are fetched from <https://github.com/RustSec/advisory-db>: without a way there, that part fails.
#[derive(Args)]
pub struct Deny {
    /// Passed on to `cargo deny check`, such as `advisories` or `licenses`; everything when not said
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Deny {
    /// Everything that deny.toml asks for; the output is cargo-deny's own.
    pub fn run(self) -> Result<ExitCode> {
        let status = Proc::start("cargo-deny", check()?.args(self.args), Signal::SIGTERM)?.wait()?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What needs nothing from outside but crates.io: all of it but the advisories.
///
/// # Errors
/// When cargo-deny cannot be installed.
pub fn without_advisories() -> Result<Command> {
    let mut command = check()?;
    command.args(["--allow", "duplicate", "licenses", "bans", "sources"]);
    Ok(command)
}

fn check() -> Result<Command> {
    let mut command = Command::new(installed()?);
    command.current_dir(root()).args(["check", "--hide-inclusion-graph"]);
    Ok(command)
}

/// cargo-deny, of the version that deny.toml is written for: installed below the target folder the first time.
fn installed() -> Result<PathBuf> {
    let home = target().join(format!("tools/cargo-deny-{VERSION}"));
    let program = home.join("bin/cargo-deny");
    if program.is_file() {
        return Ok(program);
    }
    println!("installing cargo-deny {VERSION} into {}", home.display());
    let scratch = Folder::new("origin-deny-")?;
    let mut install = cargo();
    // Without optimisation it is built in half the time, and takes a second more to run.
    install.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--quiet", "--root"]).arg(&home);
    install.env("CARGO_TARGET_DIR", scratch.path()).env("CARGO_PROFILE_DEV_DEBUG", "0");
    let status = Proc::start("cargo install", &mut install, Signal::SIGTERM)?.wait()?;
    if !status.success() {
        bail!("cargo-deny {VERSION} cannot be installed");
    }
    program.is_file().then_some(program).context("cargo-deny was installed and is not there")
}
