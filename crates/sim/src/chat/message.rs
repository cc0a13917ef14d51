//! One message between a shop and a phone, whichever provider carried it.

use crate::faults::Provider;
use facts::Time;
use serde::Serialize;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Plain words.
    Text {
        /// The words.
        body: String,
    },
    /// An approved template with its variables filled in.
    Template {
        /// Its name.
        name: String,
        /// Its language, such as `en`.
        language: String,
        /// The variables of its body, by number or name, in their order.
        variables: Vec<(String, String)>,
    },
    /// A picture or a file.
    Media {
        /// Where it lies, or the provider's id of it.
        link: String,
        /// The words under it.
        caption: Option<String>,
        /// What a document is called.
        name: Option<String>,
    },
    /// A customer's press on a button of a template.
    Button {
        /// What stands on it.
        text: String,
        /// What the shop hung on it.
        payload: String,
    },
}

/// How far a message is; later ones win over earlier ones, in whatever order they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Refused, or not decided yet: nothing is on the phone.
    None,
    /// Taken from the caller.
    Accepted,
    /// On its way: one tick.
    Sent,
    /// On the phone: two ticks.
    Delivered,
    /// Read: two blue ticks.
    Read,
    /// Not deliverable.
    Failed,
}

impl Status {
    /// The word for it that most providers write.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None | Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}

/// By what a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// WhatsApp.
    Whatsapp,
    /// Text messages.
    Sms,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The shop, to a customer.
    Out,
    /// A customer, to the shop.
    In,
}

/// One message, or one try to send one.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Who carried it.
    pub provider: Provider,
    /// By what.
    pub channel: Channel,
    /// Whose account it went by: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// Who wrote it.
    pub way: Way,
    /// The customer's phone, as `+` and digits.
    pub phone: String,
    /// The shop's side: its number, or the provider's id of that.
    pub sender: String,
    /// The shop's own reference, where it gave one.
    pub reference: Option<String>,
    /// What it says.
    pub content: Content,
    /// The provider's id, once it was taken; `None` where it was refused or is not decided yet.
    pub message_id: Option<String>,
    /// How far it is.
    pub status: Status,
    /// The provider's code for why it was refused or failed.
    pub code: Option<u32>,
    /// When it came, by the simulation's clock.
    pub at: Time,
}
