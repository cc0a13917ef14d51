//! What must be true of every sheet, for `origin verify`.

use facts::{DeliveryId, Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// A delivery that says otherwise than the bill of its month.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    id: DeliveryId,
    on_day: String,
    billed: bool,
}

/// What is wrong in any tenant, a sentence each: deliveries that a month's bill left out, or that are on a bill that is not theirs.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let wrong: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT d.tenant_id, d.id, d.on_day, d.invoice_id IS NOT NULL AS billed FROM deliveries d
                 WHERE (d.invoice_id IS NOT NULL AND NOT EXISTS
                        (SELECT 1 FROM month_bills b WHERE b.tenant_id = d.tenant_id AND b.month = SUBSTR(d.on_day, 1, 7)
                            AND b.contact_id = d.contact_id AND b.currency = d.currency AND b.invoice_id = d.invoice_id))
                    OR (d.invoice_id IS NULL AND d.state <> 'missed' AND d.state <> 'skipped' AND EXISTS
                        (SELECT 1 FROM month_bills b WHERE b.tenant_id = d.tenant_id AND b.month = SUBSTR(d.on_day, 1, 7)
                            AND b.contact_id = d.contact_id AND b.currency = d.currency))"
            ),
            params![],
        )
        .await?;
    let words = |it: Wrong| {
        let what = if it.billed { "is on an invoice that is not the bill of its month" } else { "is not on the bill of its month" };
        format!("{}: delivery {} of {} {what}", it.tenant_id, it.id, it.on_day)
    };
    Ok(wrong.into_iter().map(words).collect())
}
