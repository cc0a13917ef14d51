//! Replies that are kept ready.

use crate::model::Canned;
use facts::CannedReplyId;
use store::{Look, Result, Tx, params, sql};

/// Keeps a reply ready; `false` where another is found by the same, however shortly before that came.
pub(crate) async fn insert_canned(tx: &mut Tx, canned: &Canned) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO canned_replies (tenant_id, id, shortcut, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
                 ON CONFLICT (tenant_id, shortcut) DO NOTHING"
            ),
            params![tx.tenant(), canned.id, &canned.shortcut, &canned.body, canned.updated_at],
        )
        .await?;
    Ok(inserted == 1)
}

/// Changes one that this transaction holds; `false` where another is found by the same. Another shortcut is first taken by a row of its own:
/// an insert waits for one that is written at the same moment and gives way to it, where an update would fail.
pub(crate) async fn set_canned(tx: &mut Tx, canned: &Canned, before: &Canned) -> Result<bool> {
    if canned.shortcut != before.shortcut {
        let place = Canned { id: tx.id(), ..canned.clone() };
        if !insert_canned(tx, &place).await? {
            return Ok(false);
        }
        delete_canned(tx, place.id).await?;
    }
    let sql = sql!("UPDATE canned_replies SET shortcut = $3, body = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2");
    tx.put(sql, params![tx.tenant(), canned.id, &canned.shortcut, &canned.body, canned.updated_at]).await?;
    Ok(true)
}

/// A reply that is kept ready, held until the commit.
pub(crate) async fn lock_canned(tx: &mut Tx, id: CannedReplyId) -> Result<Option<Canned>> {
    tx.maybe(
        sql!("SELECT id, shortcut, body, updated_at FROM canned_replies WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
        params![tx.tenant(), id],
    )
    .await
}

/// Deletes it.
pub(crate) async fn delete_canned(tx: &mut Tx, id: CannedReplyId) -> Result<()> {
    tx.put(sql!("DELETE FROM canned_replies WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}
