//! What is learnt of a reminder: that it was opened, and that its link was followed.

use super::schedule;
use crate::model::State;
use crate::{queries, rows};
use facts::{OrderId, ReminderId};
use store::{Command, Result, Tx};

/// A mail was opened, as far as the picture in it tells.
pub(crate) struct NoteOpen {
    pub reminder: ReminderId,
    pub order: OrderId,
}

impl Command for NoteOpen {
    const NAME: &'static str = "note_reminder_opened";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::opened(tx, self.reminder, self.order).await
    }
}

/// A link was followed: counted once for each visitor, and an activity that begins the clock of the steps anew.
pub(crate) struct NoteClick {
    pub reminder: ReminderId,
    pub order: OrderId,
    /// Tells one browser from another, and nothing else of it.
    pub visitor: String,
}

impl Command for NoteClick {
    const NAME: &'static str = "note_reminder_clicked";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let Some(mut left) = rows::lock(tx, self.order).await? else { return Ok(()) };
        if !rows::visited(tx, self.reminder, &self.visitor).await? {
            return Ok(());
        }
        rows::clicked(tx, self.order).await?;
        if left.state == State::Waiting && !left.by_hand {
            left.active_at = tx.now();
            let settings = queries::settings(tx).await?;
            schedule(tx, left, &settings).await?;
        }
        Ok(())
    }
}
