//! What Razorpay says of customers and of what they have agreed to be charged by.

use super::wire::truth;
use crate::mandates::{self, TokenState, most_of};
use serde::Deserialize;
use serde_json::Value;

/// A customer as the provider has them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct CustomerId {
    pub id: String,
}

/// What people call a kind of payment.
pub(super) fn title(kind: &str) -> &str {
    match kind {
        "upi" => "UPI",
        "card" => "Card",
        other => other,
    }
}

/// What a customer has agreed to be charged by, as the provider has it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub method: Option<String>,
    #[serde(default)]
    pub card: Value,
    /// `{username, handle}`.
    #[serde(default)]
    pub vpa: Value,
    #[serde(default, deserialize_with = "truth")]
    pub recurring: bool,
    #[serde(default)]
    pub recurring_details: Option<Details>,
    /// The most of one debit, in minor units.
    #[serde(default)]
    pub max_amount: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Details {
    #[serde(default)]
    pub status: Option<String>,
}

impl Token {
    /// In our words. A state that we do not know cannot be charged.
    pub(super) fn read(self) -> mandates::Token {
        let status = self.recurring_details.and_then(|details| details.status);
        let (state, reason) = match status.as_deref() {
            Some("confirmed") => (TokenState::Confirmed, ""),
            Some("initiated" | "created") => (TokenState::Begun, ""),
            None if self.recurring => (TokenState::Confirmed, ""),
            Some("rejected") => (TokenState::Over, "The bank did not agree to it."),
            Some("cancelled") => (TokenState::Over, "The customer took it back."),
            Some("paused") => (TokenState::Over, "The customer lets it rest."),
            Some(_) => (TokenState::Over, "The provider says that it is over."),
            None => (TokenState::Over, "The provider knows it no more."),
        };
        let kind = self.method.unwrap_or_else(|| "card".to_owned());
        let word = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let label = match kind.as_str() {
            "card" if self.card.is_object() => format!("{} ending in {}", word(&self.card, "network"), word(&self.card, "last4")),
            "upi" if self.vpa.is_object() => format!("UPI {}@{}", word(&self.vpa, "username"), word(&self.vpa, "handle")),
            other => title(other).to_owned(),
        };
        mandates::Token { state, most_minor: most_of(&kind, self.max_amount), kind, label, reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn how_far_a_token_is() {
        let read = |token: Value| serde_json::from_value::<Token>(token).unwrap().read();
        let of = |status: &str| read(json!({"recurring": true, "recurring_details": {"status": status}})).state;
        for (status, state) in [
            ("confirmed", TokenState::Confirmed),
            ("initiated", TokenState::Begun),
            ("rejected", TokenState::Over),
            ("cancelled", TokenState::Over),
            ("paused", TokenState::Over),
            ("expired", TokenState::Over),
        ] {
            assert_eq!(of(status), state, "{status}");
        }
        let card = read(json!({"method": "card", "recurring": "1", "card": {"network": "Visa", "last4": "1007"}, "max_amount": null}));
        assert_eq!((card.state, card.label.as_str(), card.most_minor), (TokenState::Confirmed, "Visa ending in 1007", 1_500_000));
        let upi = read(json!({"method": "upi", "vpa": {"username": "asha", "handle": "bank"}, "max_amount": 9_900}));
        assert_eq!((upi.state, upi.label.as_str(), upi.most_minor), (TokenState::Over, "UPI asha@bank", 9_900));
    }
}
