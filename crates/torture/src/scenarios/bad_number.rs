//! One number always fails, and is tried again and again; the others hear nothing of it.

use super::{Stage, until};
use crate::api::Api;
use crate::promises::Person;
use crate::shop;
use anyhow::{Context, Result, ensure};
use sim::{At, Fault};
use std::time::Duration;

const OTHERS: usize = 30;
/// Within which every other message must have arrived; a retry of the bad one would block them for longer.
const SOON: Duration = Duration::from_secs(5);

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<()> {
    let next = Person::new(stage.people + 1);
    stage.street.sim.faults().until_cleared(At::phone(&next.phone), Fault::reject(500));
    let bad = stage.message().await?;
    ensure!(bad.phone == next.phone, "the next person is another");
    let mut others = Vec::new();
    for _ in 0..OTHERS {
        others.push(stage.message().await?);
    }
    // The bad one is tried again without pause, as if its minutes were over each time.
    let all_there = || async {
        Api::once(shop::retry_now(&stage.street.api)).await.context("the button for retries is not answered")?;
        Ok(others.iter().all(|person| stage.taken(person) == 1))
    };
    until("the other messages arrived", SOON, all_there).await?;
    until("the bad number is tried again", SOON, || async {
        Api::once(shop::retry_now(&stage.street.api)).await;
        Ok(tried(stage, &bad) > 1)
    })
    .await?;
    ensure!(stage.taken(&bad) == 0, "the bad number got its message");
    Ok(())
}

fn tried(stage: &Stage<'_>, person: &Person) -> usize {
    stage.street.sim.phones().calls().iter().filter(|call| call.number == person.phone).count()
}
