//! What happens to payments.

use crate::{ContactId, Fact, Id, IntentId, InvoiceId, MandateId, Money, OrderId, PaymentId, RefundId, SubscriptionId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// The kinds of things that can be paid online.
    pub enum PayableKind {
        /// An order of the shop.
        Order = "order",
        /// An invoice.
        Invoice = "invoice",
        /// A subscription that its provider bills.
        Subscription = "subscription",
    }
}

/// What is paid for. In a fact it stands as `order_id`, `invoice_id` or `subscription_id`, so facts from the days when only orders were
/// paid online read as they always did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Payable {
    /// An order of the shop.
    #[serde(rename = "order_id")]
    Order(OrderId),
    /// An invoice.
    #[serde(rename = "invoice_id")]
    Invoice(InvoiceId),
    /// A subscription that its provider bills.
    #[serde(rename = "subscription_id")]
    Subscription(SubscriptionId),
}

impl Payable {
    /// The thing of a kind that has this id.
    pub fn new(kind: PayableKind, id: Uuid) -> Self {
        match kind {
            PayableKind::Order => Payable::Order(OrderId::from_uuid(id)),
            PayableKind::Invoice => Payable::Invoice(InvoiceId::from_uuid(id)),
            PayableKind::Subscription => Payable::Subscription(SubscriptionId::from_uuid(id)),
        }
    }

    /// Its kind.
    pub fn kind(self) -> PayableKind {
        match self {
            Payable::Order(_) => PayableKind::Order,
            Payable::Invoice(_) => PayableKind::Invoice,
            Payable::Subscription(_) => PayableKind::Subscription,
        }
    }

    /// Its id, which nothing of another kind has.
    pub fn uuid(self) -> Uuid {
        match self {
            Payable::Order(id) => id.uuid(),
            Payable::Invoice(id) => id.uuid(),
            Payable::Subscription(id) => id.uuid(),
        }
    }

    /// The order, if it is one.
    pub fn order(self) -> Option<OrderId> {
        match self {
            Payable::Order(id) => Some(id),
            Payable::Invoice(_) | Payable::Subscription(_) => None,
        }
    }

    /// The invoice, if it is one.
    pub fn invoice(self) -> Option<InvoiceId> {
        match self {
            Payable::Invoice(id) => Some(id),
            Payable::Order(_) | Payable::Subscription(_) => None,
        }
    }

    /// The subscription, if it is one.
    pub fn subscription(self) -> Option<SubscriptionId> {
        match self {
            Payable::Subscription(id) => Some(id),
            Payable::Order(_) | Payable::Invoice(_) => None,
        }
    }
}

impl std::fmt::Display for Payable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Payable::Order(id) => id.fmt(f),
            Payable::Invoice(id) => id.fmt(f),
            Payable::Subscription(id) => id.fmt(f),
        }
    }
}

impl From<OrderId> for Payable {
    fn from(id: OrderId) -> Self {
        Payable::Order(id)
    }
}

impl From<InvoiceId> for Payable {
    fn from(id: InvoiceId) -> Self {
        Payable::Invoice(id)
    }
}

impl From<SubscriptionId> for Payable {
    fn from(id: SubscriptionId) -> Self {
        Payable::Subscription(id)
    }
}

/// The provider holds an order of its own that can be paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckoutOpened {
    /// What we want to be paid.
    pub intent_id: IntentId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
    /// The provider's id of it.
    pub provider_order_id: String,
}

impl Fact for CheckoutOpened {
    const KIND: &'static str = "checkout.opened";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}

/// Money was captured: it is ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentCaptured {
    /// The payment.
    pub payment_id: PaymentId,
    /// The intent that it settles.
    pub intent_id: IntentId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
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
    /// What it had come for and did not fit, where a person matched it with something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_for: Option<Payable>,
}

impl Fact for PaymentCaptured {
    const KIND: &'static str = "payment.captured";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}

/// A try at paying did not succeed; a later one may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentFailed {
    /// The payment.
    pub payment_id: PaymentId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
    /// The provider's id of the try.
    pub provider_payment_id: String,
    /// Why, in the provider's words.
    pub reason: String,
}

impl Fact for PaymentFailed {
    const KIND: &'static str = "payment.failed";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}

/// Money came that no open intent was waiting for: a second payment of a paid order, or a wrong amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentUnmatched {
    /// The payment.
    pub payment_id: PaymentId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
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
        Some(self.payable.uuid())
    }
}

/// Somebody asked for money to go back; the provider has not yet agreed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundRequested {
    /// The refund.
    pub refund_id: RefundId,
    /// The payment it comes from.
    pub payment_id: PaymentId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
    /// How much.
    pub amount: Money,
}

impl Fact for RefundRequested {
    const KIND: &'static str = "refund.requested";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}

/// The provider gave the money back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundSettled {
    /// The refund.
    pub refund_id: RefundId,
    /// The payment it came from.
    pub payment_id: PaymentId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
    /// How much.
    pub amount: Money,
    /// Whether it came from the payment that paid the thing, and not from one that fitted nothing.
    pub matched: bool,
}

impl Fact for RefundSettled {
    const KIND: &'static str = "refund.settled";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}

/// The provider refused to give the money back, for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundFailed {
    /// The refund.
    pub refund_id: RefundId,
    /// What it is for.
    #[serde(flatten)]
    pub payable: Payable,
    /// Why, in the provider's words.
    pub reason: String,
}

impl Fact for RefundFailed {
    const KIND: &'static str = "refund.failed";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}

/// A customer has agreed to be charged by itself from now on, by a card or an account that the provider keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MandateMade {
    /// The mandate.
    pub mandate_id: MandateId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// Who keeps it: `stripe`, `razorpay`.
    pub provider: String,
    /// What people know it by: `Visa ending in 4242`.
    pub label: String,
}

impl Fact for MandateMade {
    const KIND: &'static str = "mandate.made";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
}

/// A customer is charged by it no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MandateEnded {
    /// The mandate.
    pub mandate_id: MandateId,
    /// Whose it was.
    pub contact_id: ContactId,
    /// What people know it by.
    pub label: String,
    /// Why, in a sentence.
    pub reason: String,
}

impl Fact for MandateEnded {
    const KIND: &'static str = "mandate.ended";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
}

/// A charge that nobody was present at was refused. Nothing of it is under way any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectionFailed {
    /// What we wanted to be paid.
    pub intent_id: IntentId,
    /// What it was for.
    #[serde(flatten)]
    pub payable: Payable,
    /// By which mandate.
    pub mandate_id: MandateId,
    /// Why, in the provider's words.
    pub reason: String,
    /// Whether the same mandate can never succeed: the card was lost, the account closed, the agreement revoked.
    pub hard: bool,
}

impl Fact for CollectionFailed {
    const KIND: &'static str = "collection.failed";
    fn about(&self) -> Option<Uuid> {
        Some(self.payable.uuid())
    }
}
