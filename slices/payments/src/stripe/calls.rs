//! The calls that are made of Stripe, each bounded in time by the client.

use super::StripeKeys;
use super::wire::{ErrorBody, INTENT, List, PaymentIntent, Portal, REFUND, Refund, Session, Words};
use crate::mandates::Mandate;
use crate::model::{self, Intent};
use crate::provider::{Asked, Opened, ProviderRefund};
use crate::trouble::Trouble;
use reqwest::{RequestBuilder, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::time::Duration;
use store::Clock;

/// The version that all of this is written for.
const VERSION: &str = "2026-10-28.endive";
/// How the id of a payment begins, where a session's begins otherwise.
const CHARGE: &str = "pi_";

/// One merchant's line to Stripe.
pub struct Stripe<'a> {
    http: &'a reqwest::Client,
    clock: &'a Clock,
    base_url: String,
    keys: StripeKeys,
}

impl<'a> Stripe<'a> {
    /// A line that signs in with these keys. By the clock it is told for how long it is to stay away.
    pub fn new(http: &'a reqwest::Client, clock: &'a Clock, base_url: String, keys: StripeKeys) -> Self {
        Self { http, clock, base_url, keys }
    }

    /// Makes the Checkout Session of an intent; `home` is the shop's own address, `customer` who pays, where Stripe knows them. The
    /// intent's id is the idempotency key, so a repeat is answered with the first session, for a day and longer.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn make_session(&self, intent: &Intent, home: &str, customer: Option<&str>) -> Result<Opened, Trouble> {
        let id = intent.id.to_string();
        let name = if intent.description.trim().is_empty() { "Payment" } else { intent.description.as_str() };
        let mut form = vec![
            ("mode", "payment".to_owned()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", intent.currency.code().to_lowercase()),
            ("line_items[0][price_data][unit_amount]", intent.amount_minor.to_string()),
            ("line_items[0][price_data][product_data][name]", name.to_owned()),
            ("client_reference_id", id.clone()),
            ("payment_intent_data[metadata][intent_id]", id.clone()),
            ("success_url", format!("{home}/api/billing/success?intent={id}")),
            ("cancel_url", format!("{home}/api/billing/cancel?intent={id}")),
        ];
        if intent.keep {
            form.push(("payment_intent_data[setup_future_usage]", "off_session".to_owned()));
        }
        match (customer, &intent.email) {
            (Some(customer), _) => form.push(("customer", customer.to_owned())),
            (None, Some(email)) => form.push(("customer_email", email.clone())),
            (None, None) => {}
        }
        if customer.is_none() && intent.keep {
            form.push(("customer_creation", "always".to_owned()));
        }
        let session: Session = self.read(self.http.post(self.url("/checkout/sessions")).header("Idempotency-Key", id).form(&form)).await?;
        Ok(Opened { id: session.id, url: session.url })
    }

