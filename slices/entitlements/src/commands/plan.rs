//! What a plan gives is put as a whole.

use crate::model::{Feature, Kind};
use crate::rules::HIGHEST;
use crate::{queries, rows};
use facts::entitlements::PlanFeaturesChanged;
use facts::{Change, FeatureId, PlanId};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use store::{Command, Error, Look, Result, Tx, params, sql};

/// So much of a feature.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The feature's code.
    pub feature: String,
    /// For each that is subscribed to; none is without a limit, and what a switch has.
    pub limit: Option<i64>,
}

/// Puts what a plan gives; a feature that is left out is not given.
#[derive(Debug, Clone)]
pub(crate) struct PutPlanFeatures {
    pub plan: PlanId,
    pub gives: Vec<Given>,
}

/// How much is given of a feature, as it is kept.
///
/// # Errors
/// `field`.
pub(super) fn allows(field: &str, feature: &Feature, limit: Option<i64>) -> Result<i64> {
    match (feature.kind, limit) {
        (Kind::Switch, None) => Ok(1),
        (Kind::Switch, Some(_)) => Err(Error::field(field, format!("none: {} is on or off", feature.code))),
        (_, limit) if limit.is_none_or(|limit| (0..=HIGHEST).contains(&limit)) => Ok(queries::stored(limit)),
        _ => Err(Error::field(field, format!("a whole number from 0 to {HIGHEST}, or none for no limit"))),
    }
}

impl Command for PutPlanFeatures {
    const NAME: &'static str = "put_plan_features";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        subscriptions::plan(tx, self.plan).await?.ok_or_else(|| Error::not_found("plan"))?;
        // Whoever says what plans give holds the features: two who do come one after the other.
        let _held: Vec<FeatureId> =
            tx.all(sql!("SELECT id FROM features WHERE tenant_id = $1 ORDER BY code FOR UPDATE"), params![tx.tenant()]).await?;
        let features: HashMap<String, Feature> =
            queries::features(tx).await?.into_iter().map(|feature| (feature.code.clone(), feature)).collect();
        let mut after = BTreeMap::new();
        for given in &self.gives {
            let field = format!("features.{}", given.feature);
            let feature = features.get(&given.feature).ok_or_else(|| Error::field(&field, "There is no such feature."))?;
            if after.insert(feature.code.clone(), allows(&field, feature, given.limit)?).is_some() {
                return Err(Error::field(field, "once"));
            }
        }
        let before: BTreeMap<String, i64> = queries::plan_gives(tx, self.plan).await?.into_iter().collect();
        let told = |gives: &BTreeMap<String, i64>| {
            Value::Object(gives.iter().map(|(feature, allows)| (feature.clone(), rows::told(Some(*allows)))).collect::<Map<_, _>>())
        };
        let changes = Change::between(&told(&before), &told(&after));
        if changes.is_empty() {
            return Ok(());
        }
        rows::put_plan(tx, self.plan, &after).await?;
        tx.state(PlanFeaturesChanged { plan_id: self.plan, changes }).await.map(drop)
    }
}
