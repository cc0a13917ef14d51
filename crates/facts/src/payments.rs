//! What happens to payments.

use crate::{Fact, Id, IntentId, Money, OrderId, PaymentId, RefundId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The provider holds an order of its own that can be paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckoutOpened {
    /// What we want to be paid.
    pub intent_id: IntentId,
    /// For which order.
    pub order_id: OrderId,
    /// The provider's id of it.
    pub provider_order_id: String,
}

impl Fact for CheckoutOpened {
    const KIND: &'static str = "checkout.opened";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// Money was captured: it is ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentCaptured {
    /// The payment.
    pub payment_id: PaymentId,
    /// The intent that it settles.
    pub intent_id: IntentId,
    /// The order it is for.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
    /// What the provider keeps of it, its tax included; zero where it did not say.
    pub fee: Money,
    /// How, in the provider's word: `upi`, `card`, `netbanking`.
    pub method: String,
    /// The provider's id of the payment.
    pub provider_payment_id: String,
    /// Who told us first: `return`, `webhook` or `janitor`.
    pub learnt_by: String,
}

impl Fact for PaymentCaptured {
    const KIND: &'static str = "payment.captured";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// A try at paying did not succeed; a later one may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentFailed {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order it was for.
    pub order_id: OrderId,
    /// The provider's id of the try.
    pub provider_payment_id: String,
    /// Why, in the provider's words.
    pub reason: String,
}

impl Fact for PaymentFailed {
    const KIND: &'static str = "payment.failed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// Money came that no open intent was waiting for: a second payment of a paid order, or a wrong amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentUnmatched {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order it names.
    pub order_id: OrderId,
    /// How much came.
    pub amount: Money,
    /// What the provider keeps of it, its tax included; zero where it did not say.
    pub fee: Money,
    /// Why it does not fit, in a sentence.
    pub reason: String,
}

impl Fact for PaymentUnmatched {
    const KIND: &'static str = "payment.unmatched";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// Somebody asked for money to go back; the provider has not yet agreed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundRequested {
    /// The refund.
    pub refund_id: RefundId,
    /// The payment it comes from.
    pub payment_id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
}

impl Fact for RefundRequested {
    const KIND: &'static str = "refund.requested";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// The provider gave the money back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundSettled {
    /// The refund.
    pub refund_id: RefundId,
    /// The payment it came from.
    pub payment_id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
    /// Whether it came from the payment that paid the order, and not from one that fitted nothing.
    pub matched: bool,
}

impl Fact for RefundSettled {
    const KIND: &'static str = "refund.settled";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// The provider refused to give the money back, for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundFailed {
    /// The refund.
    pub refund_id: RefundId,
    /// The order.
    pub order_id: OrderId,
    /// Why, in the provider's words.
    pub reason: String,
}

impl Fact for RefundFailed {
    const KIND: &'static str = "refund.failed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}
