//! What must be true of every balance, for `origin verify`.

use facts::{Id, ReferrerId, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// A balance that says otherwise than what it is made of.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    referrer_id: ReferrerId,
    currency: String,
}

/// What is wrong in any tenant, a sentence each: a balance is what is left of its commissions, less what was paid.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let wrong: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT b.tenant_id, b.referrer_id, b.currency FROM referrer_balances b
                 WHERE b.pending_minor <> (SELECT COALESCE(SUM(c.amount_minor - c.reversed_minor), 0) FROM commissions c
                        WHERE c.tenant_id = b.tenant_id AND c.referrer_id = b.referrer_id AND c.currency = b.currency AND c.state = 'pending')
                    OR b.payable_minor + b.paid_minor <> (SELECT COALESCE(SUM(c.amount_minor - c.reversed_minor), 0) FROM commissions c
                        WHERE c.tenant_id = b.tenant_id AND c.referrer_id = b.referrer_id AND c.currency = b.currency AND c.state = 'payable')
                    OR b.paid_minor <> (SELECT COALESCE(SUM(p.amount_minor), 0) FROM commission_payouts p
                        WHERE p.tenant_id = b.tenant_id AND p.referrer_id = b.referrer_id AND p.currency = b.currency)"
            ),
            params![],
        )
        .await?;
    let words = |it: Wrong| {
        format!("{}: the balance of referrer {} in {} is not what its commissions leave", it.tenant_id, it.referrer_id, it.currency)
    };
    Ok(wrong.into_iter().map(words).collect())
}
