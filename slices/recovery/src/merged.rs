//! What reminders do when two buyers turned out to be one: what either has left is the one's who stays, and whoever wanted no reminders still
//! gets none.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was left under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!("UPDATE abandoned_orders SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!(
            "INSERT INTO recovery_opt_outs (tenant_id, contact_id, at)
             SELECT tenant_id, $2, at FROM recovery_opt_outs WHERE tenant_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(sql!("DELETE FROM recovery_opt_outs WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), who.merged]).await
}
