//! What must be true of every invoice, for `origin verify`.

use facts::{Id, InvoiceId, TenantId};
use serde::Deserialize;
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
