//! People from a file, new and then known: how long until all of them are taken in.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sim::Keep;
use std::time::{Duration, Instant};

use crate::crowd;
use crate::ground::{Engine, Ground, providers};
use crate::office::Office;
use crate::report::{Aim, Report};

/// People of the file; fewer where only a short look is wanted.
const PEOPLE: u64 = 1_000_000;
const FEW: u64 = 20_000;
/// How often is asked whether it is done.
const LOOK: Duration = Duration::from_millis(100);

/// Files of people on one database.
///
/// # Errors
/// When origin or the database fails, or somebody is not taken in.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let people = if ground.time < Duration::from_secs(2) { FEW } else { PEOPLE };
    let suite = format!("{people} people from a file, {engine}");
    let (_sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    let file = crowd::file(people, "Pune");
    let scale = people as f64 / PEOPLE as f64;
    for (name, field, aim) in [("until all are new", "new", 60.0), ("until all are known again", "same", 60.0)] {
        let upload = Instant::now();
        let import = office.post("/api/v1/contact-imports", file.clone()).await?;
        report.add(&suite, &format!("upload, {field}"), "s", upload.elapsed().as_secs_f64());
        let took = taken(&mut office, &import, field, people).await?;
        report.aimed(&suite, name, "s", took.as_secs_f64(), Aim::AtMost(aim * scale));
    }
    report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    Ok(())
}

/// How long it takes until everybody of an uploaded file is counted under a field.
async fn taken(office: &mut Office, import: &Value, field: &str, people: u64) -> Result<Duration> {
    let start = Instant::now();
    let path = format!("/api/v1/contact-imports/{}", import["id"].as_str().context("an import without an id")?);
    office.post(&format!("{path}/start"), json!({"wins": "file", "consent": "none"}).to_string()).await?;
    loop {
        let import = office.get(&path).await?;
        match import["state"].as_str() {
            Some("done") if import[field].as_u64() == Some(people) => return Ok(start.elapsed()),
            Some("taking") => tokio::time::sleep(LOOK).await,
            _ => bail!("not everybody was taken in: {import}"),
        }
    }
}
