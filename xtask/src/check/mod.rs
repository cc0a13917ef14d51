//! `cargo x check`: is the house built as ARCHITECTURE.md says?

mod edges;
mod files;
mod levels;
mod locks;
mod unsafe_code;
mod walk;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cargo;

/// Check how the house is built: who depends on whom, names and lengths of files, lock files, unsafe code
#[derive(Args)]
pub struct Check {}

impl Check {
    /// Prints every fault found.
    pub fn run(self) -> Result<ExitCode> {
        let faults = faults(&cargo::root())?;
        for fault in &faults {
            println!("{fault}");
        }
        println!("{} found", plural(faults.len()));
        Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Every fault in the checkout at `root`, each as one line that says what is wrong and where.
///
/// # Errors
/// When a manifest or a lock file cannot be read.
pub fn faults(root: &Path) -> Result<Vec<String>> {
    let mut faults = levels::refusals(&edges::read(root)?);
    faults.extend(files::refusals(root)?);
    faults.extend(locks::refusals(root)?);
    faults.extend(unsafe_code::refusals(root)?);
    Ok(faults)
}

fn plural(faults: usize) -> String {
    match faults {
        0 => "no faults".to_owned(),
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    }
}
