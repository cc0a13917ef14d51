//! Erasing a person: what tells who they are goes, here at once and elsewhere because of the fact. Their id stays, so that orders and
//! money that were theirs still belong together; their addresses are free, and whoever comes with one is somebody new.

use crate::{forget, lists, merge, rows, tags};
use facts::contacts::ContactErased;
use facts::{ContactId, Time};
use store::{Command, Error, Look, Result, Tx, params, sql};

/// The longest reason, in characters.
const REASON: usize = 500;

/// Erases a person.
pub(crate) struct EraseContact {
    pub id: ContactId,
    /// Why: the person asked for it, or another ground.
    pub reason: String,
}

impl Command for EraseContact {
    const NAME: &'static str = "erase_contact";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON || reason.contains('\0') {
            return Err(Error::field("reason", format!("why, in 1 to {REASON} characters, without saying who it is")));
        }
        let contact = rows::locked_for_good(tx, self.id).await?.ok_or_else(|| Error::not_found("contact"))?;
        tags::remove_all(tx, contact.id).await?;
        lists::remove_from_all(tx, contact.id).await?;
        empty(tx, contact.id).await?;
        forget::keep_addresses(tx, &contact).await?;
        // Also what is kept under ids that were theirs as well; first, so that what is brought over meanwhile is forgotten with theirs.
        let mut all = merge::merged_into(tx, contact.id).await?;
        all.push(contact.id);
        tx.state_all(all.into_iter().map(|contact_id| ContactErased { contact_id, reason: reason.to_owned() })).await?;
        Ok(())
    }
}

/// Takes everything out of a row but that somebody was there.
pub(crate) async fn empty(tx: &mut Tx, id: ContactId) -> Result<()> {
    tx.put(sql!("DELETE FROM contact_import_differences WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), id]).await?;
    tx.put(
        sql!(
            "UPDATE contacts SET name = NULL, phone = NULL, email = NULL, locale = NULL, time_zone = NULL, attributes = $3, changed_at = $4,
                name_key = NULL, erased_at = $4, version = version + 1
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), id, serde_json::json!({}), tx.now()],
    )
    .await
}

/// When somebody was erased; nothing where they were not, are not known at all, or became one with somebody.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn erased_at(look: &mut impl Look, id: ContactId) -> Result<Option<Time>> {
    look.maybe(
        sql!("SELECT erased_at FROM contacts WHERE tenant_id = $1 AND id = $2 AND erased_at IS NOT NULL AND merged_into IS NULL"),
        params![look.tenant(), id],
    )
    .await
}
