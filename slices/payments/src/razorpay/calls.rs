//! The calls that are made of Razorpay, each bounded in time by the client.

use super::RazorpayKeys;
use super::wire::{Collection, ErrorBody, Payment, ProviderOrder, Refund};
use crate::model::{self, Intent};
use crate::provider::{ProviderPayment, ProviderRefund};
use crate::trouble::Trouble;
use facts::IntentId;
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::Clock;

/// One merchant's line to Razorpay.
pub struct Razorpay<'a> {
    pub(super) http: &'a reqwest::Client,
    clock: &'a Clock,
    base_url: String,
    keys: RazorpayKeys,
}

impl<'a> Razorpay<'a> {
    /// A line that signs in with these keys. By the clock it is told for how long it is to stay away.
    pub fn new(http: &'a reqwest::Client, clock: &'a Clock, base_url: String, keys: RazorpayKeys) -> Self {
        Self { http, clock, base_url, keys }
    }

    /// Makes the provider's order of an intent and gives its id.
    ///
    /// # Errors
    /// [`Trouble::Unknown`] where it may have been made: find out with [`Razorpay::order_of_receipt`] before another try.
    pub async fn make_order(&self, intent: &Intent) -> Result<String, Trouble> {
        let order: ProviderOrder = self.read(self.http.post(self.url("/orders")).json(&Self::order_body(intent))).await?;
        Ok(order.id)
    }

    /// What every order says.
    pub(super) fn order_body(intent: &Intent) -> Value {
        let mut notes = json!(intent.payable());
        notes["intent_id"] = json!(intent.id);
        json!({
            "amount": intent.amount_minor,
            "currency": intent.currency,
            "receipt": intent.receipt,
            // A repeat with the same receipt is answered with the first order.
            "unique_receipt": true,
            "notes": notes,
        })
    }

    /// The provider's order with our receipt, where there is one.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn order_of_receipt(&self, receipt: &str) -> Result<Option<String>, Trouble> {
        let found: Collection<ProviderOrder> = self.read(self.http.get(self.url("/orders")).query(&[("receipt", receipt)])).await?;
        // The filter is the provider's; the comparison is ours.
        let mut ours = found.items.into_iter().filter(|order| order.receipt.as_deref() == Some(receipt));
        // Newest first: the first one made is the last.
        Ok(ours.next_back().map(|order| order.id))
    }

    /// The intent that an order of the provider's was made for; `None` when it is not one of ours.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn intent_of_order(&self, provider_order_id: &str) -> Result<Option<IntentId>, Trouble> {
        let path = format!("/orders/{}", plain(provider_order_id)?);
        match self.read::<ProviderOrder>(self.http.get(self.url(&path))).await {
            Ok(order) => Ok(order.receipt.and_then(|receipt| receipt.parse().ok())),
            Err(Trouble::Refused(..)) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Every payment that was tried for an order of the provider's.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn payments_of_order(&self, provider_order_id: &str) -> Result<Vec<ProviderPayment>, Trouble> {
        let path = format!("/orders/{}/payments", plain(provider_order_id)?);
        let found: Collection<Payment> = self.read(self.http.get(self.url(&path)).query(&[("count", "100")])).await?;
        Ok(found.items.into_iter().map(Into::into).collect())
    }

    /// Takes the money of an authorised payment, all of it. A payment that was captured in the meantime is as good.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn capture(&self, payment: &ProviderPayment) -> Result<ProviderPayment, Trouble> {
        let path = format!("/payments/{}", plain(&payment.id)?);
        let body = json!({ "amount": payment.amount, "currency": payment.currency });
        let paid: Payment = match self.read(self.http.post(self.url(&format!("{path}/capture"))).json(&body)).await {
            Err(Trouble::Refused(..)) => self.read(self.http.get(self.url(&path))).await?,
            answer => answer?,
        };
        Ok(paid.into())
    }

    /// Gives money back. The refund's id is the idempotency key, so a repeat with the same refund is the same refund.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn give_back(&self, refund: &model::Refund, provider_payment_id: &str) -> Result<ProviderRefund, Trouble> {
        let path = format!("/payments/{}/refund", plain(provider_payment_id)?);
        let body = json!({ "amount": refund.amount_minor, "speed": "normal", "receipt": refund.id });
        let request = self.http.post(self.url(&path)).header("X-Refund-Idempotency", refund.id.to_string()).json(&body);
        let made: Refund = self.read(request).await?;
        Ok(made.into())
    }

    /// Every refund of a payment that the provider knows of, up to a hundred.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn refunds_of(&self, provider_payment_id: &str) -> Result<Vec<ProviderRefund>, Trouble> {
        let path = format!("/payments/{}/refunds", plain(provider_payment_id)?);
        let found: Collection<Refund> = self.read(self.http.get(self.url(&path)).query(&[("count", "100")])).await?;
        Ok(found.items.into_iter().map(Into::into).collect())
    }

    /// A payment by its id.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn payment(&self, id: &str) -> Result<ProviderPayment, Trouble> {
        let paid: Payment = self.get(&format!("/payments/{}", plain(id)?), &[]).await?;
        Ok(paid.into())
    }

    /// Looks at a list.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<T, Trouble> {
        self.read(self.http.get(self.url(path)).query(query)).await
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    pub(super) async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let signed_in = request.basic_auth(&self.keys.key_id, Some(&self.keys.key_secret));
        let answer = signed_in.send().await.map_err(|error| Trouble::of_transport("Razorpay", &error))?;
        if !answer.status().is_success() {
            return Err(refusal(answer, self.clock).await);
        }
        let bytes = answer.bytes().await.map_err(|error| Trouble::of_transport("Razorpay", &error))?;
        serde_json::from_slice(&bytes).map_err(|error| Trouble::Unknown(format!("Razorpay's answer could not be read: {error}.")))
    }
}

async fn refusal(answer: Response, clock: &Clock) -> Trouble {
    let status = answer.status().as_u16();
    let retry_after = web::http::wait(answer.headers(), clock.now());
    let body: ErrorBody = match answer.bytes().await {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
        Err(_) => ErrorBody::default(),
    };
    let words = body.error.description.unwrap_or_else(|| format!("Razorpay answered {status}."));
    Trouble::of_status(status, retry_after, words)
}

/// An id as a part of a path: one that could mean anything else there is refused.
pub(super) fn plain(id: &str) -> Result<&str, Trouble> {
    let fits = !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits { Ok(id) } else { Err(Trouble::Refused(400, "That is not an id of Razorpay's.".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn how_long_to_stay_away_is_said_in_seconds_or_as_a_date() {
        let clock = Clock::simulated("2026-11-21T09:30:00Z".parse().unwrap());
        for (said, wait) in [("9", Some(9)), ("Sat, 21 Nov 2026 09:31:30 GMT", Some(90)), ("later", None)] {
            let answer = http::Response::builder().status(429).header("retry-after", said).body("{}").unwrap();
            assert_eq!(refusal(answer.into(), &clock).await, Trouble::RateLimited(wait.map(Duration::from_secs)), "{said}");
        }
    }
}
