//! One-time codes of one shop while another has a hundred thousand offers waiting.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ::messages::Urgency;
use anyhow::{Result, bail, ensure};
use serde_json::json;
use sim::{Keep, Sim, SimConfig};
use store::Who;

use crate::ground::{Engine, Ground, providers};
use crate::messages::{BATCH, opened, queue};
use crate::office::Office;
use crate::orders::phone;
use crate::origin::{Home, Origin};
use crate::report::{Aim, Report, quantile};

/// Offers of the loud shop; fewer where only a short look is wanted.
const MANY: u64 = 100_000;
const FEW: u64 = 10_000;
/// Codes a second.
const A_SECOND: u32 = 20;
/// The runs whose numbers the two shops' people have; those of the quiet shop from there on.
const LOUD: u32 = 1;
const QUIET: u32 = 2;
/// So many have numbers that begin alike: codes that nobody uses are guarded against (`codes_unused`).
const ALIKE: u64 = 40;
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// From asking for a code to the call to the provider.
///
/// # Errors
/// When origin or the database fails, or a code does not go out.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let many = if ground.time < Duration::from_secs(2) { FEW } else { MANY };
    let suite = format!("codes beside another shop's {many} offers, {engine}");
    let (sim, settings) = providers(Keep::Everything).await?;
    let home = ground.home(engine, settings).await?;
    let (db, _) = opened(&home).await?;
    let loud = home.tenant("Loud")?;
    set_up(&home.serve()?, &loud.api_key).await?;
    queue(&db, &Who::system(loud.id, "bench"), LOUD, many, BATCH, 1, Urgency::Bulk).await?;
    let origin = home.serve()?;
    until(|| sim.phones().accepted() > 0, "no offer went out").await?;
    let (before, began) = (sim.phones().accepted(), Instant::now());
    let asked = ask(&home, &origin, ground.time * 5).await?;
    let took = called(&sim, &asked).await?;
    let gone = sim.phones().accepted() - before;
    report.aimed(&suite, "half called within", "ms", quantile(&took, 0.5) / 1e3, None);
    report.aimed(&suite, "99 % called within", "ms", quantile(&took, 0.99) / 1e3, Aim::AtMost(1_000.0));
    report.add(&suite, "offers and codes go out meanwhile", "1/s", gone as f64 / began.elapsed().as_secs_f64());
    if sim.phones().accepted() >= many {
        report.remark(format!("{suite}: every offer was out before the last code was asked for, so nothing stood in its way"));
    }
    Ok(())
}

/// The loud shop gets an account with the provider, and nothing that slows it down.
async fn set_up(origin: &Origin, key: &str) -> Result<()> {
    let mut office = Office::with_key(origin, key).await?;
    let known = SimConfig::new(|| facts::Time(0)).myoperator;
    let account = json!({"api_key": known.api_key, "company_id": known.company_id, "phone_number_id": known.phone_number_id});
    office.put("/api/v1/settings/credentials/myoperator", account.to_string()).await?;
    office.put("/api/v1/settings", json!({"messages.pace": {"per_second": 1_000, "gap_seconds": 0}}).to_string()).await?;
    office.put("/api/v1/consent-settings", json!({"marketing": {"whatsapp": "opt_out"}}).to_string()).await.map(drop)
}

/// Asks for a code for somebody else each time, at an even pace; gives when each was asked for.
async fn ask(home: &Home, origin: &Origin, long: Duration) -> Result<HashMap<String, Instant>> {
    let mut office = Office::open(home, origin).await?;
    let mut asked = HashMap::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / A_SECOND);
    let start = Instant::now();
    for n in 0.. {
        let meant = ticks.tick().await.into_std();
        if start.elapsed() > long {
            break;
        }
        let phone = phone(QUIET + u32::try_from(n / ALIKE)?, n);
        office.post("/api/v1/otp/send", json!({"phone": phone, "purpose": "login"}).to_string()).await?;
        asked.insert(phone, meant);
    }
    Ok(asked)
}

/// Microseconds from when each code was meant to be asked for to the call for it, in order.
async fn called(sim: &Sim, asked: &HashMap<String, Instant>) -> Result<Vec<u32>> {
    let micros = || -> Vec<u32> {
        let calls = sim.phones().calls();
        let took = calls.iter().filter_map(|call| Some(call.span.opened_at.saturating_duration_since(*asked.get(&call.number)?)));
        took.map(|took| u32::try_from(took.as_micros()).unwrap_or(u32::MAX)).collect()
    };
    until(|| micros().len() >= asked.len(), "not every code went out").await?;
    let mut sorted = micros();
    ensure!(sorted.len() == asked.len(), "a code went out twice");
    sorted.sort_unstable();
    Ok(sorted)
}

async fn until(holds: impl Fn() -> bool, otherwise: &'static str) -> Result<()> {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > PATIENCE {
            bail!(otherwise);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
