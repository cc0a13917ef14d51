//! What a plan gives is put as a whole.

use crate::model::{Feature, Gift, Kind, Overage};
use crate::rules::HIGHEST;
use crate::{queries, rows};
use facts::entitlements::PlanFeaturesChanged;
use facts::{Change, FeatureId, PlanId};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use store::{Command, Error, Look, Result, Tx, params, sql};
use subscriptions::PlanPrice;

/// So much of a feature.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The feature's code.
    pub feature: String,
    /// For each that is subscribed to; none is without a limit, and what a switch has.
    pub limit: Option<i64>,
    /// What is asked for more; the limit holds where nothing is.
    pub over: Option<Overage>,
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

/// The most that a package costs, in minor units, and the most units of one.
const DEAREST: i64 = 10_000_000;
const LARGEST: i64 = 1_000_000_000;

/// What is asked for what goes over a limit.
///
/// # Errors
/// The field.
fn over(prices: &[PlanPrice], feature: &Feature, given: &Given) -> Result<Option<Overage>> {
    let Some(over) = given.over else { return Ok(None) };
    let field = |name: &str| format!("features.{}.overage.{name}", feature.code);
    if feature.kind != Kind::Metered || given.limit.is_none() {
        return Err(Error::field(field("price"), "none: only what is metered and has a limit can go over it"));
    }
    if !(1..=DEAREST).contains(&over.price.minor) {
        return Err(Error::field(field("price"), format!("an amount from 1 to {DEAREST}")));
    }
    if !(1..=LARGEST).contains(&over.per) {
        return Err(Error::field(field("per"), format!("a whole number from 1 to {LARGEST}")));
    }
    if let Some(other) = prices.iter().find(|price| price.currency != over.price.currency) {
        return Err(Error::field(field("price"), format!("an amount in {}, as the plan costs", other.currency)));
    }
    Ok(Some(over))
}

/// What a plan gives of a feature, for a fact.
fn told(gift: &Gift) -> Value {
    let allows = rows::told(Some(gift.allows));
    match gift.over {
        None => allows,
        Some(Overage { price, per }) => json!({"limit": allows, "overage": price.to_string(), "per": per}),
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
        let prices = subscriptions::prices_of(tx, self.plan).await?;
        let mut after = BTreeMap::new();
        for given in &self.gives {
            let field = format!("features.{}", given.feature);
            let feature = features.get(&given.feature).ok_or_else(|| Error::field(&field, "There is no such feature."))?;
            let gift = Gift { allows: allows(&field, feature, given.limit)?, over: over(&prices, feature, given)? };
            if after.insert(feature.code.clone(), gift).is_some() {
                return Err(Error::field(field, "once"));
            }
        }
        let before: BTreeMap<String, Gift> = queries::plan_gives(tx, self.plan).await?.into_iter().collect();
        let all = |gives: &BTreeMap<String, Gift>| {
            Value::Object(gives.iter().map(|(feature, gift)| (feature.clone(), told(gift))).collect::<Map<_, _>>())
        };
        let changes = Change::between(&all(&before), &all(&after));
        if changes.is_empty() {
            return Ok(());
        }
        rows::put_plan(tx, self.plan, &after).await?;
        tx.state(PlanFeaturesChanged { plan_id: self.plan, changes }).await.map(drop)
    }
}
