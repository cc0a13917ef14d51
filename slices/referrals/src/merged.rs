//! What referrals do when two people turned out to be one. Where only the other brings customers, the one who stays does from now on. Where
//! both do, there are two links in the world and two accounts of what was earned: each goes on by its code, and the other's is nobody's
//! contact.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was earned under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE referrers SET contact_id = NULL WHERE tenant_id = $1 AND contact_id = $3
                AND EXISTS (SELECT 1 FROM referrers k WHERE k.tenant_id = $1 AND k.contact_id = $2)"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE referrers SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
