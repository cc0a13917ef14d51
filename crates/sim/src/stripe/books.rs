//! What the provider has written down.

use super::payouts::Payout;
use super::subscriptions::StripeSubscription;
use crate::record::ApiCall;
use serde_json::{Value, json};
use std::collections::HashMap;

/// How far a Checkout Session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    /// The buyer can pay.
    Open,
    /// The buyer is done; the money may still be on its way.
    Complete,
    /// Nobody can pay any more.
    Expired,
}

/// How far the money of a complete session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Money {
    /// It is on its way, as with a bank debit.
    Processing,
    /// It is the shop's.
    Succeeded,
    /// It will not come.
    Failed,
}

/// A Checkout Session as the provider has it, with its payment.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id, `cs_test_…`.
    pub id: String,
    /// Whose it is: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// Amount in minor units.
    pub amount: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
    /// What the buyer reads.
    pub name: String,
    /// The shop's own reference.
    pub client_reference_id: Option<String>,
    /// Where a buyer goes who has paid.
    pub success_url: String,
    /// Where a buyer goes who does not want to.
    pub cancel_url: Option<String>,
    /// How far it is.
    pub status: SessionStatus,
    /// The payment, once there is one: `pi_…`.
    pub payment_intent: Option<String>,
    /// Unix seconds.
    pub created: i64,
    pub(super) money: Option<Money>,
    /// Whether the buyer agreed to be charged again.
    pub keep: bool,
    /// Who pays, where the provider knows them.
    pub customer: Option<String>,
    /// The card that is kept of them.
    pub method: Option<String>,
}

/// A card that the provider keeps of a customer.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) guest: Option<String>,
    pub(super) customer: String,
    pub(super) method: String,
}

/// A charge of a card that is kept.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Its id, `pi_…`.
    pub id: String,
    /// Whose it is: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// Amount in minor units.
    pub amount: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
    /// Who is charged.
    pub customer: String,
    /// By which card.
    pub method: String,
    /// With which word the bank declined, if it did.
    pub declined: Option<String>,
    /// Whether it was cancelled after that.
    pub cancelled: bool,
    /// The shop's own reference.
    pub metadata: HashMap<String, String>,
}

/// What is kept of a payment: 2.9 % and 30 minor units.
pub(super) fn fee_of(amount: i64) -> i64 {
    amount * 29 / 1_000 + 30
}

impl Charge {
    pub(super) fn json(&self) -> Value {
        let paid = self.declined.is_none();
        let status = match (paid, self.cancelled) {
            (true, _) => "succeeded",
            (false, true) => "canceled",
            (false, false) => "requires_payment_method",
        };
        let error = self
            .declined
            .as_ref()
            .map(|code| json!({"type": "card_error", "code": "card_declined", "decline_code": code, "message": "Your card was declined."}));
        let fee = json!({"id": "txn_1", "object": "balance_transaction", "fee": fee_of(self.amount), "currency": self.currency});
        json!({
            "id": self.id, "object": "payment_intent", "amount": self.amount, "amount_received": if paid { self.amount } else { 0 },
            "currency": self.currency, "status": status, "customer": self.customer, "payment_method": self.method,
            "last_payment_error": error, "metadata": self.metadata, "livemode": false,
            "latest_charge": {
                "id": self.id.replacen("pi_", "ch_", 1), "object": "charge", "paid": paid, "payment_method_details": {"type": "card"},
                "balance_transaction": paid.then_some(fee),
            },
        })
    }
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundStatus {
    /// The money went back.
    Succeeded,
    /// It could not go back after all.
    Failed,
}

/// A refund as the provider has it.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Its id, `re_…`.
    pub id: String,
    /// The payment of which it gives something back.
    pub payment_intent: String,
    /// Amount in minor units.
    pub amount: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
    /// How far it is.
    pub status: RefundStatus,
    /// The shop's own reference.
    pub metadata: HashMap<String, String>,
}

#[derive(Default)]
pub(super) struct Books {
    pub(super) sessions: Vec<Session>,
    pub(super) refunds: Vec<Refund>,
    pub(super) charges: Vec<Charge>,
    /// What is kept of customers, and what no longer is.
    pub(super) kept: Vec<Kept>,
    pub(super) gone: Vec<Kept>,
    /// Idempotency key → the request that it came with, and what was answered.
    pub(super) keys: HashMap<String, (String, Value)>,
    pub(super) payouts: Vec<Payout>,
    pub(super) subscriptions: Vec<StripeSubscription>,
    /// Whether answers and events have the shape of older versions.
    pub(super) old_shape: bool,
    pub(super) calls: Vec<ApiCall>,
}

