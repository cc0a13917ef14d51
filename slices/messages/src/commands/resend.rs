//! Sending a message once more, as a new one: the same text to the same address.

use crate::attachments;
use crate::commands::Enqueued;
use crate::commands::put;
use crate::model::{Message, RESEND, State};
use crate::queries;
use crate::rows::{self, Fresh};
use facts::{ErrandId, Id, MessageId, Time};
use store::{Command, Error, Result, Tx};

/// Sends a message that came to nothing once more. Doing so twice makes one: the second answer names the first's message.
pub(crate) struct ResendMessage(pub MessageId);

impl Command for ResendMessage {
    const NAME: &'static str = "resend_message";
    type Out = Enqueued;

    async fn run(&self, tx: &mut Tx) -> Result<Enqueued> {
        let old = queries::hold(tx, self.0).await?.ok_or_else(|| Error::not_found("message"))?;
        if let Some((id, state)) = queries::by_cause(tx, RESEND, &old.id.to_string(), &old.template, old.channel).await? {
            return Ok(Enqueued { id, state, repeated: true });
        }
        may(&old)?;
        if attachments::carried(tx, old.id).await?.is_some() {
            let message = "It carries a file, which is attached anew: send it again from the conversation.";
            return Err(Error::conflict("not_resendable", message));
        }
        // The old one must not go out as well.
        tx.recall(ErrandId::from_uuid(old.id.uuid())).await?;
        rows::close(tx, &[old.id]).await?;
        let worth = old.urgency.worth();
        let fresh = again(tx, old, tx.now().after(worth));
        let done = put(tx, vec![fresh]).await?;
        done.into_iter().next().ok_or_else(|| Error::internal("a message was queued and is not there"))
    }
}

fn may(old: &Message) -> Result<()> {
    if old.may_be_resent() {
        return Ok(());
    }
    let why = match old.state {
        State::Failed | State::Unknown => "It is tried again by itself.",
        State::Scheduled | State::Queued | State::Sending => "It is still on its way.",
        _ => "The provider has it.",
    };
    Err(Error::conflict("not_resendable", format!("This message is {} and cannot be sent again. {why}", old.state)))
}

/// A message as it is sent once more, worth sending until then.
pub(super) fn again(tx: &mut Tx, old: Message, expires_at: Time) -> Fresh {
    let (id, now) = (tx.id(), tx.now());
    let message = Message {
        id,
        state: State::Queued,
        source: RESEND.to_owned(),
        source_ref: old.id.to_string(),
        provider: None,
        provider_id: None,
        error_class: None,
        reason: None,
        retry_at: None,
        expires_at,
        created_at: now,
        updated_at: now,
        sent_at: None,
        closed_at: None,
        ..old
    };
    Fresh { step: message.template.clone(), message, due: None }
}
