//! The things of this slice as their rows have them, and the words for their states.

use crate::mandates::KeepBy;
use crate::provider::Provider;
use facts::payments::{Payable, PayableKind};
use facts::{ContactId, Currency, Id, IntentId, MandateId, Money, OrderId, PaymentId, RefundId, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

facts::words! {
    /// How far an intent is.
    pub enum IntentState {
        /// The provider has not yet said that it holds an order for it.
        Opening = "opening",
        /// It can be paid.
        Open = "open",
        /// One payment has settled it.
        Paid = "paid",
        /// Nobody paid for so long that we no longer ask. A late capture still settles it.
        Expired = "expired",
        /// It is no longer wanted; money that still comes fits nothing.
        Cancelled = "cancelled",
    }
}

facts::words! {
    /// How far a payment is, from the least to the most that can be known of it: what is learnt only ever moves it on.
    pub enum PaymentState {
        /// The buyer has begun.
        Created = "created",
        /// It did not succeed, so far.
        Failed = "failed",
        /// The bank holds the money for us.
        Authorized = "authorized",
        /// The money is ours.
        Captured = "captured",
        /// All of it went back.
        Refunded = "refunded",
    }
}

facts::words! {
    /// How far a refund is.
    pub enum RefundState {
        /// We want it; the provider has not answered yet.
        Requested = "requested",
        /// The provider has it under way.
        Pending = "pending",
        /// The money went back.
        Settled = "settled",
        /// The provider refused for good. Another try is another refund.
        Failed = "failed",
    }
}

facts::words! {
    /// Who told us of a payment.
    pub enum LearntBy {
        /// The buyer's browser came back, and we asked the provider.
        Return = "return",
        /// The provider called.
        Webhook = "webhook",
        /// We asked by ourselves, or because a person pressed the button.
        Janitor = "janitor",
    }
}

facts::words! {
    /// How an intent is to be paid.
    pub enum Way {
        /// The buyer is here, and goes to the provider's page.
        Checkout = "checkout",
        /// An address that is sent to the buyer.
        Link = "link",
        /// By a mandate; the buyer is not present.
        Mandate = "mandate",
        /// By a subscription that the provider bills; nobody here asked for it.
        Provider = "provider",
    }
}

/// What is to be paid, as the caller of [`crate::open`] says it.
#[derive(Debug, Clone)]
pub struct NewIntent {
    /// For what.
    pub payable: Payable,
    /// How much; at least one whole unit of the currency.
    pub amount: Money,
    /// Who pays, where that is known: whoever paid by one provider stays there.
    pub contact_id: Option<ContactId>,
    /// Whether the buyer wants to be charged in the same way from now on.
    pub keep: bool,
    /// By what, where their provider asks before it leads to its page.
    pub keep_by: Option<KeepBy>,
    /// What the buyer reads at the provider, such as the product's name.
    pub description: String,
    /// The buyer's name, filled in at the provider.
    pub name: Option<String>,
    /// The buyer's phone number, E.164.
    pub phone: Option<String>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
}

/// What we want to be paid for one thing.
#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    /// Its id.
    pub id: IntentId,
    /// The kind of what it is for.
    pub payable: PayableKind,
    /// Its id; [`Intent::payable`] has both.
    pub payable_id: Uuid,
    /// How much, in minor units; [`Intent::amount`] has it with its currency.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// Our reference at the provider, stored before the provider is called.
    pub receipt: String,
    /// How far it is.
    pub state: IntentState,
    /// How it is to be paid.
    pub way: Way,
    /// Who pays, where that is known.
    pub contact_id: Option<ContactId>,
    /// The mandate that it is charged by.
    pub mandate_id: Option<MandateId>,
    /// Whether whoever pays wants to be charged in the same way from now on.
    pub keep: bool,
    /// By what, where their provider asks for that.
    pub keep_by: Option<KeepBy>,
    /// When a debit may be made of which its customer has to have notice before; none where there is none to give.
    pub debit_after: Option<Time>,
    /// Who takes it, once they hold it.
    pub provider: Option<Provider>,
    /// The provider's order or session, once there is one.
    pub provider_order_id: Option<String>,
    /// Where it is paid, where that is an address of its own.
    pub checkout_url: Option<String>,
    /// What the buyer reads at the provider.
    pub description: String,
    /// The buyer's name.
    pub name: Option<String>,
    /// The buyer's phone number.
    pub phone: Option<String>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// How often the janitor has asked.
    pub asks: i64,
    /// When it asked last.
    pub asked_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

impl Intent {
    /// What it is for.
    pub fn payable(&self) -> Payable {
        Payable::new(self.payable, self.payable_id)
    }

    /// How much.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// One try at paying.
#[derive(Debug, Clone, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The intent that it is a try at.
    pub intent_id: IntentId,
    /// The kind of what it is for.
    pub payable: PayableKind,
    /// Its id; [`Payment::payable`] has both.
    pub payable_id: Uuid,
    /// The provider's id of it.
    pub provider_payment_id: String,
    /// How much, in minor units; [`Payment::amount`] has it with its currency.
    pub amount_minor: i64,
    /// What the provider keeps, its tax included, once that is known.
    pub fee_minor: Option<i64>,
    /// In which currency.
    pub currency: Currency,
    /// How, in the provider's word: `upi`, `card`.
    pub method: String,
    /// How far it is.
    pub state: PaymentState,
    /// Whether it is the one that paid its intent.
    pub matched: bool,
    /// Why it failed or does not fit.
    pub reason: Option<String>,
    /// Who told us first, or of its capture.
    pub learnt_by: LearntBy,
    /// When we first heard of it.
    pub created_at: Time,
    /// When we learnt that it was captured.
    pub captured_at: Option<Time>,
    /// The intent by which it came, where a person matched it with another.
    pub came_by: Option<IntentId>,
    /// What has gone back or is asked back, in minor units.
    pub refunded_minor: i64,
}

impl Payment {
    /// What it is for.
    pub fn payable(&self) -> Payable {
        Payable::new(self.payable, self.payable_id)
    }

    /// How much.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }

    /// What the provider keeps, where it has said.
    pub fn fee(&self) -> Option<Money> {
        self.fee_minor.map(|fee| Money::new(fee, self.currency))
    }

    /// What has gone back or is asked back.
    pub fn refunded(&self) -> Money {
        Money::new(self.refunded_minor, self.currency)
    }

    /// What could still be given back; zero where nothing was captured.
    pub fn refundable(&self) -> Money {
        let left = if self.state == PaymentState::Captured { self.amount_minor - self.refunded_minor } else { 0 };
        Money::new(left, self.currency)
    }
}

/// Money that goes back.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Refund {
    /// Its id, which is the provider's idempotency key too.
    pub id: RefundId,
    /// The payment it comes from.
    pub payment_id: PaymentId,
    /// The kind of what was paid for.
    #[serde(default = "only_orders")]
    pub payable: PayableKind,
    /// Its id; [`Refund::payable`] has both.
    #[serde(alias = "order_id", with = "any_id")]
    pub payable_id: Uuid,
    /// How much, in minor units; [`Refund::amount`] has it with its currency.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// How far it is.
    pub state: RefundState,
    /// The provider's id of it, once there is one.
    pub provider_refund_id: Option<String>,
    /// Why, in the words of who asked.
    pub reason: String,
    /// Why the provider refused.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Time,
    /// When the provider said that the money went back.
    pub settled_at: Option<Time>,
}

