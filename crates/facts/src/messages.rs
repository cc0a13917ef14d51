//! What happens to messages.

use crate::{Change, ContactId, Fact, FileId, Id, MessageId, ReceivedId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// Where a message goes.
    pub enum Channel {
        /// WhatsApp, by a provider's API.
        Whatsapp = "whatsapp",
        /// E-mail, by SMTP.
        Email = "email",
        /// Text messages.
        Sms = "sms",
        /// Notifications of an app or a browser.
        Push = "push",
    }
}

/// What a message was sent because of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An order, for most.
    Order,
    /// A campaign.
    Campaign,
    /// A journey.
    Journey,
}

impl Subject {
    /// What messages of this template are about.
    pub fn of(template: &str) -> Self {
        match template {
            "journey" => Self::Journey,
            campaign if campaign.starts_with("campaign") => Self::Campaign,
            _ => Self::Order,
        }
    }
}

impl Channel {
    /// Its name, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Whatsapp => "WhatsApp",
            Self::Email => "E-mail",
            Self::Sms => "SMS",
            Self::Push => "Push",
        }
    }
}

/// One step in the life of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageMoved {
    /// The message.
    pub message_id: MessageId,
    /// Whom it is for, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it was sent because of: an order's id, for most.
    pub about: Option<Uuid>,
    /// How it goes.
    pub channel: Channel,
    /// Its template's type, such as `payment_confirmation`.
    pub template: String,
    /// The state that it reached: `queued`, `sent`, `delivered`, `read`, `failed`, `unknown`, `dead`, `suppressed`, `expired`.
    pub state: String,
    /// Why, where the state asks for a reason.
    pub reason: Option<String>,
    /// The message that this one was sent in place of, where a person sent that one once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<MessageId>,
}

impl MessageMoved {
    /// The message of a campaign or a journey that this says something of: itself, or the one that it was sent in place of.
    pub fn stands_for(&self) -> MessageId {
        self.instead_of.unwrap_or(self.message_id)
    }
}

impl Fact for MessageMoved {
    const KIND: &'static str = "message.moved";
    fn about(&self) -> Option<Uuid> {
        self.about.or(Some(self.message_id.uuid()))
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Somebody has written to the tenant. What they wrote is not told: it is personal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageReceived {
    /// What was written.
    pub received_id: ReceivedId,
    /// Who wrote, where they are known.
    pub contact_id: Option<ContactId>,
    /// How it came.
    pub channel: Channel,
}

impl Fact for MessageReceived {
    const KIND: &'static str = "message.received";
    fn about(&self) -> Option<Uuid> {
        Some(self.received_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Messages that came to nothing were sent once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessagesRecovered {
    /// Those that were made from then on.
    pub since: Time,
    /// How many.
    pub messages: i64,
}

impl Fact for MessagesRecovered {
    const KIND: &'static str = "messages.recovered";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// A provider that takes messages says nothing any more of what becomes of them, or does so again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderSilence {
    /// Which: `meta`.
    pub provider: String,
    /// By what the messages go.
    pub channel: Channel,
    /// When it took the first of them.
    pub since: Time,
    /// Whether it says something again.
    pub over: bool,
}

impl Fact for ProviderSilence {
    const KIND: &'static str = "provider.silence";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// What a provider had said is read once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallsReplayed {
    /// Which: `meta`.
    pub provider: String,
    /// What came from then on.
    pub since: Time,
    /// How many calls.
    pub calls: i64,
}

impl Fact for CallsReplayed {
    const KIND: &'static str = "provider.replayed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// A file that came with what somebody wrote was fetched from the provider, or could not be had. What it is called is personal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttachmentFetched {
    /// The file.
    pub file_id: FileId,
    /// What it came with.
    pub received_id: ReceivedId,
    /// `kept` or `failed`.
    pub state: String,
}

impl Fact for AttachmentFetched {
    const KIND: &'static str = "attachment.fetched";
    fn about(&self) -> Option<Uuid> {
        Some(self.received_id.uuid())
    }
}

/// A template got a further version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateSaved {
    /// Its type, such as `payment_confirmation`.
    pub template: String,
    /// On which channel.
    pub channel: Channel,
    /// The version that is in use from now on.
    pub version: i64,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for TemplateSaved {
    const KIND: &'static str = "template.saved";
    fn about(&self) -> Option<Uuid> {
        None
    }
}
