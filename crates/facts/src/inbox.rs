//! What happens to conversations with customers. What was said in them is told by no fact: it is personal.

use crate::messages::Channel;
use crate::{CannedReplyId, Change, ContactId, ConversationId, Fact, Id, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A conversation has begun, or goes on after it was resolved, because the customer has written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationOpened {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// With whom, where they are known.
    pub contact_id: Option<ContactId>,
    /// How it goes.
    pub channel: Channel,
    /// Whether it was resolved before.
    pub again: bool,
}

impl Fact for ConversationOpened {
    const KIND: &'static str = "conversation.opened";
    fn about(&self) -> Option<Uuid> {
        Some(self.conversation_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Another person answers it from now on, or nobody in particular.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationAssigned {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// With whom, where they are known.
    pub contact_id: Option<ContactId>,
    /// Who answers it; nobody in particular where it is none.
    pub assignee: Option<UserId>,
}

impl Fact for ConversationAssigned {
    const KIND: &'static str = "conversation.assigned";
    fn about(&self) -> Option<Uuid> {
        Some(self.conversation_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Nothing is left to answer in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationResolved {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// With whom, where they are known.
    pub contact_id: Option<ContactId>,
}

impl Fact for ConversationResolved {
    const KIND: &'static str = "conversation.resolved";
    fn about(&self) -> Option<Uuid> {
        Some(self.conversation_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

crate::words! {
    /// What was done in a conversation.
    pub enum ConversationDeed {
        /// It was answered.
        Replied = "replied",
        /// Something was noted, for colleagues alone.
        Noted = "noted",
        /// It rests until a moment.
        Snoozed = "snoozed",
        /// It rests no longer.
        Woken = "woken",
        /// It goes on though the customer has not written.
        Reopened = "reopened",
        /// It has other labels.
        Labelled = "labelled",
        /// It is a lead, stands otherwise as one, or is none any more.
        Lead = "lead",
    }
}

/// Somebody has done something in it that no other fact tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationChanged {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// With whom, where they are known.
    pub contact_id: Option<ContactId>,
    /// What was done.
    pub deed: ConversationDeed,
    /// What changed; nothing where something was only said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ConversationChanged {
    const KIND: &'static str = "conversation.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.conversation_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// A reply that is kept ready was made, changed or deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CannedReplySaved {
    /// The reply.
    pub canned_reply_id: CannedReplyId,
    /// What it is found by.
    pub shortcut: String,
    /// Whether it is gone.
    pub deleted: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for CannedReplySaved {
    const KIND: &'static str = "canned_reply.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.canned_reply_id.uuid())
    }
}
