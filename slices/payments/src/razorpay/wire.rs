//! What Razorpay says of payments and refunds, with its oddities taken out.

use super::token_wire::title;
use crate::mandates::Kept;
use crate::model::{PaymentState, RefundState};
use crate::provider::{Opened, ProviderPayment, ProviderRefund};
use serde::Deserialize;
use serde::de::Deserializer;

/// A payment as the provider has it. Its `notes`, now a list and now an object, are not read.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Payment {
    /// `pay_…`.
    pub id: String,
    /// The provider's order that it pays.
    pub order_id: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The provider's word for its state.
    pub status: String,
    /// Whether the money was taken, even where the status lags behind.
    #[serde(default, deserialize_with = "truth")]
    pub captured: bool,
    /// `upi`, `card` …
    #[serde(default)]
    pub method: Option<String>,
    /// What the provider keeps, its tax included; unknown before capture.
    #[serde(default)]
    pub fee: Option<i64>,
    /// Why it failed.
    #[serde(default)]
    pub error_description: Option<String>,
    /// Why it failed, for programs.
    #[serde(default)]
    pub error_reason: Option<String>,
    /// Who paid, where they are known there.
    #[serde(default)]
    pub customer_id: Option<String>,
    /// What is kept of how it was paid.
    #[serde(default)]
    pub token_id: Option<String>,
}

impl Payment {
    /// How far it is, in our words. A status that we do not know says no more than that somebody tried.
    fn state(&self) -> PaymentState {
        match self.status.as_str() {
            _ if self.captured => PaymentState::Captured,
            "captured" => PaymentState::Captured,
            "authorized" => PaymentState::Authorized,
            // Refunded and not captured: the provider gave back by itself what nobody took.
            "failed" | "refunded" => PaymentState::Failed,
            _ => PaymentState::Created,
        }
    }

    /// Why it failed, where that is known.
    fn failure(&self) -> Option<String> {
        match (&self.error_description, self.status.as_str()) {
            (Some(words), _) if !words.is_empty() => Some(words.clone()),
            (_, "refunded") => Some("Nobody took the money in time, and the provider gave it back.".to_owned()),
            _ => None,
        }
    }
}

impl From<Payment> for ProviderPayment {
    fn from(paid: Payment) -> Self {
        let (state, failure) = (paid.state(), paid.failure());
        let kind = paid.method.clone().unwrap_or_else(|| "card".to_owned());
        let kept = paid.customer_id.zip(paid.token_id).filter(|(customer, token)| !customer.is_empty() && !token.is_empty());
        let kept = kept.map(|(customer, method)| Kept { customer, method, label: title(&kind).to_owned(), kind });
        Self {
            id: paid.id,
            amount: paid.amount,
            currency: paid.currency,
            state,
            method: paid.method,
            fee: paid.fee,
            failure,
            failure_code: paid.error_reason,
            kept,
        }
    }
}

/// `true`, `1`, `"1"` and `"true"` are all true.
pub(super) fn truth<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(d)?;
    Ok(match value {
        serde_json::Value::Bool(truth) => truth,
        serde_json::Value::Number(number) => number.as_i64() == Some(1),
        serde_json::Value::String(text) => text == "1" || text == "true",
        _ => false,
    })
}

/// A refund as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refund {
    /// `rfnd_…`.
    pub id: String,
    /// The provider's payment.
    pub payment_id: String,
    /// Minor units.
    pub amount: i64,
    /// The provider's word for its state.
    #[serde(default)]
    pub status: Option<String>,
    /// Our own id of the refund, where we made it.
    #[serde(default)]
    pub receipt: Option<String>,
}

impl From<Refund> for ProviderRefund {
    fn from(refund: Refund) -> Self {
        let state = match refund.status.as_deref() {
            Some("processed") => RefundState::Settled,
            Some("failed") => RefundState::Failed,
            _ => RefundState::Pending,
        };
        let ours = refund.receipt.as_deref().and_then(|receipt| receipt.parse().ok());
        Self { id: refund.id, payment_id: refund.payment_id, amount: refund.amount, state, ours }
    }
}

/// An order as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ProviderOrder {
    pub id: String,
    #[serde(default)]
    pub receipt: Option<String>,
}

/// A payment link as the provider has it. Its `payments` say too little: those of its order are asked for.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Link {
    /// `plink_…`.
    pub id: String,
    /// Where it is paid.
    #[serde(default)]
    pub short_url: Option<String>,
    /// Our receipt.
    #[serde(default)]
    pub reference_id: Option<String>,
    /// The provider's word for its state.
    #[serde(default)]
    pub status: String,
    /// The order that its payments are for, once somebody has begun.
    #[serde(default)]
    pub order_id: Option<String>,
}

impl Link {
    pub(super) fn opened(self) -> Opened {
        Opened { id: self.id, url: self.short_url }
    }
}

/// A list of links.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Links {
    pub payment_links: Vec<Link>,
}

/// A list of things.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Collection<T> {
    pub items: Vec<T>,
}

/// The body of an error.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub error: ErrorWords,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorWords {
    #[serde(default)]
    pub description: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_oddities() {
        let state = |status: &str, captured: serde_json::Value| {
            let payment = json!({"id": "pay_1", "order_id": "order_1", "amount": 100, "currency": "INR", "status": status,
                                 "captured": captured, "notes": [], "fee": null});
            ProviderPayment::from(serde_json::from_value::<Payment>(payment).unwrap()).state
        };
        for (status, captured, expected) in [
            ("created", json!(false), PaymentState::Created),
            ("authorized", json!(false), PaymentState::Authorized),
            ("authorized", json!("1"), PaymentState::Captured),
            ("captured", json!(null), PaymentState::Captured),
            ("captured", json!(true), PaymentState::Captured),
            ("refunded", json!(true), PaymentState::Captured),
            ("refunded", json!(false), PaymentState::Failed),
            ("failed", json!(false), PaymentState::Failed),
            ("pending", json!(0), PaymentState::Created),
        ] {
            assert_eq!(state(status, captured.clone()), expected, "{status} {captured}");
        }
    }
}
