//! What customers may use, how much of it they used, and which of them get what is new.

use crate::{Change, ContactId, Fact, FeatureId, FlagId, Id, Money, PlanId, SubscriptionId, ThresholdId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that plans can give was named or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSaved {
    /// The feature.
    pub feature_id: FeatureId,
    /// What it is called from now on.
    pub name: String,
    /// Whether it was not there before.
    pub new: bool,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for FeatureSaved {
    const KIND: &'static str = "feature.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.feature_id.uuid())
    }
}

/// A plan gives other features than before, or another amount of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanFeaturesChanged {
    /// The plan.
    pub plan_id: PlanId,
    /// What changed, by the features' codes.
    pub changes: Vec<Change>,
}

impl Fact for PlanFeaturesChanged {
    const KIND: &'static str = "plan.features_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.plan_id.uuid())
    }
}

/// A customer gets another amount of a feature than their plan gives, or what the plan gives again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntitlementOverridden {
    /// The customer.
    pub contact_id: ContactId,
    /// The feature's code.
    pub feature: String,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for EntitlementOverridden {
    const KIND: &'static str = "entitlement.overridden";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// So many percent of a limit are used up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntitlementThresholdCrossed {
    /// What happened, as a row.
    pub threshold_id: ThresholdId,
    /// The customer; none where it is the tenant itself, by its plan with the platform.
    pub contact_id: Option<ContactId>,
    /// The feature's code.
    pub feature: String,
    /// What it is called.
    pub name: String,
    /// 80, 90, 100 or 110.
    pub percent: i64,
    /// How much is used.
    pub used: i64,
    /// How much there is.
    pub limit: i64,
    /// The first day that is counted, as `2026-11-01`.
    pub from: String,
    /// The day on which counting begins anew.
    pub resets_on: String,
}

impl Fact for EntitlementThresholdCrossed {
    const KIND: &'static str = "entitlement.threshold_crossed";
    fn about(&self) -> Option<Uuid> {
        Some(self.threshold_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// What was used of one feature above what a plan gives, and what that costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsageOver {
    /// The subscription by which it is billed.
    pub subscription_id: SubscriptionId,
    /// The feature's code.
    pub feature: String,
    /// What it is called.
    pub name: String,
    /// What is counted: `calls`.
    pub unit: String,
    /// So many units above the plan were stated of this period before.
    pub after: i64,
    /// So many more are stated now.
    pub units: i64,
    /// So many units are sold together.
    pub per: i64,
    /// So many packages are begun by these units that were not begun before.
    pub packages: i64,
    /// What a package costs, the tax in it.
    pub price: Money,
}

/// A period is over in which a customer used more than their plans give: that is billed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsageBillable {
    /// The customer.
    pub contact_id: ContactId,
    /// The first day of the period, as `2026-11-01`.
    pub from: String,
    /// The day after its last.
    pub to: String,
    /// What went over, feature by feature.
    pub lines: Vec<UsageOver>,
}

impl Fact for UsageBillable {
    const KIND: &'static str = "usage.billable";
    fn about(&self) -> Option<Uuid> {
        Some(self.contact_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        Some(self.contact_id)
    }
}

/// A feature flag was made, changed or taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlagSaved {
    /// The flag.
    pub flag_id: FlagId,
    /// Its name in programs.
    pub name: String,
    /// Whether it is there from now on.
    pub live: bool,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for FlagSaved {
    const KIND: &'static str = "flag.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.flag_id.uuid())
    }
}
