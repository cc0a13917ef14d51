//! What subscriptions do when two customers turned out to be one: what either has subscribed to is the one's who stays, and so is how what
//! they bring has moved.

use contacts::Merged;
use facts::{ContactId, SubscriptionId};
use store::{Look, Result, Tx, params, sql};

/// Brings over what is subscribed to under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    // Nobody moves what these two bring meanwhile.
    let _held: Vec<SubscriptionId> = tx
        .all(
            sql!("SELECT id FROM subscriptions WHERE tenant_id = $1 AND contact_id IN ($2, $3) ORDER BY contact_id, id FOR UPDATE"),
            params![tx.tenant(), who.kept, who.merged],
        )
        .await?;
    tx.put(
        sql!("UPDATE subscriptions SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    add_days(tx, who).await
}

/// Adds what one of them brought on each day to what the other did. A day on which only one of them moved gets a row of the other's as
/// well, on which nothing moved: then both have the same days, and these are added one by one.
async fn add_days(tx: &mut Tx, who: &Merged) -> Result<()> {
    stand_still(tx, who.kept, who.merged).await?;
    stand_still(tx, who.merged, who.kept).await?;
    tx.put(
        sql!(
            "INSERT INTO mrr_days (tenant_id, contact_id, currency, on_day, opening_minor, closing_minor, known)
             SELECT tenant_id, $2, currency, on_day, opening_minor, closing_minor, known FROM mrr_days
             WHERE tenant_id = $1 AND contact_id = $3
             ON CONFLICT (tenant_id, contact_id, currency, on_day) DO UPDATE SET
                opening_minor = mrr_days.opening_minor + excluded.opening_minor,
                closing_minor = mrr_days.closing_minor + excluded.closing_minor, known = mrr_days.known OR excluded.known"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(sql!("DELETE FROM mrr_days WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), who.merged]).await
}

/// Gives somebody a row for each day on which another moved and they did not.
async fn stand_still(tx: &mut Tx, contact: ContactId, other: ContactId) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO mrr_days (tenant_id, contact_id, currency, on_day, opening_minor, closing_minor, known)
             SELECT d.tenant_id, $2, d.currency, d.on_day, d.stood, d.stood, d.known FROM (
                SELECT o.tenant_id, o.currency, o.on_day,
                  COALESCE((SELECT b.closing_minor FROM mrr_days b WHERE b.tenant_id = o.tenant_id AND b.contact_id = $2
                    AND b.currency = o.currency AND b.on_day < o.on_day ORDER BY b.on_day DESC LIMIT 1), 0) AS stood,
                  EXISTS (SELECT 1 FROM mrr_days b WHERE b.tenant_id = o.tenant_id AND b.contact_id = $2
                    AND b.currency = o.currency AND b.on_day < o.on_day AND b.closing_minor > 0) AS known
                FROM mrr_days o WHERE o.tenant_id = $1 AND o.contact_id = $3) d
             WHERE d.tenant_id = $1 ON CONFLICT (tenant_id, contact_id, currency, on_day) DO NOTHING"
        ),
        params![tx.tenant(), contact, other],
    )
    .await
}
