//! The provider answers 429 a thousand times. With no retry allowed at all, one counted attempt would end a message.

use super::{Stage, until};
use anyhow::{Result, ensure};
use serde_json::json;
use sim::{At, Ending, Fault};
use std::time::Duration;

const MESSAGES: usize = 60;
const REFUSALS: u32 = 1_000;

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<()> {
    stage.set("messages.retry_minutes", json!([])).await?;
    let before = refused(stage);
    stage.street.sim.faults().next(REFUSALS, At::phones(), Fault::too_many(Some(0)));
    let mut people = Vec::new();
    for _ in 0..MESSAGES {
        people.push(stage.message().await?);
    }
    let all_there = || async { Ok(people.iter().all(|person| stage.taken(person) > 0)) };
    until("every message arrived after 1,000 answers of 429", Duration::from_secs(90), all_there).await?;
    let seen = refused(stage) - before;
    ensure!(seen == REFUSALS as usize, "the provider refused {seen} calls and not {REFUSALS}");
    let twice = people.iter().filter(|person| stage.taken(person) != 1).count();
    ensure!(twice == 0, "{twice} people were written to more than once");
    Ok(())
}

fn refused(stage: &Stage<'_>) -> usize {
    stage.street.sim.phones().calls().iter().filter(|call| call.span.ending == Ending::Answered(429)).count()
}
