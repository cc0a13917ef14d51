//! Orders over HTTP, beside what the database alone can do with the same statements.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sim::Keep;

use crate::client::{Ask, Load, closed, post};
use crate::ground::{CONNECTIONS, Engine, Ground, providers, shop};
use crate::origin::{Home, Origin};
use crate::pgbench;
use crate::report::{Aim, Report};
use crate::statements::Shop;

/// An order that is paid later, of somebody new, under a key of its own.
///
/// # Errors
/// When the API key is no header.
pub fn order(api_key: &str, run: u32, n: u64) -> Result<Ask> {
    let body = format!(
        r#"{{"lines":[{{"product":"starter","quantity":1}}],"customer":{{"name":"Asha Rao","phone":"{}"}},"pay":"later"}}"#,
        phone(run, n)
    );
    let bearer = format!("Bearer {api_key}");
    post("/api/v1/orders", &[("authorization", &bearer), ("idempotency-key", &format!("bench-{run}-{n}"))], body)
}

/// A number of its own for everybody.
pub fn phone(run: u32, n: u64) -> String {
    format!("+919{:09}", u64::from(run) * 10_000_000 + n % 10_000_000)
}

/// Orders on one database, each repetition beside its yardstick.
///
/// # Errors
/// When origin, the yardstick or the database fails.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("orders over HTTP, {CONNECTIONS} connections, {engine}");
    let (_sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    let origin = home.serve()?;
    let (key, shop) = (home.api_key()?, shop(&home).await?);
    load(&origin, &key, 90, Duration::from_millis(500)).await?;
    origin.quiet().await?;
    for run in 1..=ground.repetitions {
        let yardsticks = match engine {
            Engine::Sqlite => sqlite_yardsticks(ground, &home, &shop, run)?,
            Engine::Postgres => vec![("pgbench, the same statements", postgres_yardstick(ground, &home, &shop, run)?)],
        };
        for (name, value) in &yardsticks {
            report.add(&suite, name, "1/s", *value);
        }
        let cpu = origin.cpu_seconds()?;
        let load = load(&origin, &key, run, ground.time).await?;
        report.add(&suite, "origin", "1/s", load.per_second());
        report.add(&suite, "origin, half answered within", "ms", load.within_ms(0.5));
        report.aimed(&suite, "origin, 99 % answered within", "ms", load.within_ms(0.99), Aim::AtMost(100.0));
        report.add(&suite, "memory under this load (VmRSS)", "MB", origin.memory_mb()?.0);
        let behind = origin.quiet().await?;
        report.add(&suite, "until all that follows was done", "s", behind.as_secs_f64());
        report.add(&suite, "processor time of an order, all that follows", "ms", (origin.cpu_seconds()? - cpu) * 1e3 / load.ok as f64);
        ratios(&suite, engine, &yardsticks, load.per_second(), report);
        refusals(&suite, &load, report);
    }
    Ok(())
}

fn ratios(suite: &str, engine: Engine, yardsticks: &[(&str, f64)], origin: f64, report: &mut Report) {
    for (name, value) in yardsticks {
        let aim = match (engine, *name) {
            (Engine::Sqlite, EACH) => Some(Aim::AtLeast(4.0)),
            (Engine::Postgres, _) => Some(Aim::AtLeast(0.6)),
            _ => None,
        };
        report.aimed(suite, &format!("origin to {name}"), "times", origin / value, aim);
    }
}

const EACH: &str = "raw loop, a commit each";
const HUNDRED: &str = "raw loop, 100 a commit";

/// Says what was not answered 2xx: a figure with refusals in it is not a figure.
pub fn refusals(suite: &str, load: &Load, report: &mut Report) {
    if let Some(first) = &load.first_refusal {
        report.remark(format!("{suite}: {} of {} were refused, first {first}", load.refused, load.ok + load.refused));
    }
}

async fn load(origin: &Origin, key: &str, run: u32, time: Duration) -> Result<Load> {
    let key = key.to_owned();
    closed(origin.address, CONNECTIONS, Some(time), move |n| order(&key, run, n).ok()).await
}

/// On a database of the same tables, made by another start: two writers on one file would hinder each other.
fn sqlite_yardsticks(ground: &Ground, home: &Home, shop: &Shop, run: u32) -> Result<Vec<(&'static str, f64)>> {
    let path = home.folder.join("raw.db");
    if !path.exists() {
        let from = home.database_url.trim_start_matches("sqlite:");
        rusqlite::Connection::open(from)?.execute("VACUUM INTO ?1", [path.display().to_string()])?;
    }
    let each = raw_loop(ground, &path, shop, run * 10, 1)?;
    Ok(vec![(EACH, each), (HUNDRED, raw_loop(ground, &path, shop, run * 10 + 1, 100)?)])
}

/// In a process of its own, so that a simulated disk is around it as it is around origin.
fn raw_loop(ground: &Ground, path: &Path, shop: &Shop, run: u32, per_commit: u32) -> Result<f64> {
    let mut command: Command = ground.disk.command(&std::env::current_exe()?);
    command.arg("raw-loop").arg("--database").arg(path);
    command.args(["--tenant", &shop.tenant.to_string(), "--product", &shop.product.to_string(), "--price", &shop.price.to_string()]);
    command.args(["--run", &run.to_string(), "--per-commit", &per_commit.to_string()]);
    command.args(["--seconds", &ground.time.as_secs_f64().to_string()]);
    let ran = command.output()?;
    if !ran.status.success() {
        bail!("the raw loop failed:\n{}", String::from_utf8_lossy(&ran.stderr));
    }
    String::from_utf8_lossy(&ran.stdout).trim().parse().context("the raw loop's figure")
}

/// In origin's own database: while one is measured, the other rests.
fn postgres_yardstick(ground: &Ground, home: &Home, shop: &Shop, run: u32) -> Result<f64> {
    let seconds = ground.time.as_secs().max(1);
    pgbench::orders_per_second(&ground.pgbench, &home.database_url, &home.folder, shop, run, CONNECTIONS, seconds)
}
