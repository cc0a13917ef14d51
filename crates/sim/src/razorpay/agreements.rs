//! What is written down of customers who agree to be charged: who they are, their tokens, and the orders that announce a debit.

use super::books::{Books, Method, Order};
use super::wire::Refused;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// How far a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStatus {
    /// The bank has not confirmed it yet.
    Initiated,
    /// It can be debited.
    Confirmed,
    /// The bank does not take part.
    Rejected,
    /// The customer took it back.
    Cancelled,
    /// The customer lets it rest.
    Paused,
}

impl TokenStatus {
    pub(super) fn word(self) -> &'static str {
        match self {
            TokenStatus::Initiated => "initiated",
            TokenStatus::Confirmed => "confirmed",
            TokenStatus::Rejected => "rejected",
            TokenStatus::Cancelled => "cancelled",
            TokenStatus::Paused => "paused",
        }
    }
}

/// What a customer has agreed to be charged by.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its id, `token_…`.
    pub id: String,
    /// Whose it is.
    pub customer: String,
    /// A card or a UPI app.
    pub method: Method,
    /// The most of one debit.
    pub max_amount: i64,
    /// How far it is.
    pub status: TokenStatus,
    pub(super) guest: Option<String>,
    pub(super) created_at: i64,
}

pub(super) struct Customer {
    pub(super) id: String,
    pub(super) guest: Option<String>,
    pub(super) reach: (String, String),
    pub(super) json: Value,
}

/// What an order has to do with charging somebody who is not present.
#[derive(Clone, Debug)]
pub(super) enum Recurring {
    /// Whoever pays it agrees to be charged.
    Registers { customer: String, method: Method, max_amount: i64 },
    /// It announces a debit.
    Announces { token: String, payment_after: i64, failed: bool },
}

/// Who agreed to what, and what banks do about it.
#[derive(Default)]
pub(super) struct Agreements {
    pub(super) customers: Vec<Customer>,
    pub(super) tokens: Vec<Token>,
    pub(super) declines: Option<String>,
    pub(super) notices_fail: bool,
    pub(super) banks_take_their_time: bool,
}

impl Agreements {
    pub(super) fn token(&mut self, id: &str) -> Option<&mut Token> {
        self.tokens.iter_mut().find(|token| token.id == id)
    }
}

impl Books {
    /// What an event about a token or a notice tells; `None` for any other.
    pub(super) fn told_of_agreement(&self, name: &str, id: &str) -> Option<(Option<String>, Map<String, Value>)> {
        let one = |name: &str, entity: Value| Map::from_iter([(name.to_owned(), json!({ "entity": entity }))]);
        if let Some(token) = self.agreements.tokens.iter().find(|token| token.id == id) {
            return Some((token.guest.clone(), one("token", token.json())));
        }
        let order = self.orders.get(id).filter(|_| name.starts_with("order.notification."))?;
        Some((order.guest.clone(), one("order", order.json())))
    }
}

impl Order {
    /// Whether it can be paid this way.
    pub(crate) fn takes(&self, way: Method) -> bool {
        !matches!(&self.recurring, Some(Recurring::Registers { method, .. }) if *method != way)
    }

    pub(super) fn announces(&self) -> bool {
        matches!(self.recurring, Some(Recurring::Announces { .. }))
    }

    /// The notice that it gives.
    pub(super) fn notice_json(&self) -> Value {
        match &self.recurring {
            Some(Recurring::Announces { token, payment_after, .. }) => json!({"token_id": token, "payment_after": payment_after}),
            _ => Value::Null,
        }
    }

    /// The checkout of an order that registers has to say who agrees, and that they do.
    pub(super) fn opened_with(&self, form: &HashMap<String, String>) -> Result<(), Refused> {
        let Some(Recurring::Registers { customer, .. }) = &self.recurring else { return Ok(()) };
        let agrees = form.get("recurring").map(String::as_str) == Some("1") && form.get("customer_id") == Some(customer);
        if agrees { Ok(()) } else { Err(Refused::input("The checkout of this order needs customer_id and recurring", None)) }
    }
}

impl Token {
    pub(super) fn json(&self) -> Value {
        let upi = self.method == Method::Upi;
        json!({
            "id": self.id, "entity": "token", "bank": null, "wallet": null, "method": if upi { "upi" } else { "card" },
            "card": (!upi).then(|| json!({"entity": "card", "last4": "1007", "network": "Visa", "type": "credit"})),
            "vpa": upi.then(|| json!({"username": "success", "handle": "razorpay", "name": null})),
            "recurring": true, "recurring_details": {"status": self.status.word(), "failure_reason": null},
            "max_amount": self.max_amount, "auth_type": null, "mrn": null, "created_at": self.created_at,
        })
    }
}
