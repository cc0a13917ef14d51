//! What Razorpay says of payments and refunds, with its oddities taken out.

use crate::model::{PaymentState, RefundState};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

/// A payment as the provider has it. Its `notes`, now a list and now an object, are not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderPayment {
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
}

impl ProviderPayment {
    /// How far it is, in our words. A status that we do not know says no more than that somebody tried.
    pub fn state(&self) -> PaymentState {
        match self.status.as_str() {
            _ if self.captured => PaymentState::Captured,
            "captured" => PaymentState::Captured,
            "authorized" => PaymentState::Authorized,
            // Refunded and not captured: the provider gave back by itself what nobody took.
            "failed" | "refunded" => PaymentState::Failed,
            _ => PaymentState::Created,
        }
    }

    /// Why it failed, as a sentence.
    pub fn failure(&self) -> String {
        match (&self.error_description, self.status.as_str()) {
            (Some(words), _) if !words.is_empty() => words.clone(),
            (_, "refunded") => "Nobody took the money in time, and the provider gave it back.".to_owned(),
            _ => "The provider did not say why.".to_owned(),
        }
    }
}

/// `true`, `1`, `"1"` and `"true"` are all true.
fn truth<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(d)?;
    Ok(match value {
        serde_json::Value::Bool(truth) => truth,
        serde_json::Value::Number(number) => number.as_i64() == Some(1),
        serde_json::Value::String(text) => text == "1" || text == "true",
        _ => false,
    })
}

/// A refund as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRefund {
    /// `rfnd_…`.
    pub id: String,
    /// The provider's payment.
    pub payment_id: String,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The provider's word for its state.
    #[serde(default)]
    pub status: Option<String>,
    /// Our own id of the refund, where we made it.
    #[serde(default)]
    pub receipt: Option<String>,
}

impl ProviderRefund {
    /// How far it is, in our words.
    pub fn state(&self) -> RefundState {
        match self.status.as_deref() {
            Some("processed") => RefundState::Settled,
            Some("failed") => RefundState::Failed,
            _ => RefundState::Pending,
        }
    }
}

/// An order as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ProviderOrder {
    pub id: String,
    #[serde(default)]
    pub receipt: Option<String>,
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
            serde_json::from_value::<ProviderPayment>(payment).unwrap().state()
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
