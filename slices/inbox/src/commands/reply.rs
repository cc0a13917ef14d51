//! Answering: the message is queued and the entry written in one commit.

use super::{changed, held, text};
use crate::model::{Conversation, Kind, beginning};
use crate::queries::SOURCE;
use crate::rows;
use crate::rules::{Window, window};
use facts::inbox::ConversationDeed;
use facts::messages::Channel;
use facts::{ConversationEntryId, ConversationId};
use files::Taken;
use messages::{Cause, MessageType, NewMessage, Template, Urgency};
use serde_json::{Map, Value};
use std::time::Duration;
use store::{Command, Error, Look, Result, Tx};

/// Answers a customer. Two agents who answer at once are both heard, in the order of their commits.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub id: ConversationId,
    pub text: String,
    /// Whether it goes inside the approved template, which reaches the customer outside the 24 hours as well.
    pub as_template: bool,
    /// What goes along, with the text under it.
    pub file: Option<Taken>,
}

impl Command for Reply {
    const NAME: &'static str = "reply_to_customer";
    // The id alone: answers are kept under their keys for days, and must not outlive an erasure.
    type Out = ConversationEntryId;

    async fn run(&self, tx: &mut Tx) -> Result<ConversationEntryId> {
        let text = self.words()?;
        let mut it = held(tx, self.id).await?;
        if it.address.is_empty() {
            let message = "Nobody is reached here any more: the person was erased, or somebody else has the number now.";
            return Err(Error::conflict("no_address", message));
        }
        let way = self.way(tx, &it).await?;
        // A name stands in for words where there are none: whoever carries it tells it apart.
        let said = self.file.as_ref().filter(|_| text.is_empty()).map_or_else(|| text.clone(), |file| file.name.clone());
        let id: ConversationEntryId = tx.id();
        let new = NewMessage {
            template: MessageType::Direct,
            channel: it.channel,
            address: it.address.clone(),
            contact_id: it.contact_id,
            about: None,
            variables: Map::from_iter([("text".to_owned(), Value::String(said))]),
            urgency: way.urgency,
            cause: Cause { source: SOURCE, reference: id.to_string(), step: it.channel.to_string() },
            due: None,
            hours: None,
            worth: way.worth,
        };
        let queued = messages::enqueue(tx, new).await?;
        let entry = rows::say(tx, &mut it, Kind::Out, text, Some(queued.id)).await?;
        if let Some(file) = &self.file {
            messages::attach(tx, queued.id, file).await?;
            if it.last_text.is_empty() {
                it.last_text = beginning(&messages::title(&file.media_type, &file.name));
            }
        }
        it.unread = 0;
        rows::put(tx, &it).await?;
        tx.state(changed(&it, ConversationDeed::Replied, &Value::Null, &Value::Null)).await?;
        Ok(entry)
    }
}

/// The longest text under a file, in characters. Source: WhatsApp Business Platform, media messages.
pub(crate) const LONGEST_CAPTION: usize = 1_024;
/// Why no file can be sent somewhere.
pub(crate) const TEXT_ONLY: &str = "Only words reach this customer: files go to those who wrote to your number at Meta or Twilio.";

/// How an answer goes.
struct Way {
    urgency: Urgency,
    /// How long it is worth sending; as long as usual where nothing is said.
    worth: Option<Duration>,
}

impl Reply {
    /// What is said; under a file it may be nothing.
    fn words(&self) -> Result<String> {
        if self.file.is_none() {
            return text(&self.text);
        }
        web::text("caption", &self.text, LONGEST_CAPTION)
    }

    async fn way(&self, tx: &mut Tx, it: &Conversation) -> Result<Way> {
        if self.file.is_some() && !messages::takes_files(tx, (it.channel, &it.address)).await? {
            return Err(Error::conflict("text_only", TEXT_ONLY));
        }
        if self.as_template {
            return match template(tx, it.channel).await? {
                Some(_) => Ok(Way { urgency: Urgency::Transactional, worth: None }),
                None => Err(no_template()),
            };
        }
        match window(it.channel, it.last_in_at, tx.now()) {
            Window::Always => Ok(Way { urgency: Urgency::Reply, worth: None }),
            // What has not left when the 24 hours end would only be refused.
            Window::Until(end) => Ok(Way { urgency: Urgency::Reply, worth: Some(end.since(tx.now())) }),
            Window::Closed => Err(closed()),
        }
    }
}

/// The template that carries an answer outside the 24 hours; nothing where none is approved, or it is switched off.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn template(look: &mut impl Look, channel: Channel) -> Result<Option<Template>> {
    if channel != Channel::Whatsapp {
        return Ok(None);
    }
    let template = messages::template(look, MessageType::Direct, channel).await?;
    Ok(Some(template).filter(|template| template.active && template.provider_template.is_some()))
}

fn closed() -> Error {
    Error::conflict(
        "window_closed",
        "WhatsApp takes free words only within 24 hours of the customer's last message. Send this inside your approved template \
         (as_template), or wait until they write.",
    )
}

fn no_template() -> Error {
    Error::conflict(
        "no_template",
        "No approved WhatsApp template carries words of your own. Name one for the type direct_message at \
         /admin/templates/direct_message/whatsapp.",
    )
}
