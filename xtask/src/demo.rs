//! `cargo x demo`: build Origin and start it, with nothing else installed.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo;

/// Build Origin and start its demo: a shop, simulated providers, a file as its database
#[derive(Args)]
pub struct Demo {
    /// Build with optimisation
    #[arg(long)]
    release: bool,
    /// Passed on to `origin demo`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Demo {
    /// Becomes `origin demo`, so that every signal reaches it without a go-between.
    pub fn run(self) -> Result<ExitCode> {
        let origin = cargo::build_origin(self.release)?;
        let failed = Command::new(origin).arg("demo").args(self.args).exec();
        Err(failed).context("origin cannot be started")
    }
}
