//! One intent, payment or refund, and those of one order.

use crate::model::{Intent, Payment, Refund};
use facts::{IntentId, OrderId, PaymentId, RefundId};
use store::{Look, Result, params, sql};

/// What we want to be paid for an order.
///
/// # Errors
/// Whatever the database refuses.
pub async fn intent(look: &mut impl Look, order: OrderId) -> Result<Option<Intent>> {
    look.maybe(
        sql!(
            "SELECT id, order_id, amount_minor, currency, receipt, state, provider_order_id, description, name, phone, email, asks, asked_at,
                    created_at FROM intents WHERE tenant_id = $1 AND order_id = $2"
        ),
        params![look.tenant(), order],
    )
    .await
}

/// An intent by its own id.
///
/// # Errors
/// Whatever the database refuses.
pub async fn intent_by_id(look: &mut impl Look, id: IntentId) -> Result<Option<Intent>> {
    look.maybe(
        sql!(
            "SELECT id, order_id, amount_minor, currency, receipt, state, provider_order_id, description, name, phone, email, asks, asked_at,
                    created_at FROM intents WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// An intent by the provider's order.
///
/// # Errors
/// Whatever the database refuses.
pub async fn intent_by_provider_order(look: &mut impl Look, provider_order_id: &str) -> Result<Option<Intent>> {
    look.maybe(
        sql!(
            "SELECT id, order_id, amount_minor, currency, receipt, state, provider_order_id, description, name, phone, email, asks, asked_at,
                    created_at FROM intents WHERE tenant_id = $1 AND provider_order_id = $2"
        ),
        params![look.tenant(), provider_order_id],
    )
    .await
}

/// Every try at paying an order, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn of_order(look: &mut impl Look, order: OrderId) -> Result<Vec<Payment>> {
    look.all(
        sql!(
            "SELECT id, intent_id, order_id, provider_payment_id, amount_minor, fee_minor, currency, method, state, matched, reason, learnt_by,
                    created_at, captured_at,
                    CAST((SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r
                          WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.state <> 'failed') AS BIGINT) AS refunded_minor
             FROM payments p WHERE tenant_id = $1 AND order_id = $2 ORDER BY created_at DESC, id DESC"
        ),
        params![look.tenant(), order],
    )
    .await
}

/// One payment.
///
/// # Errors
/// Whatever the database refuses.
pub async fn payment(look: &mut impl Look, id: PaymentId) -> Result<Option<Payment>> {
    look.maybe(
        sql!(
            "SELECT id, intent_id, order_id, provider_payment_id, amount_minor, fee_minor, currency, method, state, matched, reason, learnt_by,
                    created_at, captured_at,
                    CAST((SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r
                          WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.state <> 'failed') AS BIGINT) AS refunded_minor
             FROM payments p WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// What went back of an order or is asked back, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refunds_of_order(look: &mut impl Look, order: OrderId) -> Result<Vec<Refund>> {
    look.all(
        sql!(
            "SELECT id, payment_id, order_id, amount_minor, currency, state, provider_refund_id, reason, failure, created_at, settled_at
             FROM refunds WHERE tenant_id = $1 AND order_id = $2 ORDER BY created_at DESC, id DESC"
        ),
        params![look.tenant(), order],
    )
    .await
}

/// What went back of a payment or is asked back, newest first.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refunds_of_payment(look: &mut impl Look, payment: PaymentId) -> Result<Vec<Refund>> {
    look.all(
        sql!(
            "SELECT id, payment_id, order_id, amount_minor, currency, state, provider_refund_id, reason, failure, created_at, settled_at
             FROM refunds WHERE tenant_id = $1 AND payment_id = $2 ORDER BY created_at DESC, id DESC"
        ),
        params![look.tenant(), payment],
    )
    .await
}

/// One refund.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refund(look: &mut impl Look, id: RefundId) -> Result<Option<Refund>> {
    look.maybe(
        sql!(
            "SELECT id, payment_id, order_id, amount_minor, currency, state, provider_refund_id, reason, failure, created_at, settled_at
             FROM refunds WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}
