//! The API fuzzed from its own OpenAPI document, by schemathesis: tests/fuzz says with what, and what must hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use nix::sys::signal::Signal;
use serde_json::Value;

use super::demo::Demo;
use super::tally::Tally;
use super::{STEP, passes};
use crate::cargo::{root, target};
use crate::leftovers::Folder;
use crate::pg::Pg;
use crate::proc::Proc;

const OPERATOR: &str = "operator-of-a-fuzzed-demo-4711";
/// What is raised out of the way: a limit that is reached hides whatever lies behind it.
const SETTINGS: [(&str, &str); 3] = [("RATE_CREATE_ORDER_LIMIT", "1000000"), ("RATE_EXPORT_LIMIT", "1000000"), ("ADMIN_TOKEN", OPERATOR)];

/// Fuzzes a demo on SQLite and one on PostgreSQL, both at once: most of the time is schemathesis' own, which keeps one processor busy.
///
/// # Errors
/// When schemathesis or PostgreSQL cannot be had. A demo that does not start and whatever does not hold are failures, told with the requests.
pub fn run(origin: &Path) -> Result<Tally> {
    let schemathesis = installed()?;
    let postgres = Pg::start(false)?;
    let engines = [("SQLite", None), ("PostgreSQL", Some(postgres.url()))];
    thread::scope(|scope| {
        let fuzzed = |database| fuzzed(&schemathesis, &Demo::start(origin, database, &SETTINGS)?);
        let fuzzed = engines.map(|(engine, database)| (engine, scope.spawn(move || fuzzed(database))));
        let mut tally = Tally::default();
        for (engine, fuzzed) in fuzzed {
            let fuzzed = fuzzed.join().map_err(|_| anyhow!("a panic")).flatten();
            let (passed, said) = fuzzed.unwrap_or_else(|error| (false, format!("{error:#}")));
            println!("\n── on {engine}\n{said}");
            // One run counts as one test.
            tally += Tally { passed: u64::from(passed), failed: u64::from(!passed), skipped: 0 };
        }
        Ok(tally)
    })
}

/// Whether all held, and what schemathesis said of it.
fn fuzzed(schemathesis: &Path, demo: &Demo) -> Result<(bool, String)> {
    let key = owners_key(demo)?;
    let scratch = Folder::new("origin-fuzz-")?;
    let mut command = Command::new(schemathesis);
    command.arg("--config-file").arg(root().join("tests/fuzz/schemathesis.toml"));
    command.args(["run", &format!("{}/api/documentation", demo.origin), "--no-color"]);
    // What it writes while it runs goes with the folder; its hooks are found beside its settings.
    command.current_dir(scratch.path()).env("PYTHONPATH", root().join("tests/fuzz"));
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", "0");
    command.env("ORIGIN_KEY", &key.secret).env("ORIGIN_KEY_ID", &key.id).env("ORIGIN_OPERATOR", OPERATOR);
    command.env("ORIGIN_TENANT_ID", &key.tenant);
    let mut fuzzing = Proc::start("schemathesis", command.stdout(Stdio::piped()), Signal::SIGTERM)?.at_most(STEP)?;
    let mut said = String::new();
    fuzzing.each_line(|line| {
        said.push_str(line);
        said.push('\n');
    })?;
    let passed = fuzzing.wait()?.success();
    if !passed {
        said.push_str(&demo.end_of_log());
    }
    Ok((passed, said))
}

struct Key {
    id: String,
    tenant: String,
    secret: String,
}

/// A key that may do everything in the first tenant, as often as a key may.
fn owners_key(demo: &Demo) -> Result<Key> {
    let mut command = demo.command();
    command.args(["api-key", "create", "--name", "fuzz", "--role", "owner", "--per-hour", "1000000", "--json"]);
    let made = command.output()?;
    if !made.status.success() {
        bail!("origin api-key create failed:\n{}", String::from_utf8_lossy(&made.stderr));
    }
    let made: Value = serde_json::from_slice(&made.stdout).context("origin api-key create --json")?;
    let text = |name: &str| made[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in the answer"));
    Ok(Key { id: text("api_key_id")?, tenant: text("tenant_id")?, secret: text("api_key")? })
}

/// Schemathesis in a virtual environment below the target folder, made anew when tests/fuzz/requirements.txt changes.
fn installed() -> Result<PathBuf> {
    let wanted = root().join("tests/fuzz/requirements.txt");
    let home = target().join("tools/schemathesis");
    let program = home.join("bin/schemathesis");
    let has = home.join("requirements.txt");
    if program.is_file() && fs::read(&has).ok() == Some(fs::read(&wanted)?) {
        return Ok(program);
    }
    println!("installing schemathesis into {}", home.display());
    passes(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let mut install = Command::new(home.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]);
    passes(install.arg("--requirement").arg(&wanted))?;
    // Last, so that one that was broken off is begun again.
    fs::copy(&wanted, &has)?;
    Ok(program)
}
