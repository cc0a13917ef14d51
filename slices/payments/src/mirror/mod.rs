//! Subscriptions that a provider runs itself: it bills, charges and tries again, and we write down what it says. Whatever calls us only
//! says what to ask about, so neither the order nor the number of calls matters.

mod ask;
mod keep;
mod rows;
pub(crate) mod rules;
mod timer;

pub(crate) use ask::{Seen, ask, currency};
pub(crate) use keep::{Came, keep};
pub(crate) use timer::{AskForSubscription, ask_now};

use facts::provider_subscriptions::{Interval, LastInvoice};
use facts::subscriptions::SubscriptionState;
use facts::{Currency, Money, Time};
use serde::{Deserialize, Serialize};

/// How a provider's subscription stands, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How it stands.
    pub state: SubscriptionState,
    /// The provider's id of its price or plan.
    pub price: String,
    /// What the provider calls its plan.
    pub plan: String,
    /// What a period costs, all of it, in minor units.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// What its periods are counted in.
    pub interval: Interval,
    /// How many of them a period is.
    pub every: i64,
    /// How many are subscribed to.
    pub quantity: i64,
    /// When the period began.
    pub period_start: Time,
    /// When it ends.
    pub period_end: Time,
    /// Until when it is tried out.
    pub trial_end: Option<Time>,
    /// When it ends, where that is settled.
    pub ends_at: Option<Time>,
    /// Whether that is with its period.
    pub cancel_at_period_end: bool,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// How its newest invoice stands.
    pub last_invoice: Option<LastInvoice>,
}

impl Standing {
    /// What a period costs.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// Whose a subscription is, as the provider knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Their id there.
    pub customer: Option<String>,
    /// What they are called.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their phone number, in any writing.
    pub phone: Option<String>,
}

impl Person {
    /// What they are called, or the address that is known of them.
    pub fn called(&self) -> String {
        let words = [&self.name, &self.email, &self.phone].into_iter().flatten();
        words.map(|words| words.trim()).find(|words| !words.is_empty()).unwrap_or_default().to_owned()
    }
}

/// A payment of one of its invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoiced {
    /// By what the payment is asked about later: Stripe's `pi_…`, Razorpay's `order_…`.
    pub order: String,
    /// The provider's id of the payment.
    pub payment: String,
    /// When the invoice was made.
    pub made: Time,
}

/// All that a provider says of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// How it stands.
    pub standing: Standing,
    /// Whose it is.
    pub person: Person,
    /// What was paid for it, newest first.
    pub paid: Vec<Invoiced>,
}

/// A moment that a provider gives in seconds since 1970.
pub(crate) fn at(seconds: i64) -> Time {
    Time(seconds.saturating_mul(1_000))
}

/// The same where zero, too, means none.
pub(crate) fn maybe_at(seconds: Option<i64>) -> Option<Time> {
    seconds.filter(|seconds| *seconds > 0).map(at)
}
