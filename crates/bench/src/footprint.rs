//! How much memory an idle `origin` takes, and how soon it is up.

use std::time::Duration;

use anyhow::Result;

use crate::ground::{Engine, Ground};
use crate::report::{Aim, Report};

/// Starts it on an empty database and again on the one that this made, so many times.
///
/// # Errors
/// When it does not start.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("start and memory, {engine}");
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    for _ in 0..ground.repetitions {
        let home = ground.home(engine, Vec::new()).await?;
        let fresh = home.serve()?;
        report.aimed(&suite, "start to listening, empty database", "ms", ms(fresh.started_in), Aim::AtMost(300.0));
        drop(fresh);
        let again = home.serve()?;
        report.aimed(&suite, "start to listening, existing database", "ms", ms(again.started_in), Aim::AtMost(300.0));
        again.quiet().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        report.aimed(&suite, "memory when idle (VmRSS)", "MB", again.memory_mb()?.0, Aim::AtMost(40.0));
    }
    report.remark("The first start on an empty database also makes the tables and hashes the administrator's password (argon2).");
    Ok(())
}
