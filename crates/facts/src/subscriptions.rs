//! What happens to plans and to subscriptions.

use crate::{Change, ContactId, Fact, Id, InvoiceId, Money, PlanId, SubscriptionId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// How a subscription stands.
    pub enum SubscriptionState {
        /// Its first invoice is not paid, and nothing is given for it.
        Incomplete = "incomplete",
        /// It is tried out, and nothing is asked for it.
        Trialing = "trialing",
        /// It runs.
        Active = "active",
        /// An invoice was not paid in time; it runs until the days of grace are over.
        PastDue = "past_due",
        /// It rests: nothing is billed, nothing is given.
        Paused = "paused",
        /// The days of grace are over and nothing is given, but it was not ended.
        Unpaid = "unpaid",
        /// It has ended.
        Canceled = "canceled",
        /// Its first invoice was never paid.
        Expired = "expired",
    }
}

crate::words! {
    /// How long one period of a plan is.
    pub enum Cadence {
        /// A month.
        Month = "month",
        /// A year.
        Year = "year",
    }
}

/// A plan was made or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanSaved {
    /// The plan.
    pub plan_id: PlanId,
    /// What it is called from now on.
    pub name: String,
    /// Whether it was not there before.
    pub new: bool,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for PlanSaved {
    const KIND: &'static str = "plan.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.plan_id.uuid())
    }
}

/// Somebody subscribed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionCreated {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The plan's name.
    pub plan: String,
    /// What a period costs, after its discount.
    pub amount: Money,
    /// How long a period is.
    pub cadence: Cadence,
    /// How it stands from its first moment on.
    pub state: SubscriptionState,
    /// Its first day, as `2026-11-21`.
    pub starts_on: String,
}

impl Fact for SubscriptionCreated {
    const KIND: &'static str = "subscription.created";
    fn about(&self) -> Option<Uuid> {
        Some(self.subscription_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A subscription stands otherwise than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionMoved {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The plan's name.
    pub plan: String,
    /// How it stood.
    pub from: SubscriptionState,
    /// How it stands.
    pub to: SubscriptionState,
    /// Since which day.
    pub on: String,
    /// When it goes on, of one that rests.
    pub resumes_on: Option<String>,
    /// Why, in the words of who did it; empty where time did.
    pub reason: String,
}

impl Fact for SubscriptionMoved {
    const KIND: &'static str = "subscription.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.subscription_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A period, or a change within one, was billed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionBilled {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub number: String,
    /// What it comes to.
    pub total: Money,
    /// The first day that it is for.
    pub from: String,
    /// The day after the last.
    pub to: String,
}

impl Fact for SubscriptionBilled {
    const KIND: &'static str = "subscription.billed";
    fn about(&self) -> Option<Uuid> {
        Some(self.subscription_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// What is subscribed to changed, or what is to happen with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionChanged {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for SubscriptionChanged {
    const KIND: &'static str = "subscription.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.subscription_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A subscription cannot go on by itself: a person has to look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionParked {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// Why, in a sentence.
    pub reason: String,
}

impl Fact for SubscriptionParked {
    const KIND: &'static str = "subscription.parked";
    fn about(&self) -> Option<Uuid> {
        Some(self.subscription_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}
