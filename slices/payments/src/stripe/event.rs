//! A webhook's event, read leniently: it says what to ask about, and the provider is asked.

use super::{subscriptions, wire};
use crate::provider::ProviderRefund;
use facts::IntentId;
use serde::Deserialize;
use serde_json::Value;

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A Checkout Session: its id, and the intent that it was made for, where it names one of ours.
    Session(String, Option<IntentId>),
    /// A refund, as it stands.
    Refund(ProviderRefund),
    /// All refunds of a payment, by the provider's id of it.
    Refunds(String),
    /// A charge that nobody was present at, by its id.
    Charge(String),
    /// The provider keeps a card or an account no more, by its id.
    Forgotten(String),
    /// A subscription that the provider runs, by its id.
    Subscription(String),
    /// Nothing that concerns payments here.
    Nothing,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id, `evt_…`.
    pub id: String,
    /// Whether it is about real money.
    pub live: bool,
    /// What it is about.
    pub matter: Matter,
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    livemode: bool,
    #[serde(default)]
    data: Value,
}

impl Event {
    /// Reads an event; `None` when it is not one.
    pub fn read(body: &[u8]) -> Option<Self> {
        let Envelope { id, kind, livemode, data } = serde_json::from_slice(body).ok()?;
        let object = data.get("object").cloned().unwrap_or_default();
        Some(Self { id, live: livemode, matter: matter(&kind, object).unwrap_or(Matter::Nothing) })
    }
}

fn matter(kind: &str, object: Value) -> Option<Matter> {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    if let Some(theirs) = subscriptions::named_by(kind, &object) {
        return Some(Matter::Subscription(theirs));
    }
    if kind.starts_with("checkout.session.") {
        let ours = text("client_reference_id").and_then(|id| id.parse().ok());
        return Some(Matter::Session(text("id")?.to_owned(), ours));
    }
    if kind.starts_with("payment_intent.") {
        return Some(Matter::Charge(text("id")?.to_owned()));
    }
    if kind == "payment_method.detached" {
        return Some(Matter::Forgotten(text("id")?.to_owned()));
    }
    if kind == "charge.refunded" {
        return Some(Matter::Refunds(text("payment_intent")?.to_owned()));
    }
    if kind.starts_with("refund.") || kind == "charge.refund.updated" {
        let refund: wire::Refund = serde_json::from_value(object).ok()?;
        return Some(Matter::Refund(refund.read()?));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_is_about() {
        let read = |text: &str| Event::read(text.as_bytes()).map(|event| event.matter);
        let session =
            r#"{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"id":"cs_1","client_reference_id":"foreign"}}}"#;
        assert_eq!(read(session), Some(Matter::Session("cs_1".into(), None)));
        let refunded = r#"{"id":"evt_1","type":"charge.refunded","data":{"object":{"id":"ch_1","payment_intent":"pi_1"}}}"#;
        assert_eq!(read(refunded), Some(Matter::Refunds("pi_1".into())));
        for nothing in [
            r#"{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1"}}}"#,
            r#"{"id":"evt_1","type":"checkout.session.completed"}"#,
            r#"{"id":"evt_1","type":"refund.updated","data":{"object":{"id":7}}}"#,
            r#"{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered"}"#,
        ] {
            assert_eq!(read(nothing), Some(Matter::Nothing), "{nothing}");
        }
        for text in ["", "[]", "{", r#"{"type":"invoice.paid"}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
