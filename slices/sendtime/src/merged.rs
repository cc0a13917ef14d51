//! What is known of when people read, when two of them turned out to be one: it is added up.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over what was read under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!("UPDATE first_reads SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!(
            "INSERT INTO read_hours (tenant_id, contact_id, hour, reads)
             SELECT tenant_id, $2, hour, reads FROM read_hours WHERE tenant_id = $1 AND contact_id = $3
             ON CONFLICT (tenant_id, contact_id, hour) DO UPDATE SET reads = read_hours.reads + excluded.reads"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(sql!("DELETE FROM read_hours WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), who.merged]).await
}
