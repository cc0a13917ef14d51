//! Making retries that wait for their time go now.

use crate::queries;
use facts::{ErrandId, Id};
use store::{Command, Result, Tx};

/// The most that one call wakes.
const MOST: i64 = 1_000;

/// Wakes this tenant's waiting retries. What is held because the provider may have it stays held.
pub(crate) struct HurryRetries;

impl Command for HurryRetries {
    const NAME: &'static str = "hurry_retries";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        let mut hurried = 0;
        for id in queries::waiting_retries(tx, MOST).await? {
            hurried += u64::from(tx.hurry(ErrandId::from_uuid(id.uuid())).await?);
        }
        Ok(hurried)
    }
}
