//! The short form of the torture test, as a step of `cargo x test`.

use std::process::Command;

use clap::CommandFactory;

use crate::Workshop;
use crate::cargo::cargo;

/// Whether this workshop has the torture test.
pub fn is_here() -> bool {
    Workshop::command().find_subcommand("torture").is_some()
}

/// Few kills: enough to see that nothing is broken outright, not the proof that the long form is.
pub fn short(with_tests: bool) -> Command {
    let mut torture = cargo();
    torture.args(["x", "torture", "--kills", "6", "--people", "300"]);
    torture.args(with_tests.then_some("--with-tests"));
    torture
}
