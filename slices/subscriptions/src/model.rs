//! Plans, subscriptions and what they were billed for, as their rows have them.

use facts::provider_subscriptions::{Interval, LastInvoice, ProviderSubscriptionChanged};
use facts::subscriptions::{Cadence, SubscriptionState};
use facts::{ChargeId, ContactId, Currency, InvoiceId, Money, PlanId, PlanPriceId, SubscriptionId, Time};
use jiff::civil::Date;
use payments::Provider;
use serde::{Deserialize, Serialize};
use store::{Error, Json, Result};

/// Something that can be subscribed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The plan.
    pub id: PlanId,
    /// Its name in programs: `starter`.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Whether anybody new can subscribe to it.
    pub active: bool,
    /// The price under which it is sold by Stripe.
    pub stripe_price: Option<String>,
    /// The plan under which it is sold by Razorpay.
    pub razorpay_plan: Option<String>,
    /// Since when it is there.
    pub created_at: Time,
}

/// What a plan costs: one version, which stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanPrice {
    /// The version.
    pub id: PlanPriceId,
    /// The plan.
    pub plan_id: PlanId,
    /// How long a period is.
    pub cadence: Cadence,
    /// Which version of the plan's price for this cadence it is, from 1.
    pub version: i64,
    /// What a period of one costs, in minor units, the tax in it.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// For how many days it can be tried out.
    pub trial_days: i64,
    /// Its HSN or SAC.
    pub hsn: String,
    /// The rate of the tax in it, in basis points.
    pub rate_bps: i64,
}

impl PlanPrice {
    /// What a period of one costs.
    pub fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

/// A plan with what it costs now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The plan.
    pub plan: Plan,
    /// The price of each cadence that it has one for.
    pub prices: Vec<PlanPrice>,
}

facts::words! {
    /// When a change of plan counts, and when it is paid.
    pub enum Mode {
        /// Now, as soon as an invoice over the difference is paid.
        InvoiceNow = "invoice_now",
        /// Now; the difference is on the next invoice.
        NextInvoice = "next_invoice",
        /// From the next period on; nothing is reckoned.
        NextPeriod = "next_period",
        /// A new period begins today, as soon as its invoice is paid; what is left of the old one is taken off it.
        Reset = "reset",
    }
}

/// A change that counts as soon as its invoice is paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// To which price.
    pub price_id: PlanPriceId,
    /// Of which plan.
    pub plan_id: PlanId,
    /// How many.
    pub quantity: i64,
    /// Whether a new period begins with it.
    pub reset: bool,
    /// The day on which it was reckoned.
    pub on: Date,
    /// What it was billed for the time from then on, in minor units.
    pub charge_minor: i64,
}

/// What a provider said last of a subscription that it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Who runs it.
    pub provider: Provider,
    /// The provider's id of it.
    pub theirs: String,
    /// Which of its answers this is.
    pub version: i64,
    /// The provider's id of its price or plan.
    pub price: String,
    /// What the provider calls its plan.
    pub plan: String,
    /// What a period costs, all of it, in minor units.
    pub amount_minor: i64,
    /// What its periods are counted in.
    pub interval: Interval,
    /// How many of them a period is.
    pub every: i64,
    /// How its newest invoice stands.
    pub last_invoice: Option<LastInvoice>,
}

impl Run {
    /// What a fact says of it.
    ///
    /// # Errors
    /// A provider that is not known here.
    pub fn of(told: &ProviderSubscriptionChanged) -> Result<Self> {
        Ok(Self {
            provider: told.provider.parse().map_err(|_| Error::internal("a provider that is not known here"))?,
            theirs: told.provider_subscription_id.clone(),
            version: told.version,
            price: told.provider_price.clone(),
            plan: told.plan.clone(),
            amount_minor: told.amount.minor,
            interval: told.interval,
            every: told.every,
            last_invoice: told.last_invoice,
        })
    }

