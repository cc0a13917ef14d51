//! What changes conversations.

mod canned;
mod change;
mod note;
mod reply;
mod seen;
mod wake;

pub(crate) use canned::{DeleteCanned, SaveCanned};
pub(crate) use change::{ChangeConversation, Deed};
pub(crate) use note::AddNote;
pub(crate) use reply::{LONGEST_CAPTION, Reply, TEXT_ONLY, template};
pub(crate) use seen::MarkSeen;
pub(crate) use wake::WakeConversation;

use crate::model::Conversation;
use crate::rows;
use facts::ConversationId;
use facts::inbox::{ConversationChanged, ConversationDeed};
use serde_json::Value;
use store::{Error, Result, Tx};

/// The longest text of a reply, in bytes: a variable of a message is no longer.
pub(crate) const LONGEST: usize = 2_000;

/// A conversation, held until the commit.
async fn held(tx: &mut Tx, id: ConversationId) -> Result<Conversation> {
    rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("conversation"))
}

/// A text that is said or noted.
fn text(text: &str) -> Result<String> {
    let text = web::text("text", text, LONGEST)?;
    if text.is_empty() || text.len() > LONGEST {
        return Err(Error::field("text", format!("1 to {LONGEST} bytes of text")));
    }
    Ok(text)
}

/// The fact that something was done which no fact of its own tells.
fn changed(it: &Conversation, deed: ConversationDeed, before: &Value, after: &Value) -> ConversationChanged {
    let changes = facts::Change::between(before, after);
    ConversationChanged { conversation_id: it.id, contact_id: it.contact_id, deed, changes }
}
