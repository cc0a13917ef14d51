//! Letting stand what does not add up.

use super::note;
use crate::model::{Reason, Side};
use facts::settlements::ExceptionAccepted;
use serde::Deserialize;
use store::{Command, Error, Look, Result, Sql, Tx, params, sql};
use uuid::Uuid;

/// Accepts an exception with a note. It stays accepted for as long as the same thing does not add up.
#[derive(Debug, Clone)]
pub(crate) struct Accept {
    pub side: Side,
    pub id: Uuid,
    pub note: String,
}

#[derive(Deserialize)]
struct Held {
    reason: Option<Reason>,
}

impl Command for Accept {
    const NAME: &'static str = "accept_exception";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let note = note(&self.note, true)?;
        let (look, write) = statements(self.side);
        let held: Option<Held> = tx.maybe(look, params![tx.tenant(), self.id]).await?;
        let held = held.ok_or_else(|| Error::not_found("exception"))?;
        let Some(reason) = held.reason else {
            return Err(Error::conflict("nothing_to_accept", "It adds up by now: there is nothing to accept."));
        };
        tx.put(write, params![tx.tenant(), self.id, note.as_str()]).await?;
        tx.state(ExceptionAccepted { side: self.side.to_string(), row_id: self.id, reason: reason.to_string(), note }).await?;
        Ok(())
    }
}

/// What holds a row of a side, and what accepts it.
fn statements(side: Side) -> (&'static Sql, &'static Sql) {
    match side {
        Side::Payment => (
            sql!("SELECT reason FROM movements WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
            sql!("UPDATE movements SET state = 'accepted', accepted_for = reason, note = $3 WHERE tenant_id = $1 AND id = $2"),
        ),
        Side::ProviderRow => (
            sql!("SELECT reason FROM settlement_rows WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
            sql!("UPDATE settlement_rows SET state = 'accepted', accepted_for = reason, note = $3 WHERE tenant_id = $1 AND id = $2"),
        ),
        Side::Settlement => (
            sql!("SELECT reason FROM settlements WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
            sql!("UPDATE settlements SET state = 'accepted', accepted_for = reason, note = $3 WHERE tenant_id = $1 AND id = $2"),
        ),
        Side::BankRow => (
            sql!("SELECT reason FROM bank_rows WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
            sql!("UPDATE bank_rows SET state = 'accepted', accepted_for = reason, note = $3 WHERE tenant_id = $1 AND id = $2"),
        ),
    }
}
