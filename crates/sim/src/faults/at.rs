//! Who has a bad day, and at which of its calls.

use super::Ask;
use crate::names::e164;
use serde::Serialize;

/// Who is having the bad day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The payment side.
    Razorpay,
    /// The other payment side.
    Stripe,
    /// The WhatsApp side.
    MyOperator,
    /// The mail server.
    Smtp,
    /// The directory that issues certificates.
    Acme,
    /// Programs that take webhooks of tenants' own.
    Receiver,
    /// The buckets.
    S3,
    /// The shop that runs WooCommerce.
    Woocommerce,
    /// The shop at Shopify.
    Shopify,
    /// Meta's own WhatsApp side.
    Meta,
    /// Text messages, and WhatsApp beside them.
    Twilio,
    /// A small WhatsApp gateway.
    Gateway,
    /// Pushes to apps.
    Fcm,
    /// Pushes to browsers.
    Webpush,
}

/// Which calls a fault meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The provider called.
    pub provider: Provider,
    /// Only this call, as in `POST /orders/{id}`; `None` for every one.
    pub call: Option<String>,
    /// Only this phone number, e-mail address, receiver, device or browser; `None` for every one.
    pub who: Option<String>,
}

impl At {
    /// Every call to Razorpay.
    pub fn razorpay() -> Self {
        Self { provider: Provider::Razorpay, call: None, who: None }
    }

    /// One call of Razorpay's, as its manual writes it: `POST /payments/{id}/refund`.
    pub fn razorpay_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::razorpay() }
    }

    /// Every call to the shop that runs WooCommerce.
    pub fn woocommerce() -> Self {
        Self { provider: Provider::Woocommerce, call: None, who: None }
    }

    /// Every call to the shop at Shopify.
    pub fn shopify() -> Self {
        Self { provider: Provider::Shopify, call: None, who: None }
    }

    /// Every call to Stripe.
    pub fn stripe() -> Self {
        Self { provider: Provider::Stripe, call: None, who: None }
    }

    /// One call of Stripe's: `POST /checkout/sessions`, `POST /refunds`.
    pub fn stripe_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::stripe() }
    }

    /// Every message sent through MyOperator.
    pub fn phones() -> Self {
        Self { provider: Provider::MyOperator, call: None, who: None }
    }

    /// Messages to one phone, in any spelling with its country code.
    pub fn phone(number: &str) -> Self {
        Self { who: Some(e164(number)), ..Self::phones() }
    }

    /// Every call to the directory of certificates.
    pub fn acme() -> Self {
        Self { provider: Provider::Acme, call: None, who: None }
    }

    /// One call of the directory's: `POST /new-order`, `POST /finalize/{number}`.
    pub fn acme_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::acme() }
    }

    /// Every call of a program that takes webhooks.
    pub fn receivers() -> Self {
        Self { provider: Provider::Receiver, call: None, who: None }
    }

    /// Calls of the one by that name.
    pub fn receiver(name: &str) -> Self {
        Self { who: Some(name.to_owned()), ..Self::receivers() }
    }

    /// Every call to the buckets.
    pub fn s3() -> Self {
        Self { provider: Provider::S3, call: None, who: None }
    }

    /// One call of theirs: `GET /{bucket}/{key}`, `PUT /{bucket}/{key}?partNumber`, `POST /{bucket}/{key}?uploads`.
    pub fn s3_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::s3() }
    }

    /// Every mail.
    pub fn mail() -> Self {
        Self { provider: Provider::Smtp, call: None, who: None }
    }

    /// Mail to one address.
    pub fn mailbox(address: &str) -> Self {
        Self { who: Some(address.to_lowercase()), ..Self::mail() }
    }

    /// Every call to a provider.
    pub fn every(provider: Provider) -> Self {
        Self { provider, call: None, who: None }
    }

    /// Only one call of it, as its manual writes it: `POST /{phone_number_id}/messages`.
    pub fn on(self, call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..self }
    }

    /// Only what goes to one phone, in any spelling with its country code.
    pub fn to_phone(self, number: &str) -> Self {
        Self { who: Some(e164(number)), ..self }
    }

    /// Only what goes to one device or browser.
    pub fn to_whom(self, who: &str) -> Self {
        Self { who: Some(who.to_owned()), ..self }
    }

    pub(super) fn meets(&self, ask: &Ask<'_>) -> bool {
        self.provider == ask.provider
            && self.call.as_deref().is_none_or(|call| call == ask.call)
            && self.who.as_deref().is_none_or(|who| ask.who.iter().any(|asked| asked == who))
    }
}
