//! What payment providers say, whichever it is, and which one takes a payment.

use crate::mandates::Kept;
use crate::model::{PaymentState, RefundState};
use facts::{Currency, RefundId};

facts::words! {
    /// A payment provider.
    pub enum Provider {
        /// Razorpay.
        Razorpay = "razorpay",
        /// Stripe.
        Stripe = "stripe",
    }
}

impl Provider {
    /// Its name, as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Provider::Razorpay => "Razorpay",
            Provider::Stripe => "Stripe",
        }
    }

    /// What a buyer reads beside the button.
    pub fn safe(self) -> &'static str {
        match self {
            Provider::Razorpay => "You pay on Razorpay's page, with UPI, card or net banking.",
            Provider::Stripe => "You pay on Stripe's page, by card or another way that it offers.",
        }
    }
}

/// Which of the providers that a shop has accounts with takes a payment in a currency: the only one, and of both Razorpay what is in
/// rupees and Stripe all else.
pub fn choose(razorpay: bool, stripe: bool, currency: Currency) -> Option<Provider> {
    match (razorpay, stripe) {
        (false, false) => None,
        (true, false) => Some(Provider::Razorpay),
        (false, true) => Some(Provider::Stripe),
        (true, true) if currency == Currency::INR => Some(Provider::Razorpay),
        (true, true) => Some(Provider::Stripe),
    }
}

/// A payment as its provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPayment {
    /// The provider's id of it: `pay_…`, `pi_…`.
    pub id: String,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// How far it is.
    pub state: PaymentState,
    /// How, in the provider's word: `upi`, `card` …
    pub method: Option<String>,
    /// What the provider keeps, its tax included; unknown before capture.
    pub fee: Option<i64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// Why it failed, in the provider's word for programs: `lost_card`.
    pub failure_code: Option<String>,
    /// What the provider keeps of how it was paid, where the buyer agreed to that.
    pub kept: Option<Kept>,
}

impl ProviderPayment {
    /// Why it failed, as a sentence.
    pub fn why(&self) -> String {
        self.failure.clone().filter(|words| !words.is_empty()).unwrap_or_else(|| "The provider did not say why.".to_owned())
    }
}

/// A refund as its provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRefund {
    /// The provider's id of it: `rfnd_…`, `re_…`.
    pub id: String,
    /// The provider's id of the payment.
    pub payment_id: String,
    /// Minor units.
    pub amount: i64,
    /// How far it is.
    pub state: RefundState,
    /// Our own id of it, where we made it.
    pub ours: Option<RefundId>,
}

/// What the provider made for an intent to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its id: `order_…`, `cs_…`.
    pub id: String,
    /// Where it is paid, where that is an address of its own.
    pub url: Option<String>,
}

/// What the provider says of an intent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Tries at paying it.
    pub payments: Vec<ProviderPayment>,
    /// Whether these are all that there are.
    pub whole: bool,
    /// Whether nobody can pay it there any more.
    pub over: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_what() {
        let usd: Currency = "USD".parse().unwrap();
        for (razorpay, stripe, currency, taken) in [
            (false, false, Currency::INR, None),
            (true, false, usd, Some(Provider::Razorpay)),
            (false, true, Currency::INR, Some(Provider::Stripe)),
            (true, true, Currency::INR, Some(Provider::Razorpay)),
            (true, true, usd, Some(Provider::Stripe)),
        ] {
            assert_eq!(choose(razorpay, stripe, currency), taken, "{razorpay} {stripe} {currency}");
        }
    }
}
