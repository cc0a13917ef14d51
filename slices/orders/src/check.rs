//! What must be true of every order, for `origin verify`.

use facts::{Id, OrderId, TenantId};
use payments::{PaymentState, RefundState};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// Orders looked at together.
const PAGE: i64 = 200;

/// What is wrong in any tenant, a sentence each: an order that says otherwise than its payments and refunds, or that two
/// payments paid. An order learns of its money by facts, so it is asked when all is quiet. One from elsewhere was paid there and says
/// what it was told.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut everywhere = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let mut wrong = Vec::new();
    let mut last = (Uuid::nil(), Uuid::nil());
    loop {
        let page: Vec<Said> = everywhere
            .all(
                sql!(global
                    "SELECT tenant_id, id, paid_minor, refunded_minor FROM orders WHERE (tenant_id, id) > ($1, $2) AND source = 'shop'
                     ORDER BY tenant_id, id LIMIT $3"
                ),
                params![last.0, last.1, PAGE],
            )
            .await?;
        for order in &page {
            wrong.extend(check_one(&mut db.read_main(order.tenant_id), order).await?);
        }
        match page.last() {
            Some(order) => last = (order.tenant_id.uuid(), order.id.uuid()),
            None => return Ok(wrong),
        }
    }
}

/// What an order says of its money.
#[derive(Deserialize)]
struct Said {
    tenant_id: TenantId,
    id: OrderId,
    paid_minor: i64,
    refunded_minor: i64,
}

async fn check_one(look: &mut impl Look, order: &Said) -> Result<Vec<String>> {
    let payments = payments::of(look, order.id).await?;
    let settled: Vec<_> = payments
        .iter()
        .filter(|payment| payment.matched && matches!(payment.state, PaymentState::Captured | PaymentState::Refunded))
        .collect();
    let mut wrong = Vec::new();
    if settled.len() > 1 {
        wrong.push(format!("order {} is paid by {} payments", order.id, settled.len()));
    }
    let paid: i64 = settled.iter().map(|payment| payment.amount_minor).sum();
    let refunds = payments::refunds_of(look, order.id).await?;
    let back: i64 = refunds
        .iter()
        .filter(|refund| refund.state == RefundState::Settled && settled.iter().any(|payment| payment.id == refund.payment_id))
        .map(|refund| refund.amount_minor)
        .sum();
    if (paid, back) != (order.paid_minor, order.refunded_minor) {
        wrong.push(format!(
            "order {} says {} paid and {} back, its payments say {paid} and {back}",
            order.id, order.paid_minor, order.refunded_minor
        ));
    }
    Ok(wrong)
}
