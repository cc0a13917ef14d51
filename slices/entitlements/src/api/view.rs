//! How features and entitlements look over HTTP.

use super::plans::OverageShape;
use crate::entitle::{Desk, shown};
use crate::model::{Because, Feature, Kind, Resets, Standing};
use facts::{FeatureId, Money, Time};
use serde::Serialize;
use store::Result;
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
    /// How much is still let through, the grace above the limit included; null where nothing stops.
    left: Option<i64>,
    /// What is asked for what goes over the limit; null where the limit holds.
    overage: Option<OverageShape>,
    /// How many units above the limit are used.
    over: i64,
    /// What they come to when the period is over, if nothing more is used.
    #[schema(value_type = Option<web::MoneyShape>)]
    over_amount: Option<Money>,
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
    /// # Errors
    /// More is used than an amount can be.
    pub fn of(standing: Standing, desk: &Desk) -> Result<Self> {
        let Standing { of, used } = standing;
        Ok(Self {
            on: of.allowed > 0 || of.terms.is_some(),
            overage: of.terms.map(|terms| OverageShape { price: terms.price, per: terms.per }),
            over: of.terms.map_or(0, |terms| terms.over(used)),
            over_amount: of.terms.map(|terms| terms.cost(used)).transpose()?,
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
        })
    }
}
