//! After the storm: what was promised, held against what there is.

mod campaign;
mod damage;
mod messages;
mod money;
mod repeats;
mod verify;
mod words;

use crate::promises::Promises;
use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::Result;

/// Checks everything.
///
/// # Errors
/// Origin cannot be asked.
pub async fn all(street: &mut Street, promises: &Promises, verdict: &mut Verdict) -> Result<()> {
    verdict.count("kills", street.kills.count());
    verdict.promise("no client was refused", std::mem::take(&mut promises.lock().refused));
    let (orders, directs, written, campaign, pauses) = {
        let given = promises.lock();
        (given.orders.clone(), given.directs.clone(), given.words.clone(), given.campaign.clone(), given.pauses)
    };
    money::check(street, &orders, verdict).await?;
    messages::check(street, &orders, &directs, verdict);
    words::check(street, &written, verdict).await?;
    campaign::check(street, campaign.as_ref(), pauses, verdict).await?;
    repeats::check(street, verdict);
    verify::check(street, verdict).await?;
    damage::check(street, verdict).await
}