    /// What became of a session, or of a charge that nobody was present at.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn ask(&self, opened_id: &str) -> Result<Asked, Trouble> {
        let id = plain(opened_id)?;
        if id.starts_with(CHARGE) {
            let expand = [("expand[]", "latest_charge.balance_transaction")];
            let charge: PaymentIntent = self.read(self.http.get(self.url(&format!("/payment_intents/{id}"))).query(&expand)).await?;
            return Ok(Asked { payments: charge.read().into_iter().collect(), whole: true, over: false });
        }
        let expand = [("expand[]", "payment_intent.latest_charge.balance_transaction"), ("expand[]", "payment_intent.payment_method")];
        let session: Session = self.read(self.http.get(self.url(&format!("/checkout/sessions/{id}"))).query(&expand)).await?;
        let over = session.status.as_deref() == Some("expired");
        Ok(Asked { payments: session.payment_intent.and_then(PaymentIntent::read).into_iter().collect(), whole: true, over })
    }

    /// Charges a customer who is not present. The intent's id is the idempotency key, so a repeat is answered with what became of the
    /// first, for a day and longer. A bank that declines is an answer too.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn charge(&self, intent: &Intent, mandate: &Mandate) -> Result<(Opened, Asked), Trouble> {
        let (id, ours) = (intent.id.to_string(), format!("metadata[{INTENT}]"));
        let form = [
            ("amount", intent.amount_minor.to_string()),
            ("currency", intent.currency.code().to_lowercase()),
            ("customer", mandate.customer.clone()),
            ("payment_method", mandate.method.clone()),
            ("off_session", "true".to_owned()),
            ("confirm", "true".to_owned()),
            ("description", intent.description.clone()),
            (ours.as_str(), id.clone()),
            ("expand[]", "latest_charge.balance_transaction".to_owned()),
        ];
        let request = self.http.post(self.url("/payment_intents")).header("Idempotency-Key", id).form(&form);
        let answer = self.send(request).await?;
        let charge = match answer.status().as_u16() {
            402 => declined(answer).await?,
            status if !(200..300).contains(&status) => return Err(refusal(answer, self.clock).await),
            _ => parsed::<PaymentIntent>(answer).await?,
        };
        Ok(charged(charge))
    }

    /// The charge of an intent, among the last hundred of its customer.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn find_charge(&self, intent: &Intent, mandate: &Mandate) -> Result<Option<(Opened, Asked)>, Trouble> {
        let query = [("customer", mandate.customer.as_str()), ("limit", "100"), ("expand[]", "data.latest_charge.balance_transaction")];
        let found: List<PaymentIntent> = self.read(self.http.get(self.url("/payment_intents")).query(&query)).await?;
        let id = intent.id.to_string();
        Ok(found.data.into_iter().find(|charge| charge.metadata.get(INTENT) == Some(&id)).map(charged))
    }

    /// Sees to it that nobody can pay a session any more, or that a charge comes to nothing; what is complete or over stays as it is.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn close(&self, opened_id: &str) -> Result<(), Trouble> {
        let id = plain(opened_id)?;
        let path = if id.starts_with(CHARGE) { format!("/payment_intents/{id}/cancel") } else { format!("/checkout/sessions/{id}/expire") };
        match self.read::<IgnoredAny>(self.http.post(self.url(&path))).await {
            Ok(_) | Err(Trouble::Refused(..)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    /// A page on which a customer looks after what Stripe keeps of them; it leads to nobody else, and for a short time.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn portal(&self, customer: &str, back: &str) -> Result<String, Trouble> {
        let form = [("customer", customer), ("return_url", back)];
        let made: Portal = self.read(self.http.post(self.url("/billing_portal/sessions")).form(&form)).await?;
        Ok(made.url)
    }

    /// Gives money back. The refund's id is the idempotency key, so a repeat with the same refund is the same refund.
    ///
    /// # Errors
    /// What kept the provider from answering, or why it refused.
    pub async fn give_back(&self, refund: &model::Refund, payment_intent: &str) -> Result<ProviderRefund, Trouble> {
        let id = refund.id.to_string();
        let ours = format!("metadata[{REFUND}]");
        let form =
            [("payment_intent", payment_intent.to_owned()), ("amount", refund.amount_minor.to_string()), (ours.as_str(), id.clone())];
        let made: Refund = self.read(self.http.post(self.url("/refunds")).header("Idempotency-Key", id).form(&form)).await?;
        made.read().ok_or_else(|| Trouble::Unknown("Stripe's refund names no payment.".to_owned()))
    }

    /// Every refund of a payment that the provider knows of, up to a hundred.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn refunds_of(&self, payment_intent: &str) -> Result<Vec<ProviderRefund>, Trouble> {
        let query = [("payment_intent", payment_intent), ("limit", "100")];
        let found: List<Refund> = self.read(self.http.get(self.url("/refunds")).query(&query)).await?;
        Ok(found.data.into_iter().filter_map(Refund::read).collect())
    }

    /// Looks at a list.
    pub(super) async fn get<'q, T: DeserializeOwned>(
        &self,
        path: &str,
        query: impl Iterator<Item = (&'q str, &'q str)> + Send,
    ) -> Result<T, Trouble> {
        self.read(self.http.get(self.url(path)).query(&query.collect::<Vec<_>>())).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let signed_in = request.bearer_auth(&self.keys.secret_key).header("Stripe-Version", VERSION);
        signed_in.send().await.map_err(|error| Trouble::of_transport("Stripe", &error))
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let answer = self.send(request).await?;
        if answer.status().is_success() { parsed(answer).await } else { Err(refusal(answer, self.clock).await) }
    }
}

