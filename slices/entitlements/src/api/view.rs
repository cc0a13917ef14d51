//! How features and entitlements look over HTTP.

use crate::entitle::{Desk, shown};
use crate::model::{Because, Feature, Kind, Resets, Standing};
use facts::{FeatureId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that plans can give.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feature)]
pub(super) struct FeatureView {
    #[schema(value_type = String, example = "feat_01h2xcejqtf2nbrexx3vqjhp41")]
    id: FeatureId,
    #[schema(example = "api_calls")]
    code: String,
    name: String,
    /// `switch`, `limit` or `metered`.
    #[schema(value_type = String, example = "metered")]
    kind: Kind,
    #[schema(example = "calls")]
    unit: String,
    /// `period` or `month`.
    #[schema(value_type = String, example = "period")]
    resets: Resets,
    /// How many percent above the limit it still goes.
    #[schema(example = 10)]
    grace_percent: i64,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
}

impl From<Feature> for FeatureView {
    fn from(feature: Feature) -> Self {
        let Feature { id, code, name, kind, unit, resets, grace_percent, created_at } = feature;
        Self { id, code, name, kind, unit, resets, grace_percent, created_at }
    }
}

/// What somebody may use of a feature, and how much of it they used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entitlement)]
pub(super) struct EntitlementView {
    #[schema(example = "api_calls")]
    feature: String,
    name: String,
    /// `switch`, `limit` or `metered`.
    #[schema(value_type = String, example = "metered")]
    kind: Kind,
    unit: String,
    /// Whether it is given at all.
    on: bool,
    /// So much of it; null where there is no limit.
    limit: Option<i64>,
    /// Used in this period; 0 for what is not metered.
    used: i64,
    /// How much is still let through, the grace above the limit included; null where there is no limit.
    left: Option<i64>,
    /// Why: `plan`, `override` or `nothing`.
    #[schema(value_type = String, example = "plan")]
    because: Because,
    /// The first day of the period.
    #[schema(example = "2026-11-01")]
    from: String,
    /// When counting begins anew.
    #[schema(value_type = String, example = "2026-12-01T00:00:00Z")]
    reset_at: Time,
}

impl EntitlementView {
    pub fn of(standing: Standing, desk: &Desk) -> Self {
        let Standing { of, used } = standing;
        Self {
            on: of.allowed > 0,
            limit: shown(of.allowed),
            left: shown(of.ceiling).map(|ceiling| (ceiling - used).max(0)),
            because: of.because,
            from: of.period.start.to_string(),
            reset_at: desk.resets_at(of.period),
            feature: of.code,
            name: of.name,
            kind: of.kind,
            unit: of.unit,
            used,
        }
    }
}
