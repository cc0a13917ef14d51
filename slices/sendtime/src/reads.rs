//! Who has read what of that which is said to many, and when.

use facts::messages::MessageMoved;
use facts::tracking::{MessageClicked, MessageOpened};
use facts::{ContactId, Fact, MessageId, Time};
use messages::{CAMPAIGN, JOURNEY};
use std::collections::HashMap;
use store::{Look, Result, Stated};
use uuid::Uuid;

/// That somebody has read a message of a campaign or a journey. One message may have several of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The message.
    pub message_id: MessageId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// The campaign or the journey.
    pub about: Option<Uuid>,
    /// Which of both, as messages name it.
    pub template: String,
    /// When it became known, which is a while later; [`moments`] knows when it was.
    pub known_at: Time,
}

impl Read {
    /// The kinds of fact that may tell of one.
    pub const KINDS: &'static [&'static str] = &[MessageOpened::KIND, MessageClicked::KIND, MessageMoved::KIND];

    /// The one that a fact tells of; nothing where it tells of none.
    ///
    /// # Errors
    /// A fact that does not have the shape of its kind.
    pub fn of(fact: &Stated) -> Result<Option<Self>> {
        let known_at = fact.at;
        let read = if let Some(MessageOpened { message_id, contact_id, about, template, .. }) = fact.read()? {
            Self { message_id, contact_id, about, template, known_at }
        } else if let Some(MessageClicked { message_id, contact_id, about, template, .. }) = fact.read()? {
            Self { message_id, contact_id, about, template, known_at }
        } else {
            let moved = fact.read::<MessageMoved>()?.filter(|moved| moved.state == messages::State::Read.as_str());
            let Some(MessageMoved { message_id, contact_id, about, template, .. }) = moved else { return Ok(None) };
            Self { message_id, contact_id, about, template, known_at }
        };
        Ok(Some(read).filter(|read| matches!(read.template.as_str(), CAMPAIGN | JOURNEY)))
    }
}

/// When each of these messages was first read: touched by a person, or seen as its provider tells. Those of which that is not kept any more are left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn moments(look: &mut impl Look, messages: &[MessageId]) -> Result<HashMap<MessageId, Time>> {
    let mut first: HashMap<MessageId, Time> = HashMap::new();
    let touched = tracking::touched_at(look, messages).await?;
    for (message, at) in touched.into_iter().chain(messages::read_at(look, messages).await?) {
        first.entry(message).and_modify(|first| *first = at.min(*first)).or_insert(at);
    }
    Ok(first)
}
