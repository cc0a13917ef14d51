//! The yardstick of orders on PostgreSQL: pgbench with the same statements.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::statements::Shop;

/// Orders a second of so many clients.
///
/// # Errors
/// When pgbench is missing or fails; its words are in the error.
pub fn orders_per_second(program: &Path, url: &str, folder: &Path, shop: &Shop, run: u32, clients: usize, seconds: u64) -> Result<f64> {
    let script = folder.join(format!("order-{run}.sql"));
    fs::write(&script, shop.pgbench_script(run)?)?;
    let mut command = Command::new(program);
    command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "-Dn=0"]);
    command.arg(format!("--client={clients}")).arg(format!("--time={seconds}"));
    command.arg("--file").arg(&script).arg(url);
    let ran = command.output().context("pgbench cannot be started")?;
    let text = String::from_utf8_lossy(&ran.stdout);
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    match tps {
        Some(tps) if ran.status.success() => Ok(tps),
        _ => {
            let words = String::from_utf8_lossy(&ran.stderr);
            bail!("pgbench failed:\n{}", words.lines().take(12).collect::<Vec<_>>().join("\n"))
        }
    }
}
