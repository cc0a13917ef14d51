//! What Stripe says of sessions, payments and refunds.

use crate::mandates::Kept;
use crate::model::{PaymentState, RefundState};
use crate::provider::{ProviderPayment, ProviderRefund};
use serde::Deserialize;
use std::collections::HashMap;

/// A Checkout Session, with its payment in place of the payment's id.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Session {
    pub id: String,
    /// Where the buyer pays, while they can.
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub payment_intent: Option<PaymentIntent>,
}

/// A customer's page for what the provider keeps of them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Portal {
    pub url: String,
}

/// A payment.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PaymentIntent {
    pub id: String,
    pub amount: i64,
    #[serde(default)]
    pub amount_received: i64,
    pub currency: String,
    pub status: String,
    #[serde(default)]
    pub latest_charge: Option<Charge>,
    #[serde(default)]
    pub last_payment_error: Option<Words>,
    /// Who paid, where the provider keeps them.
    #[serde(default)]
    pub customer: Option<String>,
    /// `off_session` where whoever paid agreed to be charged again.
    #[serde(default)]
    pub setup_future_usage: Option<String>,
    /// Our own words; [`INTENT`] among them where it was charged without its buyer.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
    /// By what: the card or account in place of its id, where that was asked for.
    #[serde(default)]
    pub payment_method: Option<Paid>,
}

/// A card or account, or no more than its id.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Paid {
    By {
        id: String,
        #[serde(rename = "type")]
        kind: String,
        #[serde(default)]
        card: Option<Card>,
    },
    Id(String),
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Card {
    #[serde(default)]
    pub brand: String,
    #[serde(default)]
    pub last4: String,
}

impl Paid {
    /// What is kept of it for a customer.
    fn kept(self, customer: String) -> Kept {
        match self {
            Paid::By { id, kind, card: Some(Card { brand, last4 }) } => {
                Kept { customer, method: id, kind, label: format!("{} ending in {last4}", capital(&brand)) }
            }
            Paid::By { id, kind, card: None } => Kept { customer, method: id, label: capital(&kind.replace('_', " ")), kind },
            Paid::Id(id) => Kept { customer, method: id, kind: "card".to_owned(), label: "Card".to_owned() },
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Charge {
    #[serde(default)]
    pub payment_method_details: Option<Method>,
    #[serde(default)]
    pub balance_transaction: Option<Balance>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Method {
    #[serde(rename = "type")]
    pub kind: String,
}

/// What the charge came to on the merchant's account, which may be kept in another currency.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Balance {
    pub fee: i64,
    pub currency: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    pub message: Option<String>,
    /// Why, for programs; `decline_code` says more where a bank declined.
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub decline_code: Option<String>,
    /// The payment that was refused.
    #[serde(default)]
    pub payment_intent: Option<Box<PaymentIntent>>,
}

impl PaymentIntent {
    /// In our words; `None` while nobody has tried to pay it.
    pub(super) fn read(self) -> Option<ProviderPayment> {
        let paid = self;
        let state = match (paid.status.as_str(), &paid.last_payment_error) {
            ("succeeded", _) => PaymentState::Captured,
            ("requires_capture", _) => PaymentState::Authorized,
            ("canceled", _) | ("requires_payment_method" | "requires_action", Some(_)) => PaymentState::Failed,
            ("requires_payment_method" | "requires_confirmation" | "requires_action", _) => return None,
            // What a bank sends on its way can still fail to come, so it is no more than begun.
            _ => PaymentState::Created,
        };
        let balance = paid.latest_charge.as_ref().and_then(|charge| charge.balance_transaction.as_ref());
        let fee = balance.filter(|balance| balance.currency == paid.currency).map(|balance| balance.fee);
        let method =
            paid.latest_charge.as_ref().and_then(|charge| charge.payment_method_details.as_ref()).map(|method| method.kind.clone());
        let agreed = paid.setup_future_usage.as_deref() == Some("off_session") && state == PaymentState::Captured;
        let kept = paid.payment_method.zip(paid.customer).filter(|_| agreed).map(|(method, customer)| method.kept(customer));
        let error = paid.last_payment_error.unwrap_or_default();
        Some(ProviderPayment {
            kept,
            failure_code: error.decline_code.or(error.code),
            amount: if state == PaymentState::Captured { paid.amount_received } else { paid.amount },
            currency: paid.currency.to_uppercase(),
            failure: error.message,
            id: paid.id,
            state,
            method,
            fee,
        })
    }
}

/// A refund.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refund {
    pub id: String,
    pub amount: i64,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub payment_intent: Option<String>,
    #[serde(default)]
    pub metadata: HashMap<String, String>,
}

/// Where our own id of what was wanted stands in a charge's metadata.
pub(super) const INTENT: &str = "intent_id";

/// Where our own id of a refund stands in its metadata.
pub(super) const REFUND: &str = "refund_id";

impl Refund {
    /// In our words; `None` for one of a charge that no payment of ours made.
    pub(super) fn read(self) -> Option<ProviderRefund> {
        let state = match self.status.as_deref() {
            Some("succeeded") => RefundState::Settled,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => RefundState::Pending,
        };
        let ours = self.metadata.get(REFUND).and_then(|id| id.parse().ok());
        Some(ProviderRefund { id: self.id, payment_id: self.payment_intent?, amount: self.amount, state, ours })
    }
}

/// A list of things.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct List<T> {
    pub data: Vec<T>,
}

/// The body of an error.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub error: Words,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn how_far_a_payment_is() {
        for (status, error, expected) in [
            ("succeeded", Value::Null, Some(PaymentState::Captured)),
            ("requires_capture", Value::Null, Some(PaymentState::Authorized)),
            ("processing", Value::Null, Some(PaymentState::Created)),
            ("requires_action", Value::Null, None),
            ("requires_payment_method", Value::Null, None),
            ("requires_payment_method", json!({"message": "declined"}), Some(PaymentState::Failed)),
            ("canceled", Value::Null, Some(PaymentState::Failed)),
            ("unheard_of", Value::Null, Some(PaymentState::Created)),
        ] {
            let paid = json!({"id": "pi_1", "amount": 900, "amount_received": 900, "currency": "usd", "status": status, "last_payment_error": error});
            let paid = serde_json::from_value::<PaymentIntent>(paid).unwrap().read();
            assert_eq!(paid.as_ref().map(|paid| paid.state), expected, "{status}");
            assert!(paid.is_none_or(|paid| paid.currency == "USD" && paid.fee.is_none()));
        }
    }

    #[test]
    fn a_fee_in_another_currency_is_none() {
        let paid = |currency: &str| {
            let charge = json!({"balance_transaction": {"fee": 56, "currency": currency}, "payment_method_details": {"type": "card"}});
            let paid = json!({"id": "pi_1", "amount": 900, "currency": "usd", "status": "succeeded", "latest_charge": charge});
            serde_json::from_value::<PaymentIntent>(paid).unwrap().read().unwrap()
        };
        assert_eq!((paid("usd").fee, paid("inr").fee, paid("usd").method.as_deref()), (Some(56), None, Some("card")));
    }
}
