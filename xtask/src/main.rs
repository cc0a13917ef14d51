//! The commands of the workshop: `cargo x --help` lists them.

mod bench;
mod cargo;
mod check;
mod demo;
mod deny;
mod install;
mod leftovers;
mod pg;
mod ports;
mod proc;
mod redis;
mod test;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Origin's workshop: run it, test it, check how it is built.
#[derive(Parser)]
#[command(name = "cargo x", bin_name = "cargo x")]
struct Workshop {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Test(test::Test),
    Bench(bench::Bench),
    Torture(torture::Torture),
    Check(check::Check),
    Deny(deny::Deny),
}

fn main() -> ExitCode {
    let done = leftovers::end_on_signal().and_then(|()| match Workshop::parse().command {
        Command::Demo(demo) => demo.run(),
        Command::Test(test) => test.run(),
        Command::Bench(bench) => bench.run(),
        Command::Torture(torture) => torture.run(),
        Command::Check(check) => check.run(),
        Command::Deny(deny) => deny.run(),
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
