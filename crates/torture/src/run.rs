//! One engine from beginning to end: scenarios, kills under load, quiet, checks.

use crate::chance::Chance;
use crate::load::Load;
use crate::promises::Promises;
use crate::stories::Scene;
use crate::street::Street;
use crate::verdict::Verdict;
use crate::{campaign, checks, kills, quiet, scenarios, weather};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;
use std::time::{Duration, Instant};

/// Messages of a campaign that go out in a second, at the least.
const SLOWEST: u64 = 25;

/// What is to be done on one engine.
pub struct Plan {
    /// The engine's name.
    pub name: &'static str,
    /// How often origin is killed.
    pub kills: u32,
    /// What chance begins with.
    pub seed: u64,
    /// How long whatever the kills left open may take afterwards, and how long stories may.
    pub patience: Duration,
    /// Whether the scenarios come first.
    pub scenarios: bool,
    /// To how many people a campaign goes out, and how often it is paused.
    pub people: u64,
    pub pauses: u32,
    /// The PostgreSQL database; `None` for a SQLite file.
    pub database_url: Option<String>,
}

/// Whether every promise was kept.
///
/// # Errors
/// Origin does not start or does not come to rest, or this machine lacks something.
pub async fn on_one_engine(program: &Path, plan: Plan) -> Result<bool> {
    println!("\n━━ {}", plan.name);
    let begun = Instant::now();
    let mut street = Street::open(program, plan.database_url.as_deref()).await?;
    let mut verdict = Verdict::default();
    let done = all(&mut street, &plan, &mut verdict).await;
    verdict.count("seconds", begun.elapsed().as_secs());
    verdict.print(&format!("{} with seed {}", plan.name, plan.seed));
    if done.is_err() || !verdict.is_good() {
        println!("  origin's log and data are kept in {}", street.keep_folder());
    }
    done?;
    Ok(verdict.is_good())
}

async fn all(street: &mut Street, plan: &Plan, verdict: &mut Verdict) -> Result<()> {
    if plan.scenarios {
        let progress = bar(scenarios::ALL, "scenarios")?;
        scenarios::run(street, verdict, &progress).await?;
        progress.finish_and_clear();
    }
    if plan.people > 0 {
        campaign::meet(&street.api, plan.people).await?;
    }
    let promises = Promises::default();
    let withstood = storm(street, plan, &promises, verdict).await;
    verdict.promise(
        "origin starts after every kill, and comes to rest",
        withstood.err().map(|error| format!("{error:#}")).into_iter().collect(),
    );
    checks::all(street, &promises, verdict).await?;
    street.process.stop().await
}

/// The kills under load, and the quiet after them.
async fn storm(street: &mut Street, plan: &Plan, promises: &Promises, verdict: &mut Verdict) -> Result<()> {
    let scene = Scene { api: street.api.clone(), sim: street.sim.clone(), promises: promises.clone() };
    let load = Load::start(scene.clone(), plan.seed);
    let crowd =
        (plan.people > 0).then(|| tokio::spawn(campaign::send(scene, plan.people, plan.pauses, Chance::of(plan.seed, "campaign", 0))));
    let bad_days = tokio::spawn(weather::bad_weather(street.sim.clone(), street.api.clone(), Chance::of(plan.seed, "weather", 0)));
    let progress = bar(u64::from(plan.kills), "kills")?;
    let killed = kills::kill(street, plan.kills, &mut Chance::of(plan.seed, "kills", 0), &progress).await;
    bad_days.abort();
    weather::clear_up(&street.sim);
    progress.finish_and_clear();
    killed?;
    let progress = ProgressBar::new_spinner();
    progress.enable_steady_tick(Duration::from_millis(120));
    progress.set_message("stories come to their end");
    let asking = load.end(plan.patience).await?;
    let unanswered = (asking > 0).then(|| format!("{asking} clients were still asking {} s after the last kill", plan.patience.as_secs()));
    verdict.promise("every client got an answer in the end", unanswered.into_iter().collect());
    if let Some(crowd) = crowd {
        progress.set_message("the campaign goes out");
        let patience = plan.patience + Duration::from_secs(plan.people / SLOWEST);
        let done = tokio::time::timeout(patience, crowd).await;
        let late = done.is_err().then(|| format!("it was not done {} s after the last kill", patience.as_secs()));
        verdict.promise("the campaign came to its end", late.into_iter().collect());
    }
    quiet::settle(street, plan.patience, &progress).await?;
    progress.finish_and_clear();
    Ok(())
}

fn bar(length: u64, of: &'static str) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("  {pos}/{len} {prefix} {wide_bar} {msg}")?;
    Ok(ProgressBar::new(length).with_style(style).with_prefix(of))
}
