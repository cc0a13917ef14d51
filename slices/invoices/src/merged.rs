//! What invoices do when two customers turned out to be one. What an issued document says stays as it was issued: only whose it is here is
//! said anew.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was made out under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(sql!("UPDATE invoices SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), params![tx.tenant(), who.kept, who.merged])
        .await
}