/// A payment, whichever way it came.
pub(super) struct Paid {
    pub(super) guest: Option<String>,
    pub(super) amount: i64,
    pub(super) currency: String,
    /// Whether the money is the shop's.
    pub(super) came: bool,
}

impl Books {
    pub(super) fn session(&mut self, id: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.id == id)
    }

    pub(super) fn charge(&mut self, id: &str) -> Option<&mut Charge> {
        self.charges.iter_mut().find(|charge| charge.id == id)
    }

    /// A payment by its id, of a session or of what is kept.
    pub(super) fn paid(&self, payment: &str) -> Option<Paid> {
        let session = self.sessions.iter().find(|session| session.payment_intent.as_deref() == Some(payment));
        let of_session = session.map(|session| Paid {
            guest: session.guest.clone(),
            amount: session.amount,
            currency: session.currency.clone(),
            came: session.money == Some(Money::Succeeded),
        });
        of_session.or_else(|| {
            let charge = self.charges.iter().find(|charge| charge.id == payment)?;
            let (guest, currency) = (charge.guest.clone(), charge.currency.clone());
            Some(Paid { guest, amount: charge.amount, currency, came: charge.declined.is_none() })
        })
    }

    /// What of a payment went back.
    pub(super) fn given_back(&self, payment_intent: &str) -> i64 {
        let counts = |refund: &&Refund| refund.payment_intent == payment_intent && refund.status == RefundStatus::Succeeded;
        self.refunds.iter().filter(counts).map(|refund| refund.amount).sum()
    }
}

impl Session {
    /// As the API answers it; `whole` with its payment in place of the payment's id.
    pub(super) fn json(&self, page: &str, whole: bool) -> Value {
        let open = self.status == SessionStatus::Open;
        let status = match self.status {
            SessionStatus::Open => "open",
            SessionStatus::Complete => "complete",
            SessionStatus::Expired => "expired",
        };
        let payment = if whole { self.payment() } else { json!(self.payment_intent) };
        json!({
            "id": self.id, "object": "checkout.session", "mode": "payment", "status": status,
            "payment_status": if self.money == Some(Money::Succeeded) { "paid" } else { "unpaid" },
            "amount_total": self.amount, "currency": self.currency, "client_reference_id": self.client_reference_id,
            "url": open.then(|| format!("{page}/{}", self.id)), "payment_intent": payment, "metadata": {}, "livemode": false,
            "success_url": self.success_url, "cancel_url": self.cancel_url, "created": self.created, "expires_at": self.created + 86_400,
        })
    }

    fn payment(&self) -> Value {
        let Some(id) = &self.payment_intent else { return Value::Null };
        let status = match self.money {
            Some(Money::Succeeded) => "succeeded",
            Some(Money::Processing) => "processing",
            _ => "requires_payment_method",
        };
        let paid = self.money == Some(Money::Succeeded);
        let fee = json!({"id": "txn_1", "object": "balance_transaction", "fee": self.fee(), "currency": self.currency});
        let error = (self.money == Some(Money::Failed)).then(|| json!({"message": "The bank did not pay.", "type": "card_error"}));
        json!({
            "id": id, "object": "payment_intent", "amount": self.amount, "amount_received": if paid { self.amount } else { 0 },
            "currency": self.currency, "status": status, "last_payment_error": error, "metadata": {}, "customer": self.customer,
            "setup_future_usage": self.keep.then_some("off_session"),
            "payment_method": self.method.as_ref().map(|id| json!({"id": id, "type": "card", "card": {"brand": "visa", "last4": "4242"}})),
            "latest_charge": {
                "id": id.replacen("pi_", "ch_", 1), "object": "charge", "paid": paid, "payment_method_details": {"type": "card"},
                "balance_transaction": paid.then_some(fee),
            },
        })
    }

    pub(super) fn fee(&self) -> i64 {
        fee_of(self.amount)
    }
}

impl Refund {
    pub(super) fn json(&self) -> Value {
        let status = if self.status == RefundStatus::Succeeded { "succeeded" } else { "failed" };
        let failure = (self.status == RefundStatus::Failed).then_some("lost_or_stolen_card");
        json!({
            "id": self.id, "object": "refund", "amount": self.amount, "currency": self.currency, "status": status,
            "payment_intent": self.payment_intent, "metadata": self.metadata, "failure_reason": failure, "reason": null,
        })
    }
}
