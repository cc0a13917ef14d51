//! The `origin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    origin::cli::main()
}
