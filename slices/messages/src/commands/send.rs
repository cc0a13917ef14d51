//! Sending one message because somebody asked for it.

use crate::commands::{Enqueued, enqueue};
use crate::model::{Cause, NewMessage};
use crate::types::MessageType;
use facts::messages::Channel;
use facts::{ContactId, MessageId};
use serde_json::{Map, Value};
use store::{Command, Error, Result, Tx};

/// Whom to write to, with addresses already in their one spelling.
#[derive(Debug, Clone)]
pub(crate) enum To {
    /// An address of this channel.
    Address(Channel, String),
    /// Somebody known, on the channel that was asked for, or else the first that they have.
    Contact(ContactId, Option<Channel>),
}

/// The source of what is asked for over the API.
pub(crate) const API: &str = "api";

/// Sends a message of one of the types.
pub(crate) struct SendMessage {
    pub to: To,
    pub template: MessageType,
    pub variables: Map<String, Value>,
    /// What made it, as [`Cause::source`].
    pub source: &'static str,
}

impl Command for SendMessage {
    const NAME: &'static str = "send_message";
    type Out = Enqueued;

    async fn run(&self, tx: &mut Tx) -> Result<Enqueued> {
        let (channel, address, contact_id) = match &self.to {
            To::Address(channel, address) => (*channel, address.clone(), None),
            To::Contact(id, wanted) => {
                let (channel, address, id) = address_of(tx, *id, *wanted).await?;
                (channel, address, Some(id))
            }
        };
        let reference: MessageId = tx.id();
        let cause = Cause { source: self.source, reference: reference.to_string(), step: self.template.to_string() };
        let new = NewMessage {
            template: self.template,
            channel,
            address,
            contact_id,
            about: None,
            variables: self.variables.clone(),
            urgency: self.template.urgency(),
            cause,
            due: None,
            hours: None,
            worth: None,
        };
        enqueue(tx, new).await
    }
}

async fn address_of(tx: &mut Tx, id: ContactId, wanted: Option<Channel>) -> Result<(Channel, String, ContactId)> {
    let contact = contacts::find(tx, id).await?.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?;
    let id = contact.id;
    let found = match wanted {
        Some(channel @ (Channel::Whatsapp | Channel::Sms)) => contact.phone.map(|phone| (channel, phone)),
        Some(Channel::Email) => contact.email.map(|email| (Channel::Email, email)),
        // The device that was added last.
        Some(Channel::Push) => channels::of_contacts(tx, &[id]).await?.pop().map(|device| (Channel::Push, device.id.to_string())),
        None => contact.phone.map(|phone| (Channel::Whatsapp, phone)).or(contact.email.map(|email| (Channel::Email, email))),
    };
    let found = found.map(|(channel, address)| (channel, address, id));
    found.ok_or_else(|| Error::field("contact_id", "This contact has no address on that channel."))
}
