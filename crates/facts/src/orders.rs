//! What happens to orders.

use crate::{Change, ContactId, Fact, Id, Money, OrderId, RefundId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// When the customer is meant to pay.
    pub enum PayWhen {
        /// In the shop, before anything is delivered.
        First = "first",
        /// On delivery or by invoice.
        Later = "later",
    }
}

/// A customer asked for something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// Who asked, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it comes to after discounts.
    pub total: Money,
    /// When it is to be paid.
    pub pay: PayWhen,
    /// The day of delivery, as the customer was told.
    pub delivery_date: Option<String>,
    /// The code of whoever brought the customer, as it came with the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<String>,
}

impl Fact for OrderPlaced {
    const KIND: &'static str = "order.placed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// All that an order comes to has been settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPaid {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it came to.
    pub total: Money,
    /// How it was paid, in a word: `upi`, `card`.
    pub method: String,
    /// The first product's name, for the text that thanks for it.
    pub product: String,
    /// Where its buyer follows it, such as `/order/ord_…`.
    pub path: String,
}

impl Fact for OrderPaid {
    const KIND: &'static str = "order.paid";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// An order will not be carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Whose it was.
    pub contact_id: Option<ContactId>,
    /// Why, in the words of who cancelled it.
    pub reason: String,
}

impl Fact for OrderCancelled {
    const KIND: &'static str = "order.cancelled";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Money of an order went back to its customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderRefunded {
    /// The order.
    pub order_id: OrderId,
    /// The refund.
    pub refund_id: RefundId,
    /// How much went back this time.
    pub amount: Money,
    /// Whether nothing is left to give back.
    pub full: bool,
}

impl Fact for OrderRefunded {
    const KIND: &'static str = "order.refunded";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// What an order promises was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderChanged {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for OrderChanged {
    const KIND: &'static str = "order.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// An order that was placed and paid for elsewhere was taken in. Nobody is told of it: the shop that took it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderImported {
    /// The order here.
    pub order_id: OrderId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// Where it was placed, such as `woocommerce/shop.example`.
    pub source: String,
    /// What it is called there.
    pub source_name: String,
    /// What it comes to.
    pub total: Money,
    /// How far it is with its money, as it is told there.
    pub state: String,
}

impl Fact for OrderImported {
    const KIND: &'static str = "order.imported";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// An order that was placed elsewhere was changed there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderChangedElsewhere {
    /// The order here.
    pub order_id: OrderId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// Where it was placed.
    pub source: String,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for OrderChangedElsewhere {
    const KIND: &'static str = "order.changed_elsewhere";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// The last item of an order was packed by somebody here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPacked {
    /// The order.
    pub order_id: OrderId,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// What the order is called, such as `#1042`.
    pub title: String,
    /// How many items it has.
    pub items: i64,
}

impl Fact for OrderPacked {
    const KIND: &'static str = "order.packed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}
