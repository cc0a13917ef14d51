//! Conversations.

use super::{id, says};
use facts::inbox::{
    CannedReplySaved, ConversationAssigned, ConversationChanged, ConversationDeed, ConversationOpened, ConversationResolved,
};
use facts::messages::Channel;

#[test]
fn conversations() {
    let (conversation_id, contact_id) = (id(), None);
    let opened = |again| ConversationOpened { conversation_id, contact_id, channel: Channel::Whatsapp, again };
    says(opened(false), "Conversation on WhatsApp begun");
    says(opened(true), "Conversation on WhatsApp opened again");
    let assigned = |assignee| ConversationAssigned { conversation_id, contact_id, assignee };
    says(assigned(Some(id())), "Conversation assigned");
    says(assigned(None), "Conversation assigned to nobody");
    says(ConversationResolved { conversation_id, contact_id }, "Conversation resolved");
    for (deed, words) in [
        (ConversationDeed::Replied, "answered"),
        (ConversationDeed::Noted, "noted in"),
        (ConversationDeed::Snoozed, "snoozed"),
        (ConversationDeed::Woken, "no longer snoozed"),
        (ConversationDeed::Reopened, "reopened"),
        (ConversationDeed::Labelled, "has other labels"),
        (ConversationDeed::Lead, "stands otherwise as a lead"),
    ] {
        let changed = ConversationChanged { conversation_id, contact_id, deed, changes: Vec::new() };
        says(changed, &format!("Conversation {words}"));
    }
    let canned = |deleted| CannedReplySaved { canned_reply_id: id(), shortcut: "hours".into(), deleted, changes: Vec::new() };
    says(canned(false), "Canned reply hours saved");
    says(canned(true), "Canned reply hours deleted");
}
