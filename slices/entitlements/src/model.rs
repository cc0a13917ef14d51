//! What customers may use, and how much of it they used.

use facts::{ContactId, FeatureId, Id, Money, SubscriptionId, TenantId, ThresholdId, Time, UsageEventId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A limit that is none. As a number it is above all that is ever used.
pub(crate) const NO_LIMIT: i64 = i64::MAX;

facts::words! {
    /// What can be given of a feature.
    pub enum Kind {
        /// It is on or off.
        Switch = "switch",
        /// So many at a time, which the customer's own program counts: seats, models.
        Limit = "limit",
        /// So much in each period, which is counted here.
        Metered = "metered",
    }
}

facts::words! {
    /// When counting begins anew.
    pub enum Resets {
        /// With each period of the subscription that gives it.
        Period = "period",
        /// With each month of the calendar.
        Month = "month",
    }
}

/// Something that plans can give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The feature.
    pub id: FeatureId,
    /// Its name in programs: `api_calls`.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// What can be given of it.
    pub kind: Kind,
    /// What is counted: `calls`; empty where nothing is.
    pub unit: String,
    /// When counting begins anew.
    pub resets: Resets,
    /// How many percent above the limit it still goes.
    pub grace_percent: i64,
    /// Since when it is there.
    pub created_at: Time,
}

/// Who uses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Subject {
    /// A customer, by the plans that they have subscribed to.
    Contact(ContactId),
    /// The tenant itself, by its plan with the platform.
    Own(TenantId),
}

impl Subject {
    /// As the tables have it.
    pub fn uuid(self) -> Uuid {
        match self {
            Subject::Contact(id) => id.uuid(),
            Subject::Own(id) => id.uuid(),
        }
    }

    /// Which one a row of the tenant's tables is about.
    pub fn of(tenant: TenantId, subject: Uuid) -> Self {
        if subject == tenant.uuid() { Subject::Own(tenant) } else { Subject::Contact(ContactId::from_uuid(subject)) }
    }

    /// The customer; none where it is the tenant itself.
    pub fn contact(self) -> Option<ContactId> {
        match self {
            Subject::Contact(id) => Some(id),
            Subject::Own(_) => None,
        }
    }
}

/// Days in which something is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Period {
    /// The first day.
    pub start: Date,
    /// The day after the last.
    pub end: Date,
}

impl Period {
    /// Whether a day lies in it.
    pub fn has(&self, day: Date) -> bool {
        self.start <= day && day < self.end
    }
}

/// What a plan asks for what is used above its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overage {
    /// What a package costs, the tax in it.
    pub price: Money,
    /// How many units are sold together.
    pub per: i64,
}

/// What a plan gives of a feature for each that is subscribed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gift {
    /// So much.
    pub allows: i64,
    /// What is asked for more; the limit holds where nothing is.
    pub over: Option<Overage>,
}

/// By what is billed what somebody uses above a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// The subscription that asks for it.
    pub subscription_id: SubscriptionId,
    /// The limit.
    pub limit: i64,
    /// What a package costs, the tax in it.
    pub price: Money,
    /// How many units are sold together.
    pub per: i64,
}

facts::words! {
    /// Why somebody may use something, or may not.
    pub enum Because {
        /// A plan gives it.
        Plan = "plan",
        /// They were given it beside their plans.
        Override = "override",
        /// Nothing gives it.
        Nothing = "nothing",
    }
}

/// What somebody may use of a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entitlement {
    pub subject: Subject,
    pub code: String,
    pub name: String,
    pub kind: Kind,
    pub unit: String,
    /// So much; 1 for a switch that is on, 0 for what is not given.
    pub allowed: i64,
    /// The most that is let through.
    pub ceiling: i64,
    pub because: Because,
    /// By what is billed what goes over; none where the limit holds.
    pub terms: Option<Terms>,
    /// What is counted together now.
    pub period: Period,
    /// The period before, as long as somebody knows it.
    pub previous: Option<Period>,
}

/// An entitlement with what is used of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub of: Entitlement,
    /// In the period; 0 for what is not metered.
    pub used: i64,
}

/// Something that was used.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct UsageEvent {
    pub id: UsageEventId,
    pub source: String,
    pub event_id: String,
    pub subject: Uuid,
    pub feature: String,
    pub quantity: i64,
    pub at: Time,
    pub received_at: Time,
    pub period_start: Date,
    pub adjusts: Option<Date>,
}

/// A threshold that was crossed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Crossed {
    pub id: ThresholdId,
    pub subject: Uuid,
    pub feature: String,
    pub period_start: Date,
    pub percent: i64,
    pub allowed: i64,
    pub used: i64,
    pub crossed_at: Time,
}

/// What one customer gets in place of what their plans give.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Override {
    pub contact_id: ContactId,
    pub feature: String,
    pub allows: i64,
    pub until: Date,
    pub note: String,
}
