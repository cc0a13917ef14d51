//! The command line: one file a command.

mod api_key;
mod doctor;
mod key;
mod migrate;
mod second_factor;
mod seed;
mod serve;
mod simulate;
mod tenant;
mod verify;

use crate::config::{Config, Texts};
use crate::say::say;
use crate::{demo, logs};
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use store::{Error, Kind};

/// The back office of a small business in one binary.
#[derive(Parser)]
#[command(
    name = "origin",
    version,
    about,
    after_help = "Settings come from the environment and from origin.toml. See docs/configuration.md."
)]
struct Cli {
    /// The file of settings.
    #[arg(long, global = true, default_value = "origin.toml", env = "ORIGIN_CONFIG")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the shop, the back office and the API.
    Serve,
    /// Serve with simulated providers and a demo shop: everything to try, nothing to set up.
    Demo(demo::Demo),
    /// Play the providers for test data, for several nodes.
    Simulate(simulate::Simulate),
    /// Bring the database's tables up to date.
    Migrate(migrate::Migrate),
    /// Tenants.
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    /// API keys.
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// Master keys, which secrets in the database are locked with.
    #[command(subcommand)]
    Key(key::Key),
    /// Second factors of people who sign in.
    #[command(subcommand)]
    SecondFactor(second_factor::SecondFactor),
    /// Demo data.
    #[command(subcommand)]
    Seed(seed::Seed),
    /// Check every promise on the live data: the books balance, nothing is lost, nothing was done twice.
    Verify(verify::Verify),
    /// Print the OpenAPI document.
    Openapi,
    /// Say what is set up, what is missing, and what to do about it.
    Doctor(doctor::Doctor),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Whether to answer for programs.
#[derive(Args, Clone, Copy)]
pub(crate) struct Json {
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

impl Json {
    /// Prints an answer, for a program or for a person.
    pub fn print(self, value: &serde_json::Value, people: impl FnOnce() -> String) {
        say(&if self.json { value.to_string() } else { people() });
    }
}

/// Runs the command line; the exit code is 0, 1 for a failure, 2 for a wrong call or wrong settings.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Completions { shell } = cli.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "origin", &mut script);
        say(&String::from_utf8_lossy(&script));
        return ExitCode::SUCCESS;
    }
    let config = match Texts::load(&cli.config).map_err(|error| vec![error]).and_then(|texts| Config::read(&texts)) {
        Ok(config) => config,
        Err(mistakes) => {
            eprintln!("Origin cannot start with these settings:");
            mistakes.iter().for_each(|mistake| eprintln!("  {mistake}"));
            return ExitCode::from(2);
        }
    };
    // Whoever types a command wants its answer; whoever serves wants to see every request.
    let usual = if matches!(cli.command, Command::Serve) { "info" } else { "warn" };
    logs::start(config.json_logs, usual);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("Origin cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(run(cli.command, config));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error for a person: what happened, and for our own mistakes where.
fn told(error: &Error) -> String {
    if error.kind() == Kind::Internal { format!("{error:?}") } else { format!("{error}") }
}

async fn run(command: Command, config: Config) -> store::Result<ExitCode> {
    match command {
        Command::Serve => serve::run(config).await.map(|()| ExitCode::SUCCESS),
        Command::Demo(demo) => demo.run(config).await.map(|()| ExitCode::SUCCESS),
        Command::Simulate(simulate) => simulate.run().await.map(|()| ExitCode::SUCCESS),
        Command::Migrate(migrate) => migrate.run(&config).await.map(|()| ExitCode::SUCCESS),
        Command::Tenant(tenant) => tenant.run(&config).await.map(|()| ExitCode::SUCCESS),
        Command::ApiKey(api_key) => api_key.run(&config).await.map(|()| ExitCode::SUCCESS),
        Command::Key(key) => key.run(&config).await.map(|()| ExitCode::SUCCESS),
        Command::SecondFactor(second_factor) => second_factor.run(&config).await.map(|()| ExitCode::SUCCESS),
        Command::Seed(seed) => seed.run(config).await.map(|()| ExitCode::SUCCESS),
        Command::Verify(verify) => verify.run(&config).await,
        Command::Openapi => openapi().await.map(|()| ExitCode::SUCCESS),
        Command::Doctor(doctor) => doctor.run(&config).await,
        Command::Completions { .. } => Ok(ExitCode::SUCCESS),
    }
}

async fn openapi() -> store::Result<()> {
    say(&serde_json::to_string_pretty(&crate::house::openapi().await?)?);
    Ok(())
}
