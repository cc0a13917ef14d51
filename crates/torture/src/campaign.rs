//! A campaign to a crowd goes out while origin is killed, and somebody pauses it over and over.

use crate::api::{Answer, Api};
use crate::chance::Chance;
use crate::promises::{Campaign, Person};
use crate::shop;
use crate::stories::Scene;
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// The crowd's numbers begin here, so that nobody of it is a buyer, nor in a scenario.
const FIRST: u64 = 70_000_000;
/// The tag by which the campaign finds its crowd.
pub const TAG: &str = "crowd";
/// How long a crowd may take to become known, whatever its size.
const MEETING: Duration = Duration::from_secs(600);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// The nth of the crowd.
pub fn one(nth: u64) -> Person {
    Person::new(FIRST + nth)
}

/// Makes a crowd known, by a file of people.
///
/// # Errors
/// Origin does not take it.
pub async fn meet(api: &Api, people: u64) -> Result<()> {
    let mut file = "Name,E-mail,Tags\n".to_owned();
    for nth in 0..people {
        let Person { name, email, .. } = one(nth);
        file.push_str(&format!("{name},{email},{TAG}\n"));
    }
    let taken = Api::once(shop::people(api, file)).await.context("the file of people is not answered")?;
    let id = taken.body["id"].as_str().with_context(|| format!("no import: {} {}", taken.status, taken.body))?.to_owned();
    let started = Api::once(shop::start_import(api, &id)).await.context("the start of the import is not answered")?;
    ensure!(started.is_ok(), "the import does not start: {} {}", started.status, started.body);
    let begun = Instant::now();
    while begun.elapsed() < MEETING {
        let import = api.get(&format!("/api/v1/contact-imports/{id}")).await?;
        if import["state"] == "done" {
            ensure!(import["new"] == people, "not everybody of the file is new: {import}");
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    anyhow::bail!("the crowd is not known after {} s", MEETING.as_secs())
}

/// Messages in a second: a small crowd is written to slowly, so that kills and pauses fall into it.
fn pace(people: u64) -> u64 {
    (people / 30).clamp(5, 500)
}

/// Sends a campaign to the crowd, and pauses it so often at random moments. Comes back when it is done.
pub async fn send(scene: Scene, people: u64, pauses: u32, mut chance: Chance) {
    let answer = Api::until_answered(|| shop::campaign(&scene.api, pace(people)), &mut chance).await;
    let id = answer.body["id"].as_str().map(str::to_owned);
    let Some(id) = id.filter(|_| answer.is_ok()) else { return refuse(&scene, "a campaign", &answer) };
    scene.promises.lock().campaign = Some(Campaign { id: id.clone(), people });
    let mut paused = 0;
    while paused < pauses && !is_done(&scene.api, &id).await {
        tokio::time::sleep(chance.millis(200, 2_000)).await;
        let pause = Api::until_answered(|| shop::of_campaign(&scene.api, &id, "pause"), &mut chance).await;
        tokio::time::sleep(chance.millis(50, 800)).await;
        // Whoever heard nothing asks again, and is told that it is so already.
        let resume = Api::until_answered(|| shop::of_campaign(&scene.api, &id, "resume"), &mut chance).await;
        paused += u32::from(pause.is_ok() || resume.is_ok());
        for answer in [pause, resume].iter().filter(|answer| !answer.is_ok() && answer.body["code"] != "campaign_state") {
            refuse(&scene, "a pause of the campaign", answer);
        }
    }
    scene.promises.lock().pauses = paused;
    while !is_done(&scene.api, &id).await {
        tokio::time::sleep(LOOK).await;
    }
}

async fn is_done(api: &Api, id: &str) -> bool {
    let answer = Api::once(shop::show_campaign(api, id)).await;
    answer.is_some_and(|answer| answer.body["state"] == "done")
}

fn refuse(scene: &Scene, what: &str, answer: &Answer) {
    scene.promises.lock().refused.push(format!("{what}: {} {}", answer.status, answer.body));
}
