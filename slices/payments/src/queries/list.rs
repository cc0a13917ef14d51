//! Lists, newest first.

use crate::model::{Payment, PaymentState, Refund, RefundState};
use facts::payments::Payable;
use store::{Look, Result, params};
use web::Cursor;

/// Which payments are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Those in one state.
    pub state: Option<PaymentState>,
    /// Those for one thing.
    pub payable: Option<Payable>,
}

/// Payments after a place in the list.
///
/// # Errors
/// Whatever the database refuses.
pub async fn payments(look: &mut impl Look, wanted: Wanted, after: Cursor, limit: i64) -> Result<Vec<Payment>> {
    look.all(
        payment_rows!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) AND (payable_id = $5 OR $5 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $6"
        ),
        params![look.tenant(), after.at, after.id, wanted.state.map(PaymentState::as_str), wanted.payable.map(Payable::uuid), limit],
    )
    .await
}

/// Refunds after a place in the list.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refunds(look: &mut impl Look, state: Option<RefundState>, after: Cursor, limit: i64) -> Result<Vec<Refund>> {
    look.all(
        refund_rows!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, state.map(RefundState::as_str), limit],
    )
    .await
}
