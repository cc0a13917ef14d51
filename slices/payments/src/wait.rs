//! Waiting for an intent to come to something, for somebody who stands at the counter.

use crate::model::Intent;
use crate::queries;
use facts::TenantId;
use facts::payments::Payable;
use std::time::Duration;
use store::{Db, Result};
use tokio::time::{Instant, sleep};

/// The first pause between two looks; each is longer than the one before.
const FIRST: Duration = Duration::from_millis(10);
/// No pause is longer.
const LONGEST: Duration = Duration::from_millis(100);

/// Looks at what we want to be paid for something until it is as wanted or the time is over, and gives it as it is then.
///
/// # Errors
/// Whatever the database refuses.
pub async fn until(
    db: &Db,
    tenant: TenantId,
    what: impl Into<Payable>,
    within: Duration,
    wanted: impl Fn(&Intent) -> bool + Send,
) -> Result<Option<Intent>> {
    let what = what.into();
    let end = Instant::now() + within;
    let mut pause = FIRST;
    loop {
        let intent = queries::intent(&mut db.read_main(tenant), what).await?;
        if intent.as_ref().is_none_or(&wanted) || Instant::now() >= end {
            return Ok(intent);
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}
