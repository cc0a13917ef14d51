//! What happens to subscriptions that a provider runs: it bills and charges, and Origin mirrors what it says.

use crate::subscriptions::SubscriptionState;
use crate::{ContactId, Fact, Id, Money, SubscriptionId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// What the periods of a provider's subscription are counted in.
    pub enum Interval {
        /// Days.
        Day = "day",
        /// Weeks.
        Week = "week",
        /// Months.
        Month = "month",
        /// Years.
        Year = "year",
    }
}

crate::words! {
    /// How the newest invoice of a provider's subscription stands.
    pub enum LastInvoice {
        /// It is to be paid, and nobody has tried yet.
        Open = "open",
        /// It is paid.
        Paid = "paid",
        /// Charging for it failed; the provider may try again.
        Failed = "failed",
    }
}

/// A subscription that a provider runs is new, or stands otherwise than before. All of it is said each time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderSubscriptionChanged {
    /// The subscription, by our own id.
    pub subscription_id: SubscriptionId,
    /// Which answer of the provider's this is, from 1: a higher one is newer.
    pub version: i64,
    /// Whose it is.
    pub contact_id: ContactId,
    /// What the provider calls them.
    pub customer_name: String,
    /// Who runs it: `stripe`, `razorpay`.
    pub provider: String,
    /// The provider's id of it.
    pub provider_subscription_id: String,
    /// How it stands, in our words.
    pub state: SubscriptionState,
    /// The provider's id of its price or plan.
    pub provider_price: String,
    /// What the provider calls its plan.
    pub plan: String,
    /// What a period costs, all of it, as the provider states it.
    pub amount: Money,
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
    /// How its newest invoice stands; none where there is none.
    pub last_invoice: Option<LastInvoice>,
}

impl Fact for ProviderSubscriptionChanged {
    const KIND: &'static str = "provider_subscription.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.subscription_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}
