//! Somebody has a reminder sent at once.

use super::schedule;
use crate::model::Abandoned;
use crate::{queries, rows, rules};
use facts::OrderId;
use store::{Command, Error, Kind, Look, Result, Tx, params, sql};

/// Has a reminder of an order sent as soon as the provider has said that nobody paid it, and people are awake.
pub(crate) struct SendNow {
    pub order_id: OrderId,
    /// Which reminder, from 1; the next that was not sent where nothing is said.
    pub sequence: Option<i64>,
}

impl Command for SendNow {
    const NAME: &'static str = "send_reminder_now";
    type Out = Abandoned;

    async fn run(&self, tx: &mut Tx) -> Result<Abandoned> {
        let missing = "There is no such order among those that were left: one counts an hour after its buyer did something last.";
        let left = rows::lock(tx, self.order_id).await?.ok_or_else(|| Error::new(Kind::NotFound, "not_found", missing))?;
        rules::may_resume(left.state, left.why)?;
        let settings = queries::settings(tx).await?;
        let sent = sent(tx, self.order_id).await?;
        let step = match self.sequence {
            Some(step) if !(1..=settings.count()).contains(&step) => {
                return Err(Error::field("sequence", format!("1 to {}, the number of a reminder", settings.count())));
            }
            Some(step) => step,
            None => (1..=settings.count()).find(|step| !sent.contains(step)).unwrap_or(0),
        };
        if step == 0 || sent.contains(&step) {
            return Err(Error::conflict("reminder_sent", "This reminder was sent already; each is sent once."));
        }
        schedule(tx, Abandoned { next_step: step, by_hand: true, ..left }, &settings).await
    }
}

/// The reminders of an order that were sent.
async fn sent(tx: &mut Tx, order: OrderId) -> Result<Vec<i64>> {
    tx.all(sql!("SELECT step FROM reminders WHERE tenant_id = $1 AND order_id = $2 ORDER BY step"), params![tx.tenant(), order]).await
}
