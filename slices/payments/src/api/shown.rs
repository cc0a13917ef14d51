//! Payments and refunds as the API shows them.

use crate::model::{Payment, Refund};
use facts::{IntentId, InvoiceId, Money, OrderId, PaymentId, RefundId, SubscriptionId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A try at paying an order or an invoice, or what a provider took for a subscription that it bills.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentShown {
    /// Its id.
    #[schema(value_type = String, example = "pay_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    pub id: PaymentId,
    /// The order that it is for; null for an invoice.
    #[schema(value_type = Option<String>, example = "ord_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    pub order_id: Option<OrderId>,
    /// The invoice that it is for; null for an order.
    #[schema(value_type = Option<String>)]
    pub invoice_id: Option<InvoiceId>,
    /// The subscription that it is for, where a provider bills that.
    #[schema(value_type = Option<String>)]
    pub subscription_id: Option<SubscriptionId>,
    /// The intent that it is a try at.
    #[schema(value_type = String, example = "pi_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    pub intent_id: IntentId,
    /// The provider's id of it.
    #[schema(example = "pay_29QQoUBi66xm2f")]
    pub provider_payment_id: String,
    /// How much.
    #[schema(value_type = web::MoneyShape)]
    pub amount: Money,
    /// What the provider keeps, its tax included; null until it says.
    #[schema(value_type = Option<web::MoneyShape>)]
    pub fee: Option<Money>,
    /// What has gone back or is asked back.
    #[schema(value_type = web::MoneyShape)]
    pub refunded: Money,
    /// How, in the provider's word.
    #[schema(example = "upi")]
    pub method: String,
    /// `created`, `failed`, `authorized`, `captured` or `refunded`.
    #[schema(example = "captured")]
    pub state: &'static str,
    /// Whether it is the one that paid what it is for.
    pub matched: bool,
    /// Why it failed or does not fit.
    pub reason: Option<String>,
    /// Who told us: `return`, `webhook` or `janitor`.
    #[schema(example = "webhook")]
    pub learnt_by: &'static str,
    /// When we first heard of it.
    #[schema(value_type = String, example = "2026-11-21T09:30:00.000Z")]
    pub created_at: Time,
    /// When we learnt that it was captured.
    #[schema(value_type = Option<String>, example = "2026-11-21T09:30:01.000Z")]
    pub captured_at: Option<Time>,
}

impl From<Payment> for PaymentShown {
    fn from(payment: Payment) -> Self {
        Self {
            id: payment.id,
            order_id: payment.payable().order(),
            invoice_id: payment.payable().invoice(),
            subscription_id: payment.payable().subscription(),
            intent_id: payment.intent_id,
            amount: payment.amount(),
            fee: payment.fee(),
            refunded: payment.refunded(),
            provider_payment_id: payment.provider_payment_id,
            method: payment.method,
            state: payment.state.as_str(),
            matched: payment.matched,
            reason: payment.reason,
            learnt_by: payment.learnt_by.as_str(),
            created_at: payment.created_at,
            captured_at: payment.captured_at,
        }
    }
}

/// Money that goes back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Refund)]
pub struct RefundShown {
    /// Its id.
    #[schema(value_type = String, example = "re_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    pub id: RefundId,
    /// The payment it comes from.
    #[schema(value_type = String, example = "pay_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    pub payment_id: PaymentId,
    /// The order that was paid; null for an invoice.
    #[schema(value_type = Option<String>, example = "ord_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    pub order_id: Option<OrderId>,
    /// The invoice that was paid; null for an order.
    #[schema(value_type = Option<String>)]
    pub invoice_id: Option<InvoiceId>,
    /// The subscription that it is for, where a provider bills that.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub subscription_id: Option<SubscriptionId>,
    /// How much.
    #[schema(value_type = web::MoneyShape)]
    pub amount: Money,
    /// `requested`, `pending`, `settled` or `failed`.
    #[schema(example = "requested")]
    pub state: String,
    /// The provider's id of it, once there is one.
    #[schema(example = "rfnd_FP8QHiV938haTz")]
    pub provider_refund_id: Option<String>,
    /// Why.
    pub reason: String,
    /// Why the provider refused.
    pub failure: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, example = "2026-11-21T09:30:00.000Z")]
    pub created_at: Time,
    /// When the money went back.
    #[schema(value_type = Option<String>, example = "2026-11-21T09:31:00.000Z")]
    pub settled_at: Option<Time>,
}

impl From<Refund> for RefundShown {
    fn from(refund: Refund) -> Self {
        Self {
            id: refund.id,
            payment_id: refund.payment_id,
            order_id: refund.payable().order(),
            invoice_id: refund.payable().invoice(),
            subscription_id: refund.payable().subscription(),
            amount: refund.amount(),
            state: refund.state.to_string(),
            provider_refund_id: refund.provider_refund_id,
            reason: refund.reason,
            failure: refund.failure,
            created_at: refund.created_at,
            settled_at: refund.settled_at,
        }
    }
}
