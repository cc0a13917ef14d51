//! What must be true of every settlement, for `origin verify`.

use facts::{Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    what: String,
    many: i64,
}

/// What is wrong with the settlements of any tenant, a sentence each: rows that do not add up to what their settlement says, a settlement of
/// which more or less was stated than is known, a match that only one side knows of. What is still to be looked at is left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let mut found = Vec::new();
    for sql in [
        sql!(global
            "SELECT s.tenant_id, 'settlements are not what their rows add up to' AS what, COUNT(*) AS many FROM settlements s
             WHERE s.state <> 'new' AND (s.rows_minor <> (SELECT CAST(COALESCE(SUM(r.net_minor), 0) AS BIGINT) FROM settlement_rows r
                 WHERE r.tenant_id = s.tenant_id AND r.settlement_id = s.id) OR s.net_minor <> COALESCE(s.told_minor, s.rows_minor))
             GROUP BY s.tenant_id"
        ),
        sql!(global
            "SELECT s.tenant_id, 'settlements are stated otherwise than they are known' AS what, COUNT(*) AS many FROM settlements s
             WHERE s.state <> 'new' AND (s.stated_net <> s.net_minor OR s.stated_fees <> s.more_fee_minor OR s.stated_tax <> s.tax_minor
                 OR s.stated_other <> s.other_minor OR s.stated_bank <> s.bank_minor)
             GROUP BY s.tenant_id"
        ),
        sql!(global
            "SELECT s.tenant_id, 'settlements and lines of the bank are matched on one side alone' AS what, COUNT(*) AS many FROM
               (SELECT s.tenant_id FROM settlements s WHERE s.bank_row_id IS NOT NULL AND NOT EXISTS
                  (SELECT 1 FROM bank_rows b WHERE b.tenant_id = s.tenant_id AND b.id = s.bank_row_id AND b.settlement_id = s.id
                     AND b.amount_minor = s.bank_minor)
                UNION ALL
                SELECT b.tenant_id FROM bank_rows b WHERE b.settlement_id IS NOT NULL AND NOT EXISTS
                  (SELECT 1 FROM settlements s WHERE s.tenant_id = b.tenant_id AND s.id = b.settlement_id AND s.bank_row_id = b.id)) s
             GROUP BY s.tenant_id"
        ),
    ] {
        let rows: Vec<Wrong> = look.all(sql, params![]).await?;
        found.extend(rows.into_iter().map(|row| format!("{}: {} {}", row.tenant_id, row.many, row.what)));
    }
    Ok(found)
}
