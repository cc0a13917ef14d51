//! What people do with messages that reached them, as far as links and images tell. What machines do is counted, and stated of nobody.

use crate::messages::Channel;
use crate::{ContactId, Fact, Id, MessageId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody has opened a message; once for each message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageOpened {
    /// The message.
    pub message_id: MessageId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it was sent because of: a campaign's id, or a journey's.
    pub about: Option<Uuid>,
    /// How it went.
    pub channel: Channel,
    /// Its template's type, such as `campaign`.
    pub template: String,
}

impl Fact for MessageOpened {
    const KIND: &'static str = "message.opened";
    fn about(&self) -> Option<Uuid> {
        self.about.or(Some(self.message_id.uuid()))
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Somebody has followed a link of a message; once for each link of each message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageClicked {
    /// The message.
    pub message_id: MessageId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it was sent because of: a campaign's id, or a journey's.
    pub about: Option<Uuid>,
    /// How it went.
    pub channel: Channel,
    /// Its template's type, such as `campaign`.
    pub template: String,
    /// Which of the message's links, from 1 on.
    pub link: i64,
    /// Where it leads, without what stands after a `?` or a `#`: that may say who somebody is.
    pub url: String,
}

impl Fact for MessageClicked {
    const KIND: &'static str = "message.clicked";
    fn about(&self) -> Option<Uuid> {
        self.about.or(Some(self.message_id.uuid()))
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}
