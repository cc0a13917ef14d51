//! The end of an order's reminders.

use super::RemindOfOrder;
use crate::model::{Abandoned, State};
use crate::{queries, rows, rules};
use facts::recovery::{RecoveryEnd, RecoveryEnded};
use facts::{OrderId, ReminderId};
use store::{Command, Error, Result, Timer, Tx};

/// Ends the reminders of a locked order, and says so where its own timeline does not.
pub(crate) async fn finish(tx: &mut Tx, left: Abandoned, why: RecoveryEnd) -> Result<Abandoned> {
    finish_for(tx, left, why, None).await
}

/// As [`finish`], for the order that stands in its place.
pub(super) async fn finish_for(tx: &mut Tx, left: Abandoned, why: RecoveryEnd, replaced_by: Option<OrderId>) -> Result<Abandoned> {
    let Some(state) = rules::next(left.state, rules::Event::End) else { return Ok(left) };
    rows::end(tx, left.order_id, why, replaced_by).await?;
    tx.stop(RemindOfOrder::NAME, &left.order_id.to_string()).await?;
    if !matches!(why, RecoveryEnd::Paid | RecoveryEnd::Cancelled | RecoveryEnd::Late | RecoveryEnd::Done) {
        tx.state(RecoveryEnded { order_id: left.order_id, contact_id: Some(left.contact_id), why }).await?;
    }
    Ok(Abandoned { state, why: Some(why), next_at: None, asked_at: None, by_hand: false, replaced_by, ..left })
}

/// Reminds of an order no more.
pub(crate) struct StopReminders {
    pub order_id: OrderId,
}

impl Command for StopReminders {
    const NAME: &'static str = "stop_reminders";
    type Out = Abandoned;

    async fn run(&self, tx: &mut Tx) -> Result<Abandoned> {
        let left = rows::lock(tx, self.order_id).await?.ok_or_else(|| Error::not_found("abandoned order"))?;
        if left.state == State::Recovered {
            return Err(Error::conflict("not_to_be_reminded", "It is paid: nobody is reminded of it."));
        }
        finish(tx, left, RecoveryEnd::Stopped).await
    }
}

/// Somebody wants no reminders of anything that they left.
pub(crate) struct OptOut {
    /// The reminder whose link they followed.
    pub reminder: ReminderId,
}

impl Command for OptOut {
    const NAME: &'static str = "opt_out_of_reminders";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let reminder = queries::reminder(tx, self.reminder).await?.ok_or_else(|| Error::not_found("reminder"))?;
        let left = queries::one(tx, reminder.order_id).await?.ok_or_else(|| Error::not_found("reminder"))?;
        rows::opt_out(tx, left.contact_id).await?;
        for waiting in rows::lock_waiting(tx, left.contact_id).await? {
            finish(tx, waiting, RecoveryEnd::OptedOut).await?;
        }
        Ok(())
    }
}
