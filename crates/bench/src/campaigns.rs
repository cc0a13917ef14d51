//! Campaigns: how long an audience is counted and frozen, how fast it is written to, and what memory that takes.

use anyhow::{Context, Result, bail};
use serde_json::json;
use sim::Keep;
use std::time::{Duration, Instant};

use crate::crowd;
use crate::ground::{Engine, Ground, providers, set_pace};
use crate::office::Office;
use crate::report::{Aim, Report};

/// People of the audience; fewer where only a short look is wanted.
const PEOPLE: u64 = 1_000_000;
const FEW: u64 = 10_000;
/// The most that a campaign lets out in a second: more than any machine carries.
const FASTEST: u64 = 10_000;
/// How often is asked whether it is done.
const LOOK: Duration = Duration::from_millis(50);
/// How long anything may take.
const LONGEST: Duration = Duration::from_secs(900);
/// After so long a campaign goes out as fast as it can.
const RUN_UP: Duration = Duration::from_secs(3);

/// A campaign on one database: counted, frozen, and let out for a while.
///
/// # Errors
/// When origin or the database fails, or the campaign does not go on.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let people = if ground.time < Duration::from_secs(2) { FEW } else { PEOPLE };
    let suite = format!("a campaign to {people} people, {engine}");
    let (sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    drop(home.serve()?);
    set_pace(&home).await?;
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    crowd::take(&mut office, crowd::file(people, "Pune")).await?;
    office.put("/api/v1/consent-settings", json!({"marketing": {"whatsapp": "opt_out"}}).to_string()).await?;
    // Taking so many people in needs memory of its own: what follows is another process's.
    drop(office);
    drop(origin);
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    let path = written(&mut office).await?;
    let frozen = Instant::now();
    office.post(&format!("{path}/freeze"), "{}").await?;
    until(&mut office, &path, "ready", people).await?;
    report.add(&suite, "its audience is counted and frozen", "s", frozen.elapsed().as_secs_f64());
    report.add(&suite, "memory after it (VmHWM)", "MB", origin.memory_mb()?.1);
    office.post(&format!("{path}/send"), "{}").await?;
    tokio::time::sleep(RUN_UP).await;
    let (start, before) = (Instant::now(), sim.phones().accepted());
    tokio::time::sleep(ground.time * 5).await;
    let gone = sim.phones().accepted() - before;
    report.add(&suite, "messages go out", "1/s", gone as f64 / start.elapsed().as_secs_f64());
    report.aimed(&suite, "memory while it goes out (VmHWM)", "MB", origin.memory_mb()?.1, Aim::AtMost(150.0));
    if sim.phones().repeated() > 0 {
        report.remark(format!("{suite}: {} messages reached the provider twice", sim.phones().repeated()));
    }
    Ok(())
}

/// A campaign on WhatsApp to everybody, at any hour; gives where it is.
async fn written(office: &mut Office) -> Result<String> {
    let text = json!({"channel": "whatsapp", "content": {"body": "Hello {{ name }}, fresh mangoes are in {{ city }}."}});
    let body = json!({"name": "Mangoes", "contents": [text], "quiet_from": "00:00", "quiet_to": "00:00", "per_second": FASTEST});
    let made = office.post("/api/v1/campaigns", body.to_string()).await?;
    Ok(format!("/api/v1/campaigns/{}", made["id"].as_str().context("a campaign without an id")?))
}

/// Waits until a campaign stands so, with so many people.
async fn until(office: &mut Office, path: &str, state: &str, people: u64) -> Result<()> {
    let start = Instant::now();
    loop {
        let shown = office.get(path).await?;
        if shown["state"] == state {
            anyhow::ensure!(shown["people"].as_u64() == Some(people), "not everybody is in it: {shown}");
            return Ok(());
        }
        if start.elapsed() > LONGEST {
            bail!("a campaign was to be {state}: {shown}");
        }
        tokio::time::sleep(LOOK).await;
    }
}
