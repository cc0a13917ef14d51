//! Lists, newest first.

use crate::model::{Payment, PaymentState, Refund, RefundState};
use facts::OrderId;
use store::{Look, Result, params, sql};
use web::Cursor;

/// Which payments are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Those in one state.
    pub state: Option<PaymentState>,
    /// Those of one order.
    pub order_id: Option<OrderId>,
}

/// Payments after a place in the list.
///
/// # Errors
/// Whatever the database refuses.
pub async fn payments(look: &mut impl Look, wanted: Wanted, after: Cursor, limit: i64) -> Result<Vec<Payment>> {
    look.all(
        sql!(
            "SELECT id, intent_id, order_id, provider_payment_id, amount_minor, fee_minor, currency, method, state, matched, reason, learnt_by,
                    created_at, captured_at,
                    CAST((SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r
                          WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.state <> 'failed') AS BIGINT) AS refunded_minor
             FROM payments p
             WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) AND (order_id = $5 OR $5 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $6"
        ),
        params![look.tenant(), after.at, after.id, wanted.state.map(PaymentState::as_str), wanted.order_id, limit],
    )
    .await
}

/// Refunds after a place in the list.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refunds(look: &mut impl Look, state: Option<RefundState>, after: Cursor, limit: i64) -> Result<Vec<Refund>> {
    look.all(
        sql!(
            "SELECT id, payment_id, order_id, amount_minor, currency, state, provider_refund_id, reason, failure, created_at, settled_at
             FROM refunds WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, state.map(RefundState::as_str), limit],
    )
    .await
}
