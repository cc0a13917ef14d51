//! What must be true of every coupon, for `origin verify`.

use facts::{Id, TenantId};
use store::{Db, Look, Result, sql};
use uuid::Uuid;

/// What is wrong in any tenant, a sentence each: a coupon past its limit, or counted otherwise than it is redeemed.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut everywhere = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let wrong: Vec<(TenantId, String, i64, Option<i64>, i64)> = everywhere
        .all(
            sql!(global
                "SELECT tenant_id, code, used, max_uses, redeemed FROM (
                    SELECT c.tenant_id, c.code, c.used, c.max_uses, (SELECT COUNT(*) FROM redemptions r
                        WHERE r.tenant_id = c.tenant_id AND r.coupon_id = c.id AND r.given_back_at IS NULL) AS redeemed
                    FROM coupons c) AS counted
                 WHERE used > max_uses OR used <> redeemed"
            ),
            &[],
        )
        .await?;
    let sentence = |(tenant, code, used, most, redeemed): (TenantId, String, i64, Option<i64>, i64)| match most {
        Some(most) if used > most => format!("{tenant}: coupon {code} is used {used} times and may be used {most} times"),
        _ => format!("{tenant}: coupon {code} counts {used} uses and has {redeemed}"),
    };
    Ok(wrong.into_iter().map(sentence).collect())
}
