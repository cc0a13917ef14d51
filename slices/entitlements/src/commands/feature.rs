//! Features are named and changed. What is counted goes by their code, which stays.

use crate::model::{Feature, Kind, Resets};
use crate::queries;
use facts::entitlements::FeatureSaved;
use facts::{Change, FeatureId};
use serde_json::{Value, json};
use store::{Command, Error, Look, Result, Tx, params, sql};
use web::text;

/// The most features of a tenant.
const MOST: i64 = 100;

/// Names something that plans can give.
#[derive(Debug, Clone)]
pub(crate) struct CreateFeature {
    pub code: String,
    pub name: String,
    pub kind: Kind,
    pub unit: String,
    pub resets: Resets,
    /// How many percent above the limit it still goes.
    pub grace_percent: i64,
}

/// Changes a feature; what is left out stays.
#[derive(Debug, Clone)]
pub(crate) struct ChangeFeature {
    pub id: FeatureId,
    pub name: Option<String>,
    pub unit: Option<String>,
    pub grace_percent: Option<i64>,
}

/// A name in programs.
///
/// # Errors
/// The field.
pub(super) fn code(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let fits = (1..=60).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && text.starts_with(|first: char| first.is_ascii_lowercase());
    if fits { Ok(text.to_owned()) } else { Err(Error::field(field, "1 to 60 small letters, digits and underscores, a letter first")) }
}

fn named(name: &str) -> Result<String> {
    let name = text("name", name, 120)?;
    if name.is_empty() { Err(Error::field("name", "1 to 120 characters")) } else { Ok(name) }
}

fn grace(percent: i64) -> Result<i64> {
    if (0..=100).contains(&percent) { Ok(percent) } else { Err(Error::field("grace_percent", "0 to 100")) }
}

fn unit(kind: Kind, typed: &str) -> Result<String> {
    let unit = text("unit", typed, 40)?;
    match kind {
        Kind::Switch => Ok(String::new()),
        Kind::Limit | Kind::Metered if unit.is_empty() => Err(Error::field("unit", "what is counted, such as calls")),
        Kind::Limit | Kind::Metered => Ok(unit),
    }
}

impl Command for CreateFeature {
    const NAME: &'static str = "create_feature";
    type Out = Feature;

    async fn run(&self, tx: &mut Tx) -> Result<Feature> {
        let feature = Feature {
            id: tx.id(),
            code: code("code", &self.code)?,
            name: named(&self.name)?,
            kind: self.kind,
            unit: unit(self.kind, &self.unit)?,
            resets: self.resets,
            grace_percent: grace(self.grace_percent)?,
            created_at: tx.now(),
        };
        let inserted = tx
            .exec(
                sql!(
                    "INSERT INTO features (tenant_id, id, code, name, kind, unit, resets, grace_percent, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, code) DO NOTHING"
                ),
                params![
                    tx.tenant(),
                    feature.id,
                    &feature.code,
                    &feature.name,
                    feature.kind.as_str(),
                    &feature.unit,
                    feature.resets.as_str(),
                    feature.grace_percent,
                    feature.created_at
                ],
            )
            .await?;
        if inserted == 0 {
            let message = "Another feature has this code.";
            return Err(Error::conflict("code_taken", message).with_field("code", message));
        }
        let all: i64 = tx.one(sql!("SELECT COUNT(*) FROM features WHERE tenant_id = $1"), params![tx.tenant()]).await?;
        if all > MOST {
            return Err(Error::conflict("too_many_features", format!("There are {MOST} features: use one of them.")));
        }
        state(tx, None, &feature).await?;
        Ok(feature)
    }
}

impl Command for ChangeFeature {
    const NAME: &'static str = "change_feature";
    type Out = Feature;

    async fn run(&self, tx: &mut Tx) -> Result<Feature> {
        let locked: Option<FeatureId> =
            tx.maybe(sql!("SELECT id FROM features WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), self.id]).await?;
        locked.ok_or_else(|| Error::not_found("feature"))?;
        let before = queries::feature(tx, self.id).await?.ok_or_else(|| Error::not_found("feature"))?;
        let after = Feature {
            name: self.name.as_deref().map(named).transpose()?.unwrap_or_else(|| before.name.clone()),
            unit: self.unit.as_deref().map(|typed| unit(before.kind, typed)).transpose()?.unwrap_or_else(|| before.unit.clone()),
            grace_percent: self.grace_percent.map(grace).transpose()?.unwrap_or(before.grace_percent),
            ..before.clone()
        };
        tx.put(
            sql!("UPDATE features SET name = $3, unit = $4, grace_percent = $5 WHERE tenant_id = $1 AND id = $2"),
            params![tx.tenant(), after.id, &after.name, &after.unit, after.grace_percent],
        )
        .await?;
        state(tx, Some(&before), &after).await?;
        Ok(after)
    }
}

async fn state(tx: &mut Tx, before: Option<&Feature>, after: &Feature) -> Result<()> {
    let told = |feature: &Feature| {
        let Feature { code, name, kind, unit, resets, grace_percent, .. } = feature;
        json!({"code": code, "name": name, "kind": kind, "unit": unit, "resets": resets, "grace_percent": grace_percent})
    };
    let changes = Change::between(&before.map_or(Value::Null, told), &told(after));
    if changes.is_empty() {
        return Ok(());
    }
    tx.state(FeatureSaved { feature_id: after.id, name: after.name.clone(), new: before.is_none(), changes }).await.map(drop)
}