fn charged(charge: PaymentIntent) -> (Opened, Asked) {
    let opened = Opened { id: charge.id.clone(), url: None };
    (opened, Asked { payments: charge.read().into_iter().collect(), whole: true, over: false })
}

async fn parsed<T: DeserializeOwned>(answer: Response) -> Result<T, Trouble> {
    let bytes = answer.bytes().await.map_err(|error| Trouble::of_transport("Stripe", &error))?;
    serde_json::from_slice(&bytes).map_err(|error| Trouble::Unknown(format!("Stripe's answer could not be read: {error}.")))
}

/// The payment that a bank declined. An error that brings none is a refusal like others.
async fn declined(answer: Response) -> Result<PaymentIntent, Trouble> {
    let ErrorBody { error } = parsed(answer).await?;
    let words = error.message.clone().unwrap_or_else(|| "The bank declined.".to_owned());
    let mut charge = *error.payment_intent.clone().ok_or(Trouble::Refused(402, words))?;
    charge.last_payment_error.get_or_insert(Words { payment_intent: None, ..error });
    Ok(charge)
}

async fn refusal(answer: Response, clock: &Clock) -> Trouble {
    let status = answer.status().as_u16();
    let retry_after = web::http::wait(answer.headers(), clock.now());
    let said = answer.headers().get("stripe-should-retry").and_then(|value| value.to_str().ok());
    let again = said.and_then(|text| text.parse::<bool>().ok());
    let body: ErrorBody = match answer.bytes().await {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
        Err(_) => ErrorBody::default(),
    };
    let words = body.error.message.unwrap_or_else(|| format!("Stripe answered {status}."));
    sorted(status, retry_after, again, words)
}

/// Whether to try again is the provider's to say, where it says so.
fn sorted(status: u16, retry_after: Option<Duration>, again: Option<bool>, words: String) -> Trouble {
    match (status, again) {
        (429, _) | (_, None) => Trouble::of_status(status, retry_after, words),
        (_, Some(true)) => Trouble::Transient(words),
        (401 | 403, Some(false)) => Trouble::SignedOut(words),
        (_, Some(false)) => Trouble::Refused(status, words),
    }
}

/// An id as a part of a path: one that could mean anything else there is refused.
pub(super) fn plain(id: &str) -> Result<&str, Trouble> {
    let fits = !id.is_empty() && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits { Ok(id) } else { Err(Trouble::Refused(400, "That is not an id of Stripe's.".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again() {
        for (status, again, class) in [
            (409, None, "transient"),
            (500, None, "transient"),
            (503, None, "transient"),
            (402, None, "refused"),
            (404, None, "refused"),
            (401, None, "signed_out"),
            (429, None, "rate_limited"),
            (429, Some(true), "rate_limited"),
            (400, Some(true), "transient"),
            (500, Some(false), "refused"),
            (401, Some(false), "signed_out"),
        ] {
            assert_eq!(sorted(status, None, again, String::new()).class(), class, "{status} {again:?}");
        }
    }

    #[tokio::test]
    async fn how_long_to_stay_away_is_said_in_seconds_or_as_a_date() {
        let clock = Clock::simulated("2026-11-21T09:30:00Z".parse().unwrap());
        for (said, wait) in [("9", Some(9)), ("Sat, 21 Nov 2026 09:31:30 GMT", Some(90)), ("later", None)] {
            let answer = http::Response::builder().status(429).header("retry-after", said).body("{}").unwrap();
            assert_eq!(refusal(answer.into(), &clock).await, Trouble::RateLimited(wait.map(Duration::from_secs)), "{said}");
        }
    }
}
