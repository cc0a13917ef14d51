//! Events, as Razorpay posts them to the shop.

use super::Razorpay;
use super::wire::Refused;
use crate::courier::Parcel;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// One event, ready to be posted as often and in whatever order a test likes.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Whose it is: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// What `x-razorpay-event-id` says.
    pub event_id: String,
    /// Its name, such as `payment.captured`.
    pub event: String,
    /// The exact bytes that are signed.
    pub body: String,
    /// What `X-Razorpay-Signature` says.
    pub signature: String,
}

impl Webhook {
    fn parcel(&self) -> Parcel {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, text) in [("x-razorpay-event-id", &self.event_id), ("x-razorpay-signature", &self.signature)] {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        }
        let body = Bytes::from(self.body.clone());
        Parcel { guest: self.guest.clone(), to: None, event_id: self.event_id.clone(), event: self.event.clone(), headers, body }
    }
}

impl Razorpay {
    /// The event `name` about a payment (`payment.…`, `order.paid`) or a refund (`refund.…`), as things
    /// stand now, under a fresh event id. Nothing is sent.
    ///
    /// # Errors
    /// There is no such payment or refund.
    pub fn webhook(&self, name: &str, id: &str) -> Result<Webhook, Refused> {
        let (guest, payload) = self.payload(name, id)?;
        let contains: Vec<&String> = payload.keys().collect();
        let body = json!({
            "entity": "event", "account_id": self.0.account_id, "event": name,
            "contains": contains, "payload": payload, "created_at": self.now(),
        })
        .to_string();
        let signature = self.webhook_signature(&body);
        Ok(Webhook { guest, event_id: self.0.names.fresh(14), event: name.to_owned(), body, signature })
    }

    /// Posts the event once, now, whether or not webhooks are switched off. Returns the answer's HTTP
    /// status, or `None` where nobody answered.
    pub async fn deliver(&self, webhook: &Webhook) -> Option<u16> {
        self.0.courier.post(&webhook.parcel()).await
    }

    /// Sends the event on its way, with the repeats that it may need.
    pub fn send_webhook(&self, webhook: &Webhook) {
        self.0.courier.send(webhook.parcel());
    }

    /// Sends these events about one thing. Each goes by itself, so they arrive in any order, as in life.
    pub(super) fn announce(&self, names: &[&str], id: &str) {
        for name in names {
            if let Ok(webhook) = self.webhook(name, id) {
                self.send_webhook(&webhook);
            }
        }
    }

    /// Whose order it is about, and what the event tells.
    fn payload(&self, name: &str, id: &str) -> Result<(Option<String>, Map<String, Value>), Refused> {
        let books = self.0.books.lock();
        if let Some(link) = books.links.get(id) {
            let order = books.orders.get(&link.order_id).ok_or_else(Refused::unknown_id)?;
            return Ok((order.guest.clone(), link.payload(order, &self.0.page)));
        }
        if let Some(sub) = books.subscriptions.get(id) {
            let newest = sub.invoices.last().and_then(|invoice| books.by_order.get(&invoice.order)?.last());
            return Ok((None, sub.payload(newest.and_then(|payment| books.payments.get(payment)))));
        }
        if let Some(told) = books.told_of_agreement(name, id) {
            return Ok(told);
        }
        let mut payload = Map::new();
        let mut add = |name: &str, entity: Value| payload.insert(name.to_owned(), json!({ "entity": entity }));
        let refund = books.refunds.get(id).filter(|_| name.starts_with("refund."));
        let payment_id = refund.map_or(id, |refund| refund.payment_id.as_str());
        let payment = books.payments.get(payment_id).ok_or_else(Refused::unknown_id)?;
        add("payment", payment.json());
        if let Some(refund) = refund {
            add("refund", refund.json());
        }
        let order = books.orders.get(&payment.order_id);
        if let Some(order) = order.filter(|_| name == "order.paid") {
            add("order", order.json());
        }
        Ok((order.and_then(|order| order.guest.clone()), payload))
    }
}
