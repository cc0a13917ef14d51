//! Waiting until nothing is left to do.

use crate::api::Api;
use crate::shop;
use crate::street::Street;
use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How often origin is asked.
const LOOK: Duration = Duration::from_millis(300);
/// For how long nothing may be left before it is believed: origin polls its journal every second.
const STILL: Duration = Duration::from_secs(3);

/// Waits until origin's queue is empty and no webhook is under way, and stays so for a moment.
///
/// # Errors
/// There is still something to do after `patience`, or origin does not answer.
pub async fn settle(street: &Street, patience: Duration, progress: &ProgressBar) -> Result<()> {
    let begun = Instant::now();
    let mut quiet_since: Option<Instant> = None;
    loop {
        Api::once(shop::retry_now(&street.api)).await.context("the button for retries is not answered")?;
        let queue = street.api.get("/health").await?["queue"].clone();
        let left = left(&queue);
        let webhooks = tokio::time::timeout(Duration::from_millis(1), street.sim.quiet()).await;
        progress.set_message(format!("{left} errands left{}", if webhooks.is_ok() { "" } else { ", webhooks under way" }));
        if left == 0 && webhooks.is_ok() {
            let since = *quiet_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= STILL {
                return Ok(());
            }
        } else {
            quiet_since = None;
        }
        if begun.elapsed() > patience {
            bail!("after {} s there is still something to do: {queue}", patience.as_secs());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Errands that will still go by themselves.
fn left(queue: &Value) -> i64 {
    ["ready", "waiting", "running"].iter().filter_map(|state| queue[state].as_i64()).sum()
}
