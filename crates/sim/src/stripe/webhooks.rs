//! Events, as Stripe posts them to the shop.

use super::Stripe;
use super::wire::StripeRefused;
use crate::courier::Parcel;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// One event, ready to be posted as often and in whatever order a test likes.
#[derive(Clone, Debug)]
pub struct StripeWebhook {
    /// Whose it is: a guest's by name, or the shop's that the simulation was started for.
    pub guest: Option<String>,
    /// Its id, `evt_…`.
    pub event_id: String,
    /// Its type, such as `checkout.session.completed`.
    pub event: String,
    /// The exact bytes that are signed.
    pub body: String,
    /// What `Stripe-Signature` says.
    pub signature: String,
}

impl StripeWebhook {
    fn parcel(&self) -> Parcel {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Ok(value) = HeaderValue::from_str(&self.signature) {
            headers.insert("stripe-signature", value);
        }
        let body = Bytes::from(self.body.clone());
        Parcel { guest: self.guest.clone(), to: None, event_id: self.event_id.clone(), event: self.event.clone(), headers, body }
    }
}

impl Stripe {
    /// The event `name` about a session (`checkout.session.…`), a refund (`refund.…`, `charge.refunded`), a subscription
    /// (`customer.subscription.…`) or its invoice (`invoice.…`), as things stand now,
    /// under a fresh id. Nothing is sent.
    ///
    /// # Errors
    /// There is no such thing.
    pub fn webhook(&self, name: &str, id: &str) -> Result<StripeWebhook, StripeRefused> {
        let (guest, object) = self.object(name, id)?;
        let event_id = self.name("evt");
        let body = json!({
            "id": event_id, "object": "event", "api_version": "2026-10-28.endive", "created": self.now(), "type": name,
            "livemode": false, "pending_webhooks": 1, "request": {"id": null, "idempotency_key": null}, "data": {"object": object},
        })
        .to_string();
        let signature = self.webhook_signature(&body);
        Ok(StripeWebhook { guest, event_id, event: name.to_owned(), body, signature })
    }

    /// What `Stripe-Signature` says of a body that is sent now.
    pub fn webhook_signature(&self, body: &str) -> String {
        let at = self.now();
        format!("t={at},v1={}", hmac_hex(&self.0.account.webhook_secret, &format!("{at}.{body}")))
    }

    /// Sends the event on its way, with the repeats that it may need.
    pub fn send_webhook(&self, webhook: &StripeWebhook) {
        self.0.courier.send(webhook.parcel());
    }

    pub(super) fn announce(&self, name: &str, id: &str) {
        if let Ok(webhook) = self.webhook(name, id) {
            self.send_webhook(&webhook);
        }
    }

    fn object(&self, name: &str, id: &str) -> Result<(Option<String>, Value), StripeRefused> {
        if let Some(subscribed) = self.subscribed(id) {
            return Ok((None, subscribed));
        }
        let mut books = self.0.books.lock();
        if let Some(refund) = books.refunds.iter().find(|refund| refund.id == id).cloned() {
            let guest = books.paid(&refund.payment_intent).and_then(|paid| paid.guest);
            let charge = json!({
                "id": refund.payment_intent.replacen("pi_", "ch_", 1), "object": "charge", "payment_intent": refund.payment_intent,
                "amount_refunded": books.given_back(&refund.payment_intent),
            });
            return Ok((guest, if name == "charge.refunded" { charge } else { refund.json() }));
        }
        if let Some(charge) = books.charge(id) {
            return Ok((charge.guest.clone(), charge.json()));
        }
        if let Some(kept) = books.kept.iter().chain(&books.gone).find(|kept| kept.method == id) {
            return Ok((kept.guest.clone(), json!({"id": kept.method, "object": "payment_method", "type": "card", "customer": null})));
        }
        let session = books.session(id).ok_or_else(|| StripeRefused::missing("object", id))?;
        Ok((session.guest.clone(), session.json(&self.0.page, false)))
    }
}

/// HMAC takes keys of any length, so nothing can fail.
fn hmac_hex(key: &str, text: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::hmac_hex;

    #[test]
    fn webhook_vector() {
        let body = r#"{"id":"evt_1","object":"event","type":"invoice.paid","data":{"object":{"id":"in_1"}}}"#;
        let signature = hmac_hex("whsec_test_secret", &format!("1700000000.{body}"));
        assert_eq!(signature, "b5e0b8c9c6c01393de21b6e49dfbe91697f78cf977517a252d763ced624d3349");
    }
}
