//! What the provider has written down.

use super::agreements::{Agreements, Recurring};
use super::links::PaymentLink;
use super::settlements::{Settlement, fee_of};
use super::subscriptions::RazorpaySubscription;
use crate::record::ApiCall;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// Nobody tried to pay yet.
    Created,
    /// Somebody tried.
    Attempted,
    /// Paid; stays so when refunded.
    Paid,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// The buyer's bank agreed; the money is held.
    Authorized,
    /// The money is the shop's.
    Captured,
    /// All of it went back.
    Refunded,
    /// The buyer's bank refused.
    Failed,
}

/// What a buyer pays with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A UPI app.
    Upi,
    /// A card.
    Card,
}

/// An order as the provider has it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its id, `order_…`.
    pub id: String,
    /// Whose it is: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// Amount in minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The shop's own reference.
    pub receipt: Option<String>,
    /// How far it is.
    pub status: OrderStatus,
    /// How many payments were tried.
    pub attempts: u32,
    /// The shop's notes.
    pub notes: Map<String, Value>,
    /// Whether a payment is captured without being asked for.
    pub captures_itself: bool,
    /// What it has to do with charging a customer who is not present.
    pub(super) recurring: Option<Recurring>,
    /// Unix seconds.
    pub created_at: i64,
}

/// A payment as the provider has it.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id, `pay_…`.
    pub id: String,
    /// The order that it pays.
    pub order_id: String,
    /// Amount in minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// How far it is.
    pub status: PaymentStatus,
    /// What was paid with.
    pub method: Method,
    /// Minor units that went back.
    pub amount_refunded: i64,
    /// The bank's reference number.
    pub rrn: String,
    /// The token that it made, or was made by.
    pub token_id: Option<String>,
    /// Why it failed, for programs.
    pub reason: String,
    pub(super) customer_id: Option<String>,
    /// The order's notes.
    pub notes: Map<String, Value>,
    /// Unix seconds.
    pub created_at: i64,
}

/// A refund as the provider has it.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Its id, `rfnd_…`.
    pub id: String,
    /// The payment of which it gives something back.
    pub payment_id: String,
    /// Amount in minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The shop's own reference.
    pub receipt: Option<String>,
    /// The shop's notes.
    pub notes: Map<String, Value>,
    /// `normal` or `optimum`.
    pub speed: String,
    /// Unix seconds.
    pub created_at: i64,
}

#[derive(Default)]
pub(super) struct Books {
    pub(super) orders: Shelf<Order>,
    pub(super) payments: Shelf<Payment>,
    pub(super) refunds: Shelf<Refund>,
    pub(super) links: Shelf<PaymentLink>,
    pub(super) subscriptions: Shelf<RazorpaySubscription>,
    /// The first order of each receipt.
    pub(super) by_receipt: HashMap<String, String>,
    pub(super) by_order: HashMap<String, Vec<String>>,
    /// Idempotency key → the body that it came with, and the refund that it made.
    pub(super) refund_keys: HashMap<String, (Map<String, Value>, String)>,
    pub(super) settlements: Vec<Settlement>,
    pub(super) agreements: Agreements,
    pub(super) calls: Vec<ApiCall>,
}

impl Books {
    /// The payments of an order, oldest first.
    pub(super) fn payments_of(&self, order_id: &str) -> Vec<Payment> {
        let ids = self.by_order.get(order_id).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.payments.get(id)).cloned().collect()
    }
}

/// Things by id, in the order in which they came.
pub(super) struct Shelf<T> {
    things: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: Vec::new(), places: HashMap::new() }
    }
}

impl<T> Shelf<T> {
    pub(super) fn put(&mut self, id: &str, thing: T) {
        self.places.insert(id.to_owned(), self.things.len());
        self.things.push(thing);
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.places.get(id).and_then(|place| self.things.get(*place))
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.places.get(id).and_then(|place| self.things.get_mut(*place))
    }

    pub(super) fn all(&self) -> &[T] {
        &self.things
    }
}

/// Empty notes arrive as a list, filled ones as an object: the provider's own oddity.
fn notes_json(notes: &Map<String, Value>) -> Value {
    if notes.is_empty() { json!([]) } else { Value::Object(notes.clone()) }
}

impl Order {
    pub(super) fn json(&self) -> Value {
        let paid = if self.status == OrderStatus::Paid { self.amount } else { 0 };
        let status = match self.status {
            OrderStatus::Created => "created",
            OrderStatus::Attempted => "attempted",
            OrderStatus::Paid => "paid",
        };
        json!({
            "id": self.id, "entity": "order", "amount": self.amount, "amount_paid": paid,
            "amount_due": self.amount - paid, "currency": self.currency, "receipt": self.receipt,
            "offer_id": null, "status": status, "attempts": self.attempts, "notification": self.notice_json(),
            "notes": notes_json(&self.notes), "created_at": self.created_at,
        })
    }
}

impl Payment {
    /// Whether the money was taken, and perhaps given back since.
    pub fn captured(&self) -> bool {
        matches!(self.status, PaymentStatus::Captured | PaymentStatus::Refunded)
    }

    /// What is kept of it, and the tax in that.
    pub(super) fn fee(&self) -> (i64, i64) {
        fee_of(self.amount)
    }

    pub(super) fn json(&self) -> Value {
        let (status, captured) = (self.status_word(), self.captured());
        let upi = self.method == Method::Upi;
        let failed = self.status == PaymentStatus::Failed;
        let error = |text: &'static str| failed.then_some(text);
        let refund_status = match self.amount_refunded {
            0 => None,
            part if part < self.amount => Some("partial"),
            _ => Some("full"),
        };
        // The fee contains the tax, and neither is known before capture.
        let (fee, tax) = self.fee();
        json!({
            "id": self.id, "entity": "payment", "amount": self.amount, "currency": self.currency,
            "status": status, "order_id": self.order_id, "invoice_id": null, "international": false,
            "method": if upi { "upi" } else { "card" }, "amount_refunded": self.amount_refunded,
            "refund_status": refund_status, "captured": captured, "description": null,
            "card_id": null, "bank": null, "wallet": null, "vpa": upi.then_some("success@razorpay"),
            "email": "buyer@example.test", "contact": "+919000090000", "notes": notes_json(&self.notes),
            "fee": captured.then_some(fee), "tax": captured.then_some(tax),
            "error_code": error("BAD_REQUEST_ERROR"), "error_description": error(FAILED),
            "error_source": error("customer"), "error_step": error("payment_authorization"),
            "error_reason": failed.then_some(&self.reason), "customer_id": self.customer_id, "token_id": self.token_id,
            "acquirer_data": if upi { json!({"rrn": self.rrn}) } else { json!({"auth_code": self.rrn}) },
            "created_at": self.created_at,
        })
    }

    fn status_word(&self) -> &'static str {
        match self.status {
            PaymentStatus::Authorized => "authorized",
            PaymentStatus::Captured => "captured",
            PaymentStatus::Refunded => "refunded",
            PaymentStatus::Failed => "failed",
        }
    }
}

/// What the buyer of a failed payment reads.
pub(super) const FAILED: &str = "Your payment was declined by the bank. Please try another way to pay.";

impl Refund {
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id, "entity": "refund", "amount": self.amount, "currency": self.currency,
            "payment_id": self.payment_id, "notes": notes_json(&self.notes), "receipt": self.receipt,
            "acquirer_data": {"arn": null}, "created_at": self.created_at, "batch_id": null,
            "status": "processed", "speed_processed": "normal", "speed_requested": self.speed,
        })
    }
}
