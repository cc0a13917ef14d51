//! What campaigns do when two people turned out to be one: whom nothing was written to yet under the other id is left out where the one who
//! stays gets the same, so that nobody gets it twice. What was sent stays.

use contacts::Merged;
use store::{Result, Tx, params, sql};

/// Brings over whom was written to under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE campaign_recipients SET state = 'excluded', reason = 'merged'
             WHERE tenant_id = $1 AND contact_id = $3 AND state = 'waiting' AND (campaign_id, frozen, channel) IN
                (SELECT k.campaign_id, k.frozen, k.channel FROM campaign_recipients k
                 WHERE k.tenant_id = $1 AND k.contact_id = $2 AND k.state <> 'excluded')"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!("UPDATE campaign_recipients SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
