//! Segments: how long one is built over everybody, and how long after a change of some it is right again.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sim::Keep;
use std::time::{Duration, Instant};

use crate::crowd::{begin, done, file, take, upload};
use crate::ground::{Engine, Ground, providers};
use crate::office::Office;
use crate::report::{Aim, Report};

/// People who are known, and how many of them change; fewer where only a short look is wanted.
const PEOPLE: (u64, u64) = (500_000, 5_000);
const FEW: (u64, u64) = (10_000, 500);
/// How often is asked whether it is done.
const LOOK: Duration = Duration::from_millis(20);
/// How long anything may take.
const LONGEST: Duration = Duration::from_secs(600);

/// Segments on one database.
///
/// # Errors
/// When origin or the database fails, or a segment is never right.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let (people, changed) = if ground.time < Duration::from_secs(2) { FEW } else { PEOPLE };
    let suite = format!("segments of {people} people, {engine}");
    let (_sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    take(&mut office, file(people, "Pune")).await?;
    let here = json!({"attribute": "city", "is": "Pune"});
    let may = json!({"all": [{"attribute": "city", "is": "Delhi"}, {"tag": "vip"}, {"may": "marketing", "channel": "email"}]});
    let built = Instant::now();
    let all = make(&mut office, "Everybody of Pune", &here).await?;
    until(&mut office, &all, people).await?;
    report.add(&suite, "one is built", "s", built.elapsed().as_secs_f64());
    let some = make(&mut office, "Those of Delhi who may be written to", &may).await?;
    until(&mut office, &some, 0).await?;
    for _ in 0..ground.repetitions {
        for (city, left, came) in [("Delhi", people - changed, changed), ("Pune", people, 0)] {
            let moved = file(changed, city);
            let import = upload(&mut office, moved).await?;
            let start = Instant::now();
            begin(&mut office, &import).await?;
            until(&mut office, &all, left).await?;
            until(&mut office, &some, came).await?;
            let name = format!("{changed} change by a file, until both are right");
            report.aimed(&suite, &name, "s", start.elapsed().as_secs_f64(), Aim::AtMost(2.0));
            done(&mut office, &import).await?;
        }
    }
    report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    Ok(())
}

async fn make(office: &mut Office, name: &str, filter: &Value) -> Result<String> {
    let made = office.post("/api/v1/segments", json!({"name": name, "filter": filter}).to_string()).await?;
    Ok(format!("/api/v1/segments/{}", made["id"].as_str().context("a segment without an id")?))
}

/// Waits until a segment is whole and so many are in it.
async fn until(office: &mut Office, segment: &str, contacts: u64) -> Result<()> {
    let start = Instant::now();
    loop {
        let shown = office.get(segment).await?;
        if shown["state"] == "ready" && shown["contacts"].as_u64() == Some(contacts) {
            return Ok(());
        }
        if start.elapsed() > LONGEST {
            bail!("a segment was to hold {contacts}: {shown}");
        }
        tokio::time::sleep(LOOK).await;
    }
}
