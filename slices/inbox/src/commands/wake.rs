//! The end of a rest.

use super::changed;
use crate::model::Kind;
use crate::rows;
use crate::rules::{Act, after};
use facts::inbox::ConversationDeed;
use facts::{ConversationId, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Result, Timer, Tx};

/// Opens a conversation again when the moment has come that it was snoozed until.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WakeConversation {
    pub id: ConversationId,
    pub until: Time,
}

impl Timer for WakeConversation {
    const NAME: &'static str = "wake_conversation";

    fn key(&self) -> String {
        self.id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(mut it) = rows::lock(tx, self.id).await? else { return Ok(()) };
        let Some(state) = after(it.state, Act::Wake).filter(|_| it.snoozed_until == Some(self.until)) else { return Ok(()) };
        let before = json!({"state": it.state});
        (it.state, it.snoozed_until) = (state, None);
        it.version += 1;
        it.last_at = it.last_at.max(tx.now());
        rows::say(tx, &mut it, Kind::Event, "woke this up".to_owned(), None).await?;
        rows::put(tx, &it).await?;
        tx.state(changed(&it, ConversationDeed::Woken, &before, &json!({"state": it.state}))).await?;
        Ok(())
    }
}
