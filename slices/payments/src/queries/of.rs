//! One intent, payment or refund, and those of one thing that is paid for.

use crate::model::{Intent, Payment, Refund};
use facts::payments::Payable;
use facts::{IntentId, PaymentId, RefundId};
use store::{Look, Result, params};

/// What we want to be paid for something: what is live, else what was paid last, else what was given up last.
///
/// # Errors
/// Whatever the database refuses.
pub async fn intent(look: &mut impl Look, what: impl Into<Payable>) -> Result<Option<Intent>> {
    let id = what.into().uuid();
    look.maybe(
        intent_rows!(
            "WHERE tenant_id = $1 AND payable_id = $2
             ORDER BY CASE state WHEN 'cancelled' THEN 2 WHEN 'paid' THEN 1 ELSE 0 END, id DESC LIMIT 1"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// An intent by its own id.
///
/// # Errors
/// Whatever the database refuses.
pub async fn intent_by_id(look: &mut impl Look, id: IntentId) -> Result<Option<Intent>> {
    look.maybe(intent_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// An intent by the provider's order.
///
/// # Errors
/// Whatever the database refuses.
pub async fn intent_by_provider_order(look: &mut impl Look, provider_order_id: &str) -> Result<Option<Intent>> {
    look.maybe(intent_rows!("WHERE tenant_id = $1 AND provider_order_id = $2"), params![look.tenant(), provider_order_id]).await
}

/// Every try at paying for something, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of(look: &mut impl Look, what: impl Into<Payable>) -> Result<Vec<Payment>> {
    let id = what.into().uuid();
    look.all(payment_rows!("WHERE tenant_id = $1 AND payable_id = $2 ORDER BY created_at DESC, id DESC"), params![look.tenant(), id]).await
}

/// One payment.
///
/// # Errors
/// Whatever the database refuses.
pub async fn payment(look: &mut impl Look, id: PaymentId) -> Result<Option<Payment>> {
    look.maybe(payment_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// What went back of something that was paid for or is asked back, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refunds_of(look: &mut impl Look, what: impl Into<Payable>) -> Result<Vec<Refund>> {
    let id = what.into().uuid();
    look.all(refund_rows!("WHERE tenant_id = $1 AND payable_id = $2 ORDER BY created_at DESC, id DESC"), params![look.tenant(), id]).await
}

/// What went back of a payment or is asked back, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refunds_of_payment(look: &mut impl Look, payment: PaymentId) -> Result<Vec<Refund>> {
    look.all(refund_rows!("WHERE tenant_id = $1 AND payment_id = $2 ORDER BY created_at DESC, id DESC"), params![look.tenant(), payment])
        .await
}

/// One refund.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refund(look: &mut impl Look, id: RefundId) -> Result<Option<Refund>> {
    look.maybe(refund_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}
