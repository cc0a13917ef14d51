//! What must be true of every reminder, for `origin verify`.

use facts::{Id, OrderId, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// An order of which somebody was reminded after it was paid.
#[derive(Deserialize)]
struct Wrong {
    tenant_id: TenantId,
    order_id: OrderId,
    step: i64,
}

/// What is wrong in any tenant, a sentence each: nobody is reminded of what they have paid.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let wrong: Vec<Wrong> = look
        .all(
            sql!(global
                "SELECT r.tenant_id, r.order_id, r.step FROM reminders r
                 WHERE EXISTS (SELECT 1 FROM journal j WHERE j.tenant_id = r.tenant_id AND j.about = r.order_id
                    AND j.kind = 'payment.captured' AND j.at < r.created_at)"
            ),
            params![],
        )
        .await?;
    let words = |it: Wrong| format!("{}: order {} was paid when its buyer was sent reminder {}", it.tenant_id, it.order_id, it.step);
    Ok(wrong.into_iter().map(words).collect())
}
