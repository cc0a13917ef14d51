//! The things that this slice is about.

use crate::hours::Hours;
use facts::messages::{Channel, MessageMoved};
use facts::{ContactId, MessageId, PushDeviceId, Time};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;
use store::{Error, Json, Result};
use uuid::Uuid;

facts::words! {
    /// How far a message is.
    pub enum State {
        /// It goes at a later time.
        Scheduled = "scheduled",
        /// It goes as soon as its lane lets it.
        Queued = "queued",
        /// A call to the provider is open. Never stored: the open attempt says it.
        Sending = "sending",
        /// The provider has it.
        Sent = "sent",
        /// It is on the phone.
        Delivered = "delivered",
        /// It has been seen.
        Read = "read",
        /// A try failed and another follows; or, where none follows, the provider could not deliver it.
        Failed = "failed",
        /// The provider may have it: held for its receipt before any further try.
        Unknown = "unknown",
        /// Given up: a person decides.
        Dead = "dead",
        /// Not sent on purpose.
        Suppressed = "suppressed",
        /// It came too late to be of use.
        Expired = "expired",
    }
}

facts::words! {
    /// Who goes first within a lane.
    pub enum Urgency {
        /// A code that somebody waits for.
        Otp = "otp",
        /// Follows from what the customer did.
        Transactional = "transactional",
        /// Answers the customer.
        Reply = "reply",
        /// Sells something.
        Bulk = "bulk",
    }
}

impl Urgency {
    /// The place within the lane: lower goes first.
    pub fn priority(self) -> i64 {
        match self {
            Urgency::Otp => 0,
            Urgency::Transactional => 2,
            Urgency::Reply => 4,
            Urgency::Bulk => 8,
        }
    }

    /// How long after it was made a message is still worth sending.
    pub fn worth(self) -> Duration {
        match self {
            Urgency::Otp => Duration::from_secs(5 * 60),
            Urgency::Transactional | Urgency::Reply | Urgency::Bulk => Duration::from_secs(24 * 3_600),
        }
    }
}

/// What makes a message that a person sends once more: its reference is the earlier one.
pub(crate) const RESEND: &str = "resend";

/// What makes a message the same message when it is asked for again: one for each (source, reference, step, channel).
#[derive(Debug, Clone)]
pub struct Cause {
    /// What made it: a reaction's name, `api`, `resend`.
    pub source: &'static str,
    /// The thing it was made for: an order's id, a request's.
    pub reference: String,
    /// Which of several for that thing.
    pub step: String,
}

/// A message to be queued.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Which template.
    pub template: crate::MessageType,
    /// On which channel.
    pub channel: Channel,
    /// The phone in E.164, the e-mail address, or the id of a device for push; as [`address`] spells it.
    pub address: String,
    /// Whom it is for, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it is about: an order's id, for most.
    pub about: Option<Uuid>,
    /// The values of the template's variables: texts, numbers or truth.
    pub variables: Map<String, Value>,
    /// Who goes first.
    pub urgency: Urgency,
    /// Why it exists.
    pub cause: Cause,
    /// When it may go; at once when not said.
    pub due: Option<Time>,
    /// When it does not leave. Where nothing is said: in its reader's night, if it sells something; else at any hour.
    pub hours: Option<Hours>,
    /// How long it is worth sending, from when it is due; [`Urgency::worth`] when not said.
    pub worth: Option<Duration>,
}

/// A message as its row keeps it, without what only delivery needs.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Whom it is for, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it is about.
    pub about: Option<Uuid>,
    /// How it goes.
    pub channel: Channel,
    /// Phone, e-mail address, or the id of a device for push.
    pub address: String,
    /// Its template's type.
    pub template: String,
    /// The version of the template that it was made from; 0 is the one that Origin came with.
    pub version: i64,
    /// The template's name at the WhatsApp provider, where one is used.
    pub provider_template: Option<String>,
    /// What was filled in.
    pub variables: Json<Map<String, Value>>,
    /// The e-mail's subject or the notification's title; empty for the others.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The e-mail's HTML; empty for the others.
    pub html: String,
    /// Who goes first.
    pub urgency: Urgency,
    /// How far it is.
    pub state: State,
    /// What made it.
    pub source: String,
    /// The thing it was made for.
    pub source_ref: String,
    /// Who carries it, once somebody was called.
    pub provider: Option<String>,
    /// The provider's id of it.
    pub provider_id: Option<String>,
    /// The class of the last failure.
    pub error_class: Option<String>,
    /// Why it is in this state.
    pub reason: Option<String>,
    /// When it is tried again by itself.
    pub retry_at: Option<Time>,
    /// When it does not leave; at any hour where nothing is said.
    pub hours: Option<Json<Hours>>,
    /// From when on it is not sent any more.
    pub expires_at: Time,
    /// When it was made.
    pub created_at: Time,
    /// When it last moved.
    pub updated_at: Time,
    /// When the provider took it.
    pub sent_at: Option<Time>,
    /// When a person dealt with it.
    pub closed_at: Option<Time>,
    /// Why its address is not written to any more; looked up only when it is about to leave.
    #[serde(default)]
    pub(crate) stopped: Option<String>,
    /// By which provider its reader wrote last; looked up only when it is about to leave, where that decides who carries it.
    #[serde(default)]
    pub(crate) heard_by: Option<String>,
    /// When that came.
    #[serde(default)]
    pub(crate) heard_at: Option<Time>,
    /// The link by which its reader ends offers; looked up only when it is about to leave.
    #[serde(default)]
    pub(crate) link: Option<Uuid>,
    /// Where that link leads; known only of what sells something and is leaving right now.
    #[serde(default)]
    pub(crate) unsubscribe_url: Option<String>,
}

impl Message {
    /// Whether nothing more happens unless a person decides it.
    pub fn needs_person(&self) -> bool {
        let stuck = matches!(self.state, State::Dead | State::Failed | State::Unknown);
        stuck && self.retry_at.is_none() && self.closed_at.is_none()
    }

    /// Whether the provider is known to have taken it.
    pub fn provider_has_it(&self) -> bool {
        match self.state {
            State::Sent | State::Delivered | State::Read => true,
            State::Failed => self.retry_at.is_none(),
            _ => false,
        }
    }

    /// Whether a person may have it sent as a new message.
    pub fn may_be_resent(&self) -> bool {
        let ended = matches!(self.state, State::Dead | State::Failed | State::Unknown | State::Expired | State::Suppressed);
        ended && self.retry_at.is_none()
    }

    /// The fact that it reached a state.
    pub(crate) fn moved(&self, state: State, reason: Option<&str>) -> MessageMoved {
        MessageMoved {
            message_id: self.id,
            contact_id: self.contact_id,
            about: self.about,
            channel: self.channel,
            template: self.template.clone(),
            state: state.as_str().to_owned(),
            reason: reason.map(str::to_owned),
            instead_of: Some(&self.source_ref).filter(|_| self.source == RESEND).and_then(|id| id.parse().ok()),
        }
    }
}

/// The address of a channel, checked and in its one spelling.
///
/// # Errors
/// A field error that names `phone`, `email` or `push_device_id`.
pub fn address(channel: Channel, text: &str) -> Result<String> {
    match channel {
        Channel::Whatsapp | Channel::Sms => contacts::phone(text),
        Channel::Email => contacts::email(text),
        Channel::Push => match text.parse::<PushDeviceId>() {
            Ok(id) => Ok(id.to_string()),
            Err(error) => Err(Error::field("push_device_id", error.to_string())),
        },
    }
}
