//! What must be true of every invoice, for `origin verify`.

use facts::{Id, InvoiceId, TenantId};
use serde::Deserialize;
use std::time::Duration;
use store::{Db, Look, Result, Sql, params, sql};
use uuid::Uuid;

/// A document that says otherwise than what it is made of.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    id: InvoiceId,
    says: i64,
    really: i64,
}

/// How long money that came online may wait to be noted before that is a mistake.
const CATCH_UP: Duration = Duration::from_secs(60);

/// A series whose numbers have a gap, or a number twice.
#[derive(Deserialize)]
struct Gap {
    tenant_id: TenantId,
    series: String,
    financial_year: i64,
    last: i64,
    issued: i64,
}

/// What is wrong in any tenant, a sentence each: totals, taxes, lines, payments and credit notes that do not add up, and
/// series of numbers with a gap.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let mut found = Vec::new();
    for (what, query) in sums() {
        let wrong: Vec<Wrong> = look.all(query, &[]).await?;
        let words = |row: Wrong| format!("{}: invoice {} says {} {what}, and it is {}", row.tenant_id, row.id, row.says, row.really);
        found.extend(wrong.into_iter().map(words));
    }
    let wrong: Vec<Wrong> = look.all(unnoted(), params![db.clock().now().before(CATCH_UP)]).await?;
    let words = |row: Wrong| {
        let Wrong { tenant_id, id, says, really } = row;
        format!("{tenant_id}: invoice {id} has {says} noted as paid online, and the payment provider says {really}")
    };
    found.extend(wrong.into_iter().map(words));
    let gaps: Vec<Gap> = look
        .all(
            sql!(global
                "SELECT tenant_id, series, financial_year, last, issued FROM
                   (SELECT c.tenant_id, c.series, c.financial_year, c.last,
                      (SELECT COUNT(*) FROM invoices i WHERE i.tenant_id = c.tenant_id AND i.series = c.series
                         AND i.financial_year = c.financial_year) AS issued
                    FROM invoice_counters c) n WHERE issued <> last"
            ),
            params![],
        )
        .await?;
    let words = |gap: Gap| {
        let Gap { tenant_id, series, financial_year, last, issued } = gap;
        format!("{tenant_id}: series {series} of {financial_year} has counted to {last}, and {issued} documents have a number of it")
    };
    found.extend(gaps.into_iter().map(words));
    Ok(found)
}

/// What is noted of each invoice as paid online, against what the provider took less what it gave back. What is younger than `$1` may
/// still be on its way.
fn unnoted() -> &'static Sql {
    sql!(global
        "SELECT tenant_id, id, says, really FROM
           (SELECT tenant_id, id, CAST(SUM(says) AS BIGINT) AS says, CAST(SUM(really) AS BIGINT) AS really FROM
              (SELECT tenant_id, invoice_id AS id, amount_minor AS says, 0 AS really, created_at AS at FROM invoice_payments
               WHERE method = 'online'
               UNION ALL
               SELECT tenant_id, about, 0, CAST((body -> 'amount') ->> 'minor' AS BIGINT) * CASE WHEN kind = 'payment.captured' THEN 1 ELSE -1 END, at
               FROM journal WHERE body ->> 'invoice_id' IS NOT NULL AND
                 (kind = 'payment.captured' OR (kind = 'refund.settled' AND CAST(body ->> 'matched' AS TEXT) IN ('true', '1')))) m
            GROUP BY tenant_id, id HAVING MAX(at) <= $1) s
         WHERE says <> really"
    )
}

/// What each document says, against what it is made of.
fn sums() -> [(&'static str, &'static Sql); 4] {
    [
        (
            "in all",
            sql!(global
                "SELECT tenant_id, id, total_minor AS says, taxable_minor + cgst_minor + sgst_minor + igst_minor + round_off_minor AS really
                 FROM invoices WHERE total_minor <> taxable_minor + cgst_minor + sgst_minor + igst_minor + round_off_minor"
            ),
        ),
        (
            "taxable",
            sql!(global
                "SELECT tenant_id, id, says, really FROM (SELECT i.tenant_id, i.id, i.taxable_minor AS says,
                   (SELECT CAST(COALESCE(SUM(x.taxable_minor), 0) AS BIGINT) FROM invoice_taxes x
                    WHERE x.tenant_id = i.tenant_id AND x.invoice_id = i.id) AS really FROM invoices i) s WHERE says <> really"
            ),
        ),
        (
            "paid",
            sql!(global
                "SELECT tenant_id, id, says, really FROM (SELECT i.tenant_id, i.id, i.paid_minor AS says,
                   (SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) FROM invoice_payments p
                    WHERE p.tenant_id = i.tenant_id AND p.invoice_id = i.id) AS really
                   FROM invoices i WHERE NOT i.settled_by_order) s WHERE says <> really"
            ),
        ),
        (
            "credited",
            sql!(global
                "SELECT tenant_id, id, says, really FROM (SELECT i.tenant_id, i.id, i.credited_minor AS says,
                   (SELECT CAST(COALESCE(SUM(c.total_minor), 0) AS BIGINT) FROM invoices c
                    WHERE c.tenant_id = i.tenant_id AND c.of_id = i.id) AS really FROM invoices i) s WHERE says <> really"
            ),
        ),
    ]
}
