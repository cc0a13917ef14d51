//! Dropping a message: a person has dealt with it, and nothing more is tried.

use crate::life::{self, Event};
use crate::queries;
use crate::rows::{self, Change};
use facts::{ErrandId, Id, MessageId};
use store::{Command, Error, Result, Tx};

/// Takes a message off the list of those that need a person, and off its lane.
pub(crate) struct CloseMessage(pub MessageId);

impl Command for CloseMessage {
    const NAME: &'static str = "close_message";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let message = queries::hold(tx, self.0).await?.ok_or_else(|| Error::not_found("message"))?;
        if message.closed_at.is_some() {
            return Ok(());
        }
        if !message.needs_person() {
            return Err(Error::conflict("not_droppable", format!("This message is {}: there is nothing to drop.", message.state)));
        }
        tx.recall(ErrandId::from_uuid(message.id.uuid())).await?;
        let to = life::next(message.state, Event::GaveUp).filter(|_| !message.provider_has_it()).unwrap_or(message.state);
        let change = Change { reason: message.reason.clone(), closed: true, ..Change::default() };
        rows::shift(tx, message.id, message.state, to, &change).await?;
        if to != message.state {
            tx.state(message.moved(to, message.reason.as_deref())).await?;
        }
        Ok(())
    }
}
