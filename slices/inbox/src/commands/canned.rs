//! Replies that are kept ready: made, changed, deleted.

use super::text;
use crate::model::Canned;
use crate::{fill, rows};
use facts::inbox::CannedReplySaved;
use facts::{CannedReplyId, Change};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// The longest shortcut, in characters.
const SHORTCUT: usize = 40;

/// Keeps a reply ready, or changes one.
#[derive(Debug, Clone)]
pub(crate) struct SaveCanned {
    /// Which; a new one where it is none.
    pub id: Option<CannedReplyId>,
    pub shortcut: String,
    pub text: String,
}

fn told(canned: &Canned) -> Value {
    json!({"shortcut": canned.shortcut, "text": canned.body})
}

impl Command for SaveCanned {
    const NAME: &'static str = "save_canned_reply";
    type Out = Canned;

    async fn run(&self, tx: &mut Tx) -> Result<Canned> {
        let shortcut = self.shortcut.trim().to_lowercase();
        let fits = (1..=SHORTCUT).contains(&shortcut.chars().count())
            && shortcut.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter));
        if !fits {
            return Err(Error::field("shortcut", format!("1 to {SHORTCUT} letters, digits, - or _, such as opening-hours")));
        }
        let body = text(&self.text)?;
        fill::check(&body)?;
        let before = match self.id {
            Some(id) => Some(rows::lock_canned(tx, id).await?.ok_or_else(|| Error::not_found("canned reply"))?),
            None => None,
        };
        let id = before.as_ref().map_or_else(|| tx.id(), |canned| canned.id);
        let canned = Canned { id, shortcut, body, updated_at: tx.now() };
        let saved = match &before {
            Some(before) => rows::set_canned(tx, &canned, before).await?,
            None => rows::insert_canned(tx, &canned).await?,
        };
        if !saved {
            let message = format!("Another canned reply is found by {}.", canned.shortcut);
            return Err(Error::conflict("canned_reply_exists", message.clone()).with_field("shortcut", message));
        }
        let changes = Change::between(&before.as_ref().map_or(Value::Null, told), &told(&canned));
        if !changes.is_empty() {
            tx.state(CannedReplySaved { canned_reply_id: id, shortcut: canned.shortcut.clone(), deleted: false, changes }).await?;
        }
        Ok(canned)
    }
}

/// Deletes one. What was sent with it stays.
#[derive(Debug, Clone)]
pub(crate) struct DeleteCanned(pub CannedReplyId);

impl Command for DeleteCanned {
    const NAME: &'static str = "delete_canned_reply";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let canned = rows::lock_canned(tx, self.0).await?.ok_or_else(|| Error::not_found("canned reply"))?;
        rows::delete_canned(tx, canned.id).await?;
        let changes = Change::between(&told(&canned), &Value::Null);
        tx.state(CannedReplySaved { canned_reply_id: canned.id, shortcut: canned.shortcut, deleted: true, changes }).await?;
        Ok(())
    }
}
