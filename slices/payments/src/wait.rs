//! Waiting for an intent to come to something, for somebody who stands at the counter.

use crate::model::Intent;
use crate::queries;
use facts::{OrderId, TenantId};
use std::time::Duration;
use store::{Db, Result};
use tokio::time::{Instant, sleep};

/// The first pause between two looks; each is longer than the one before.
const FIRST: Duration = Duration::from_millis(10);
/// No pause is longer.
const LONGEST: Duration = Duration::from_millis(100);

/// Looks at an order's intent until it is as wanted or the time is over, and gives it as it is then.
///
/// # Errors
/// Whatever the database refuses.
pub async fn until(
    db: &Db,
    tenant: TenantId,
    order: OrderId,
    within: Duration,
    wanted: impl Fn(&Intent) -> bool + Send,
) -> Result<Option<Intent>> {
    let end = Instant::now() + within;
    let mut pause = FIRST;
    loop {
        let intent = queries::intent(&mut db.read_main(tenant), order).await?;
        if intent.as_ref().is_none_or(&wanted) || Instant::now() >= end {
            return Ok(intent);
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}
