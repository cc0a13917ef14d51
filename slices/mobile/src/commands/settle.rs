//! A person chooses between a device's version and ours.

use super::push::{lock, write};
use crate::rows;
use crate::rules::State;
use facts::ConflictId;
use facts::mobile::ConflictSettled;
use store::{Command, Error, Result, Tx};

/// Settles a conflict.
pub(crate) struct Settle {
    pub id: ConflictId,
    /// Whether the device's version is taken; ours stays otherwise.
    pub take: bool,
}

impl Command for Settle {
    const NAME: &'static str = "settle_conflict";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let conflict = rows::settle_conflict(tx, self.id, self.take).await?;
        let conflict = conflict.ok_or_else(|| Error::conflict("conflict_settled", "This has been settled already."))?;
        let (collection, id) = (conflict.collection, conflict.record_id);
        if self.take {
            let now = lock(tx, collection, id).await?;
            let wanted = State { body: conflict.body.map(|body| body.0) };
            let same = now.as_ref().is_some_and(|record| record.body == wanted.body);
            let version = now.map_or(0, |record| record.version) + 1;
            if !same && write(tx, collection, id, version, &wanted).await?.is_none() {
                return Err(Error::conflict("record_changed", "This was changed a moment ago. Look again."));
            }
        }
        tx.state(ConflictSettled { conflict_id: self.id, collection: collection.to_string(), id, taken: self.take }).await?;
        Ok(())
    }
}
