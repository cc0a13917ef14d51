//! What was seen is no longer unread.

use crate::rows;
use facts::ConversationId;
use store::{Command, Result, Tx};

/// Notes that an agent looks at a conversation.
#[derive(Debug, Clone)]
pub(crate) struct MarkSeen(pub ConversationId);

impl Command for MarkSeen {
    const NAME: &'static str = "mark_seen";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::seen(tx, self.0).await
    }
}
