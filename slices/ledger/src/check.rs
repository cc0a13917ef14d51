//! Whether the books are right: what `origin verify` and the torture test ask.

use facts::{Id, TenantId, Time};
use serde::Deserialize;
use std::time::Duration;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// How long a payment may wait to be booked before that is a mistake.
const CATCH_UP: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Sum {
    tenant_id: TenantId,
    currency: String,
    transactions: i64,
    minor: i64,
}

#[derive(Deserialize)]
struct Unbooked {
    tenant_id: TenantId,
    about: Uuid,
    happened: i64,
    booked: i64,
}

/// What is wrong in the books of any tenant, a sentence each: each transaction sums to zero, and whatever was captured or given back is
/// booked exactly once.
///
/// # Errors
/// Whatever the database refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let uneven: Vec<Sum> = look
        .all(
            sql!(global
                "SELECT tenant_id, currency, COUNT(*) AS transactions, CAST(SUM(minor) AS BIGINT) AS minor FROM
                   (SELECT tenant_id, transaction_id, currency, CAST(SUM(amount_minor) AS BIGINT) AS minor FROM ledger_entries
                    GROUP BY tenant_id, transaction_id, currency) s
                 WHERE minor <> 0 GROUP BY tenant_id, currency"
            ),
            &[],
        )
        .await?;
    let mut found: Vec<String> = uneven
        .into_iter()
        .map(|sum| {
            let Sum { tenant_id, currency, transactions, minor } = sum;
            format!("{tenant_id}: {transactions} transactions in {currency} do not sum to zero; together they are off by {minor}")
        })
        .collect();
    let settled = db.clock().now().before(CATCH_UP);
    found.extend(unbooked(&mut look, "payment", settled).await?);
    found.extend(unbooked(&mut look, "refund", settled).await?);
    Ok(found)
}

/// Orders, invoices and subscriptions of which more or less was booked than happened.
async fn unbooked(look: &mut impl Look, kind: &'static str, settled: Time) -> Result<Vec<String>> {
    // What fitted nothing is booked as it comes, and once more if it is matched by hand, which is stated as another capture.
    let (fact, other, again) = match kind {
        "payment" => ("payment.captured", "payment.unmatched", "payment_match"),
        _ => ("refund.settled", "refund.settled", kind),
    };
    let rows: Vec<Unbooked> = look
        .all(
            sql!(global
                "SELECT h.tenant_id, h.about, h.happened, COALESCE(b.booked, 0) AS booked FROM
                   (SELECT tenant_id, about, COUNT(*) AS happened FROM journal
                    WHERE kind IN ($1, $2) AND about IS NOT NULL AND at <= $4 GROUP BY tenant_id, about) h
                 LEFT JOIN (SELECT tenant_id, COALESCE(order_id, invoice_id, subscription_id) AS about, COUNT(*) AS booked FROM ledger_transactions
                    WHERE source_kind IN ($3, $5) GROUP BY tenant_id, COALESCE(order_id, invoice_id, subscription_id)) b
                    ON b.tenant_id = h.tenant_id AND b.about = h.about
                 WHERE h.happened > COALESCE(b.booked, 0)
                    OR (h.happened < COALESCE(b.booked, 0) AND NOT EXISTS
                        (SELECT 1 FROM journal j WHERE j.tenant_id = h.tenant_id AND j.about = h.about AND j.kind IN ($1, $2) AND j.at > $4))"
            ),
            params![fact, other, kind, settled, again],
        )
        .await?;
    let words = |row: Unbooked| {
        format!(
            "{}: order, invoice or subscription {}: {} {kind}s happened and {} are booked",
            row.tenant_id, row.about, row.happened, row.booked
        )
    };
    Ok(rows.into_iter().map(words).collect())
}