/// What every refund was for while only orders were paid online, as answers say that were stored then.
fn only_orders() -> PayableKind {
    PayableKind::Order
}

/// An id that a row has as raw bytes, and a stored answer in the form of an order's.
mod any_id {
    use super::{Deserialize, Deserializer, Id, OrderId, Serialize, Serializer, Uuid};

    pub(super) fn serialize<S: Serializer>(id: &Uuid, s: S) -> Result<S::Ok, S::Error> {
        OrderId::from_uuid(*id).serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Uuid, D::Error> {
        OrderId::deserialize(d).map(Id::uuid)
    }
}

impl Refund {
    /// What was paid for.
    pub fn payable(&self) -> Payable {
        Payable::new(self.payable, self.payable_id)
    }

    /// How much.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Keyed requests are answered again with what was stored, whatever this has become since.
    #[test]
    fn an_answer_from_before_invoices_were_paid_online_is_read() {
        let old = json!({"id": "re_01h2xcejqtf2nbrexx3vqjhp41", "payment_id": "pay_01h2xcejqtf2nbrexx3vqjhp41",
            "order_id": "ord_01h2xcejqtf2nbrexx3vqjhp41", "amount_minor": 9_900, "currency": "INR", "state": "requested",
            "provider_refund_id": null, "reason": "", "failure": null, "created_at": "2026-11-21T09:30:00.000Z", "settled_at": null});
        let refund: Refund = serde_json::from_value(old).unwrap();
        assert_eq!(refund.payable().order().unwrap().to_string(), "ord_01h2xcejqtf2nbrexx3vqjhp41");
        let again: Refund = serde_json::from_value(json!(refund)).unwrap();
        assert_eq!(again.payable(), refund.payable());
    }
}
