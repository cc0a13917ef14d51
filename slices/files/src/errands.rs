//! Bytes are taken away: of one file, or of all that an erased tenant had. Taking away what is gone is no mistake, so a try whose
//! answer was lost is simply made again.

use crate::world::World;
use facts::{FileId, TenantId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx};

/// The wait after a first failure; each later one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3_600);
/// Failures after which a person has to look.
const MOST: i64 = 12;

/// Takes the bytes of one file away.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemoveBytes {
    pub file_id: FileId,
}

impl Errand for RemoveBytes {
    const NAME: &'static str = "remove_file_bytes";
    type World = World;
    type Back = Result<()>;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane::open(format!("files/{tenant}"))
    }

    fn key(&self) -> Option<String> {
        Some(self.file_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Result<()> {
        world.depot.remove(trip.tenant, self.file_id).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Result<()>) -> Result<Ended> {
        Ok(ended(tx, trip, brought))
    }
}

/// Takes away all bytes of a tenant that was erased. It stands in a lane of the platform's own tenant.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemoveAllBytes {
    pub tenant_id: TenantId,
}

impl Errand for RemoveAllBytes {
    const NAME: &'static str = "remove_all_bytes";
    type World = World;
    type Back = Result<()>;

    fn key(&self) -> Option<String> {
        Some(self.tenant_id.to_string())
    }

    async fn go(&self, world: &World, _: &Trip) -> Result<()> {
        world.depot.remove_all(self.tenant_id).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Result<()>) -> Result<Ended> {
        Ok(ended(tx, trip, brought))
    }
}

fn ended(tx: &Tx, trip: &Trip, brought: &Result<()>) -> Ended {
    match brought {
        Ok(()) => Ended::done("The bytes are gone."),
        Err(error) if trip.failures + 1 >= MOST => Ended::new(Next::Bury, "failed", error.to_string()),
        Err(error) => Ended::new(Next::Again(tx.now().after(wait(trip.failures))), "transient", error.to_string()),
    }
}

/// After so many failures before this one.
fn wait(failures: i64) -> Duration {
    let doublings = u32::try_from(failures.clamp(0, 16)).unwrap_or(16);
    FIRST_WAIT.saturating_mul(2u32.saturating_pow(doublings)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let minutes: Vec<u64> = [0, 1, 2, 8, 9, 11, 1_000].into_iter().map(|failures| wait(failures).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 256, 360, 360, 360]);
    }
}