    /// Where the merchant looks after it at the provider.
    pub fn page(&self) -> String {
        match self.provider {
            Provider::Stripe => format!("https://dashboard.stripe.com/subscriptions/{}", self.theirs),
            Provider::Razorpay => format!("https://dashboard.razorpay.com/app/subscriptions/{}", self.theirs),
        }
    }
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// What they were called then.
    pub customer_name: String,
    /// The plan; none of one that a provider runs under a price that no plan names.
    pub plan_id: Option<PlanId>,
    /// The version of its price that was agreed on; none of one that a provider runs.
    pub price_id: Option<PlanPriceId>,
    /// How many.
    pub quantity: i64,
    /// What is taken off each period, in basis points.
    pub discount_bps: i64,
    /// How it stands.
    pub state: SubscriptionState,
    /// The day that all periods are counted from.
    pub anchor_on: Date,
    /// How many periods after the anchor this one ends.
    pub periods: i64,
    /// The first day of the period.
    pub period_start: Date,
    /// The day after its last.
    pub period_end: Date,
    /// Since when the period is billed at this plan.
    pub since_on: Date,
    /// What was billed from then to the period's end, in minor units.
    pub since_minor: i64,
    /// What goes off the next invoice, in minor units; below zero it is added.
    pub carry_minor: i64,
    /// Until when its first invoice has to be paid.
    pub decide_by: Option<Time>,
    /// The price from the next period on.
    pub next_price_id: Option<PlanPriceId>,
    /// How many from the next period on.
    pub next_quantity: Option<i64>,
    /// A change that waits for its payment.
    pub pending: Option<Json<Pending>>,
    /// The day on which it ends.
    pub cancel_on: Option<Date>,
    /// The day on which it begins to rest.
    pub pause_on: Option<Date>,
    /// The day on which it goes on.
    pub resume_on: Option<Date>,
    /// Since when an invoice is not paid in time.
    pub past_due_on: Option<Date>,
    /// The day on which it ended.
    pub ended_on: Option<Date>,
    /// Why it ended, or rests.
    pub reason: Option<String>,
    /// Why a person has to look.
    pub parked: Option<String>,
    /// What it brings each month without tax, in minor units.
    pub mrr_minor: i64,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What the provider said last, of one that a provider runs.
    pub run: Option<Json<Run>>,
    /// When it was made.
    pub created_at: Time,
}

impl Subscription {
    /// So many minor units in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Whether the customer is given what they subscribed to.
    pub fn has_access(&self) -> bool {
        matches!(self.state, SubscriptionState::Trialing | SubscriptionState::Active | SubscriptionState::PastDue)
    }
}

facts::words! {
    /// What a charge is for.
    pub enum ChargeKind {
        /// A period.
        Period = "period",
        /// A change within one.
        Change = "change",
        /// What was used above the plan, where no renewal asks for it.
        Usage = "usage",
    }
}

facts::words! {
    /// How a charge stands.
    pub enum ChargeState {
        /// Something is left to pay of it.
        Open = "open",
        /// Nothing is.
        Paid = "paid",
        /// Its invoice does not count any more, or was given up.
        Dropped = "dropped",
    }
}

/// What a subscription was billed for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Charge {
    /// Its id.
    pub id: ChargeId,
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// What it is for.
    pub kind: ChargeKind,
    /// The first day.
    pub period_start: Date,
    /// The day after the last.
    pub period_end: Date,
    /// The price.
    pub price_id: PlanPriceId,
    /// How many.
    pub quantity: i64,
    /// What the plan cost for this time, after its discount, in minor units.
    pub billed_minor: i64,
    /// Its invoice; none where there was nothing to ask for.
    pub invoice_id: Option<InvoiceId>,
    /// The last day to pay.
    pub due_on: Option<Date>,
    /// How it stands.
    pub state: ChargeState,
    /// How often its customer was charged for it without being present.
    pub tries: i64,
    /// The day on which that failed first.
    pub failed_on: Option<Date>,
    /// The day on which it is tried next.
    pub try_on: Option<Date>,
    /// When it was made.
    pub created_at: Time,
}

/// How a tenant deals with those who do not pay: the setting `subscriptions.policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Days after the last day to pay on which a subscription still runs: 0, 2, 7, 14 or 21.
    pub grace_days: i64,
    /// Whether it ends then, or stays unpaid.
    pub cancel: bool,
    /// Hours within which a first invoice has to be paid.
    pub first_hours: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { grace_days: 14, cancel: true, first_hours: 23 }
    }
}
