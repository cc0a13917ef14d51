//! The provider takes a message, hangs up without an answer, and reports later that the phone has it.

use super::Stage;
use anyhow::{Result, ensure};
use serde_json::json;
use sim::{At, Fault};
use std::time::Duration;

/// How long an unsure message is held; its receipt comes sooner.
const HOLD: u64 = 3;

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<()> {
    stage.set("messages.unknown_hold_seconds", json!(HOLD)).await?;
    stage.street.sim.faults().next(1, At::phones(), Fault::DropAnswer);
    let person = stage.message().await?;
    // Long enough for a second call, were there to be one.
    tokio::time::sleep(Duration::from_secs(HOLD + 3)).await;
    let calls: Vec<_> = stage.street.sim.phones().calls().into_iter().filter(|call| call.number == person.phone).collect();
    ensure!(calls.len() == 1, "{} calls", calls.len());
    ensure!(calls.iter().all(|call| call.span.ending == sim::Ending::Dropped), "the answer was not dropped: {calls:?}");
    let state = stage.message_state(&person).await?;
    ensure!(matches!(state.as_str(), "sent" | "delivered" | "read"), "origin says that it is {state}");
    Ok(())
}
