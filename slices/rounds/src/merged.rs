//! What rounds do when two customers turned out to be one: what is brought to either is the one's who stays, and is on one bill.
//!
//! A customer's month is billed once. So a month of which one of them has a bill, and in which something was brought to the other as well,
//! stays apart: each part with the id that it was brought under, billed by itself.

use crate::{queries, rows};
use contacts::Merged;
use store::{Look, Result, Tx, params, sql, texts};

/// Brings over what is brought under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    if !queries::is_customer(tx, who.merged).await? {
        return Ok(());
    }
    // Whoever bills a month holds this as well.
    let _held: Option<String> =
        tx.maybe(sql!("SELECT planned_through FROM round_plans WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await?;
    let apart = apart(tx, who).await?;
    let apart = texts(apart.iter().map(String::as_str));
    tx.put(
        sql!("UPDATE standing_orders SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await?;
    tx.put(
        sql!(
            "UPDATE deliveries SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3
                AND SUBSTR(on_day, 1, 7) || ' ' || currency NOT IN (SELECT key FROM json_each($4))"
        ),
        params![tx.tenant(), who.kept, who.merged, apart.clone()],
    )
    .await?;
    tx.put(
        sql!(
            "UPDATE month_bills SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3
                AND month || ' ' || currency NOT IN (SELECT key FROM json_each($4))"
        ),
        params![tx.tenant(), who.kept, who.merged, apart],
    )
    .await?;
    match contacts::find(tx, who.kept).await? {
        Some(found) => rows::rename_customer(tx, who.kept, &crate::commands::called(found)).await,
        None => Ok(()),
    }
}

/// The months that stay apart, such as `2026-11 INR`.
async fn apart(tx: &mut Tx, who: &Merged) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT b.month || ' ' || b.currency FROM month_bills b
             WHERE b.tenant_id = $1 AND b.contact_id IN ($2, $3) AND (EXISTS
                (SELECT 1 FROM month_bills o WHERE o.tenant_id = b.tenant_id AND o.month = b.month AND o.currency = b.currency
                   AND o.contact_id = CASE WHEN b.contact_id = $2 THEN $3 ELSE $2 END)
                OR EXISTS
                (SELECT 1 FROM deliveries d WHERE d.tenant_id = b.tenant_id
                   AND d.contact_id = CASE WHEN b.contact_id = $2 THEN $3 ELSE $2 END
                   AND d.on_day >= b.month || '-01' AND d.on_day <= b.month || '-31' AND d.currency = b.currency))"
        ),
        params![tx.tenant(), who.kept, who.merged],
    )
    .await
}
