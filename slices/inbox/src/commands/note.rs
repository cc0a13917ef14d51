//! Notes: for colleagues alone, and never sent.

use super::{changed, held, text};
use crate::model::Kind;
use crate::rows;
use facts::inbox::ConversationDeed;
use facts::{ConversationEntryId, ConversationId};
use serde_json::Value;
use store::{Command, Result, Tx};

/// Writes a note into a conversation.
#[derive(Debug, Clone)]
pub(crate) struct AddNote {
    pub id: ConversationId,
    pub text: String,
}

impl Command for AddNote {
    const NAME: &'static str = "add_note";
    type Out = ConversationEntryId;

    async fn run(&self, tx: &mut Tx) -> Result<ConversationEntryId> {
        let text = text(&self.text)?;
        let mut it = held(tx, self.id).await?;
        let entry = rows::say(tx, &mut it, Kind::Note, text, None).await?;
        rows::put(tx, &it).await?;
        tx.state(changed(&it, ConversationDeed::Noted, &Value::Null, &Value::Null)).await?;
        Ok(entry)
    }
}
