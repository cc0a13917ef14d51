//! Whether payments are right: what `origin verify` and the torture test ask.

use facts::{Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Read, Result, Sql, params, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    what: String,
    many: i64,
}

/// What is wrong with the payments of any tenant, a sentence each: something paid twice or by the wrong amount, a capture
/// that was not stated exactly once, more given back than came.
///
/// # Errors
/// Whatever the database refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let mut found = Vec::new();
    for sql in [paid_by_one(), stated_once(), one_provider_payment(), refunds_within(), refunds_stated_once()] {
        found.extend(ask(&mut look, sql).await?);
    }
    Ok(found)
}

async fn ask(look: &mut Read, sql: &'static Sql) -> Result<Vec<String>> {
    let rows: Vec<Wrong> = look.all(sql, params![]).await?;
    Ok(rows.into_iter().map(|row| format!("{}: {} {}", row.tenant_id, row.many, row.what)).collect())
}

/// A paid intent has one matched payment of exactly its amount, and no other intent has one.
fn paid_by_one() -> &'static Sql {
    sql!(global
        "SELECT i.tenant_id, 'intents are paid without one fitting payment, or have one and are not paid' AS what, COUNT(*) AS many
         FROM intents i WHERE (CASE WHEN i.state = 'paid' THEN 1 ELSE 0 END) <>
           (SELECT COUNT(*) FROM payments p WHERE p.tenant_id = i.tenant_id AND p.intent_id = i.id AND p.matched
              AND p.state IN ('captured', 'refunded') AND p.amount_minor = i.amount_minor AND p.currency = i.currency)
         GROUP BY i.tenant_id"
    )
}

/// Each capture was said once, so that everything that follows from it happened once. Two that fit nothing and came at one moment are two; one that
/// was matched by hand later leaves what was said of it.
fn stated_once() -> &'static Sql {
    sql!(global
        "SELECT p.tenant_id, 'captured payments were not stated exactly once' AS what, COUNT(*) AS many
         FROM payments p WHERE p.state IN ('captured', 'refunded') AND CASE WHEN p.matched
           THEN 1 <> (SELECT COUNT(*) FROM journal j WHERE j.tenant_id = p.tenant_id AND j.about = p.payable_id
                        AND j.kind = 'payment.captured' AND j.body ->> 'provider_payment_id' = p.provider_payment_id)
           ELSE (SELECT CASE WHEN COUNT(*) = COUNT(DISTINCT j.body ->> 'payment_id') THEN COUNT(*) ELSE 0 END FROM journal j
                  WHERE j.tenant_id = p.tenant_id AND j.about = p.payable_id AND j.kind = 'payment.unmatched' AND j.at = p.captured_at)
             < (SELECT COUNT(*) FROM payments o WHERE o.tenant_id = p.tenant_id AND o.payable_id = p.payable_id AND o.captured_at = p.captured_at
                  AND NOT o.matched AND o.state IN ('captured', 'refunded'))
           END
         GROUP BY p.tenant_id"
    )
}

/// No two payments share the provider's id.
fn one_provider_payment() -> &'static Sql {
    sql!(global
        "SELECT tenant_id, 'payments share an id of the provider''s' AS what, COUNT(*) AS many
         FROM payments GROUP BY tenant_id, provider_payment_id HAVING COUNT(*) > 1"
    )
}

/// No more goes back than came.
fn refunds_within() -> &'static Sql {
    sql!(global
        "SELECT p.tenant_id, 'payments gave more back than came' AS what, COUNT(*) AS many
         FROM payments p WHERE p.amount_minor <
           (SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r
            WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.state = 'settled')
         GROUP BY p.tenant_id"
    )
}

/// Each refund that went back was said once.
fn refunds_stated_once() -> &'static Sql {
    sql!(global
        "SELECT o.tenant_id, 'things have refunds that were not stated exactly once' AS what, COUNT(*) AS many FROM
           (SELECT tenant_id, payable_id, COUNT(*) AS settled FROM refunds WHERE state = 'settled' GROUP BY tenant_id, payable_id) o
         WHERE o.settled <> (SELECT COUNT(*) FROM journal j
            WHERE j.tenant_id = o.tenant_id AND j.about = o.payable_id AND j.kind = 'refund.settled')
         GROUP BY o.tenant_id"
    )
}
