//! Conversations, what stands in them, and replies that are kept ready.

use facts::messages::Channel;
use facts::{CannedReplyId, ContactId, ConversationEntryId, ConversationId, Currency, Id, MessageId, Money, Time, UserId};
use messages::Attachment;
use serde::{Deserialize, Serialize};
use store::Json;
use web::Cursor;

facts::words! {
    /// How a conversation stands.
    pub enum State {
        /// Somebody is to answer.
        Open = "open",
        /// It rests until a moment, or until the customer writes.
        Snoozed = "snoozed",
        /// Nothing is left to answer.
        Resolved = "resolved",
    }
}

facts::words! {
    /// How far a lead is.
    pub enum Stage {
        /// Nobody has talked of it yet.
        New = "new",
        /// It is talked about.
        Contacted = "contacted",
        /// They have bought.
        Won = "won",
        /// They will not.
        Lost = "lost",
    }
}

facts::words! {
    /// What stands in a conversation.
    pub enum Kind {
        /// The customer wrote it.
        In = "in",
        /// It was written to them.
        Out = "out",
        /// It was noted for colleagues, and never sent.
        Note = "note",
        /// Something was done with the conversation.
        Event = "event",
    }
}

/// What is written back and forth with one address on one channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// How it goes.
    pub channel: Channel,
    /// The other side's address; empty once they were erased, or once somebody else has it.
    pub address: String,
    /// Who that is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What they are called.
    pub customer: String,
    /// How it stands.
    pub state: State,
    /// Until when it rests, where it is snoozed.
    pub snoozed_until: Option<Time>,
    /// Who answers it.
    pub assignee: Option<UserId>,
    /// Its labels, as the row has them: [`labels_of`].
    pub labels: String,
    /// How far it is as a lead, where it is one.
    pub lead_stage: Option<Stage>,
    /// What the lead is worth, in minor units.
    pub lead_minor: Option<i64>,
    /// In which currency.
    pub lead_currency: Option<Currency>,
    /// How much of what the customer wrote nobody has seen.
    pub unread: i64,
    /// How the last thing that was said begins.
    pub last_text: String,
    /// When it was said.
    pub last_at: Time,
    /// When the customer wrote last.
    pub last_in_at: Option<Time>,
    /// Counts what agents and the customer did.
    pub version: i64,
    /// When it began.
    pub created_at: Time,
}

impl Conversation {
    /// Its place in the list.
    pub fn place(&self) -> Cursor {
        Cursor { at: self.last_at, id: self.id.uuid() }
    }

    /// Its labels.
    pub fn labels(&self) -> Vec<&str> {
        self.labels.split('\n').filter(|label| !label.is_empty()).collect()
    }

    /// How far it is as a lead and what that is worth, where it is one.
    pub fn lead(&self) -> Option<Lead> {
        let value = self.lead_minor.zip(self.lead_currency).map(|(minor, currency)| Money::new(minor, currency));
        self.lead_stage.map(|stage| Lead { stage, value })
    }
}

/// How the event begins that says which labels there are from then on.
pub const LABELLED: &str = "labelled this";

/// Labels as a row has them: a line each, with a line's end before the first as well.
pub fn labels_of(labels: &[String]) -> String {
    if labels.is_empty() { String::new() } else { format!("\n{}\n", labels.join("\n")) }
}

/// A customer who may buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// How far it is.
    pub stage: Stage,
    /// What it is worth, where somebody said so.
    pub value: Option<Money>,
}

/// One thing that was said, noted or done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: ConversationEntryId,
    /// What it is.
    pub kind: Kind,
    /// The text; of an event, what was done, to be read after a name.
    pub body: String,
    /// What was sent along: the provider's id or address of each file, and its kind.
    pub files: Json<Vec<(String, String)>>,
    /// The message that carries it, where it was written to the customer.
    pub message_id: Option<MessageId>,
    /// Who did it, as the journal names them; empty for the customer.
    pub actor: String,
    /// When.
    pub at: Time,
    /// How far the message is; known once it was looked up.
    #[serde(default)]
    pub delivery: Option<messages::State>,
    /// Why, where that asks for a reason.
    #[serde(default)]
    pub reason: Option<String>,
    /// What came with it, or goes with it; known once it was looked up.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

impl Entry {
    /// Its place in the conversation.
    pub fn place(&self) -> Cursor {
        Cursor { at: self.at, id: self.id.uuid() }
    }
}

/// A reply that is kept ready.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Canned {
    /// Its id.
    pub id: CannedReplyId,
    /// What it is found by.
    pub shortcut: String,
    /// What it says, with variables in two pairs of braces.
    pub body: String,
    /// When it was last changed.
    pub updated_at: Time,
}

/// How a text begins, for a list.
pub fn beginning(text: &str) -> String {
    const LETTERS: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_in_one_line() {
        assert_eq!(beginning("Is it\n  ready?"), "Is it ready?");
        assert_eq!(beginning(&"ä".repeat(200)).chars().count(), 121);
    }

    #[test]
    fn labels_are_lines() {
        assert_eq!(labels_of(&["vip".into(), "late".into()]), "\nvip\nlate\n");
        assert_eq!(labels_of(&[]), "");
    }
}
