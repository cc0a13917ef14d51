//! A webhook's envelope, read leniently: what is missing is asked for.

use super::wire::{Payment, Refund};
use crate::provider::{ProviderPayment, ProviderRefund};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What an event is about, as far as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name, such as `payment.captured`.
    pub name: String,
    /// The payment, where it brings one.
    pub payment: Option<ProviderPayment>,
    /// The refund, where it brings one.
    pub refund: Option<ProviderRefund>,
    /// The provider's order that it concerns.
    pub order_id: Option<String>,
    /// How many tries at paying the order there were, where the event brings the order.
    pub attempts: Option<i64>,
    /// The payment link that it concerns.
    pub link_id: Option<String>,
    /// The subscription that it concerns.
    pub subscription_id: Option<String>,
    /// What somebody agreed to be charged by, where the event is about that.
    pub token_id: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    event: String,
    #[serde(default)]
    payload: Value,
}

impl Event {
    /// Reads an event; `None` when it is not one.
    pub fn read(body: &[u8]) -> Option<Self> {
        let envelope: Envelope = serde_json::from_slice(body).ok()?;
        let payment: Option<Payment> = entity(&envelope.payload, "payment");
        let refund: Option<Refund> = entity(&envelope.payload, "refund");
        let id = |path: &str| envelope.payload.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let (order, link_id, subscription_id) = (id("/order/entity/id"), id("/payment_link/entity/id"), id("/subscription/entity/id"));
        let token_id = id("/token/entity/id").filter(|_| envelope.event.starts_with("token."));
        let order_id = payment.as_ref().and_then(|payment| payment.order_id.clone()).or(order).or(id("/notification/entity/order_id"));
        let attempts = envelope.payload.pointer("/order/entity/attempts").and_then(Value::as_i64);
        let (refund, payment) = (refund.map(Into::into), payment.map(Into::into));
        Some(Self { name: envelope.event, refund, payment, order_id, attempts, link_id, subscription_id, token_id })
    }

    /// Whether it says that the notice before a debit did not reach the customer.
    pub fn notice_failed(&self) -> bool {
        self.name == "order.notification.failed"
    }

    /// Whether it is about a payment or its refund at all.
    pub fn concerns_payments(&self) -> bool {
        self.name == "order.paid" || self.name.starts_with("payment.") || self.name.starts_with("refund.")
    }
}

fn entity<T: DeserializeOwned>(payload: &Value, name: &str) -> Option<T> {
    serde_json::from_value(payload.get(name)?.get("entity")?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_there_is() {
        let whole = br#"{"event":"order.paid","payload":{"order":{"entity":{"id":"order_1"}},"payment":{"entity":
            {"id":"pay_1","order_id":"order_1","amount":100,"currency":"INR","status":"captured","captured":true,"notes":{"a":"b"}}}}}"#;
        let event = Event::read(whole).unwrap();
        assert_eq!((event.payment.unwrap().id.as_str(), event.order_id.as_deref()), ("pay_1", Some("order_1")));
        let bare = Event::read(br#"{"event":"order.paid","payload":{"order":{"entity":{"id":"order_1"}}}}"#).unwrap();
        assert_eq!((bare.payment, bare.order_id.as_deref()), (None, Some("order_1")));
        // The order of a link's event lacks its prefix; the link is what is asked about.
        let link = Event::read(
            br#"{"event":"payment_link.paid","payload":{"payment_link":{"entity":{"id":"plink_1"}},"order":{"entity":{"id":"1"}}}}"#,
        );
        assert_eq!(link.unwrap().link_id.as_deref(), Some("plink_1"));
        let charged = br#"{"event":"subscription.charged","payload":{"subscription":{"entity":{"id":"sub_1"}},"payment":{"entity":{}}}}"#;
        assert_eq!(Event::read(charged).unwrap().subscription_id.as_deref(), Some("sub_1"));
        let paid = Event::read(br#"{"event":"order.paid","payload":{"order":{"entity":{"id":"order_1","attempts":2}}}}"#).unwrap();
        assert_eq!((paid.order_id.as_deref(), paid.attempts), (Some("order_1"), Some(2)));
        let token = Event::read(br#"{"event":"token.cancelled","payload":{"token":{"entity":{"id":"token_1"}}}}"#).unwrap();
        assert_eq!((token.token_id.as_deref(), token.concerns_payments()), (Some("token_1"), false));
        let notice = Event::read(br#"{"event":"order.notification.failed","payload":{"order":{"entity":{"id":"order_1"}}}}"#).unwrap();
        assert_eq!((notice.notice_failed(), notice.order_id.as_deref()), (true, Some("order_1")));
        assert!(!Event::read(br#"{"event":"subscription.charged"}"#).unwrap().concerns_payments());
        for text in ["", "[]", "{", r#"{"event":7}"#, "\u{feff}"] {
            assert_eq!(Event::read(text.as_bytes()), None, "{text}");
        }
    }
}
