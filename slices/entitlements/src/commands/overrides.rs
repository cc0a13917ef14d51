//! One customer gets more or less than their plans give, for a while or for good.

use super::plan::allows;
use crate::model;
use crate::{queries, rows};
use facts::entitlements::EntitlementOverridden;
use facts::{Change, ContactId};
use jiff::civil::Date;
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx, params, sql};
use web::text;

/// Gives a customer so much of a feature in place of what their plans give.
#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub contact: ContactId,
    /// The feature's code.
    pub feature: String,
    /// Whether it is given at all.
    pub given: bool,
    /// So much; none is without a limit, and what a switch has.
    pub limit: Option<i64>,
    /// The last day; for good where none is said.
    pub until: Option<Date>,
    /// Why.
    pub note: String,
}

/// Gives a customer what their plans give again.
#[derive(Debug, Clone)]
pub(crate) struct TakeBack {
    pub contact: ContactId,
    /// The feature's code.
    pub feature: String,
}

impl Command for Override {
    const NAME: &'static str = "override_entitlement";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let feature = queries::feature_by_code(tx, &self.feature).await?.ok_or_else(|| Error::not_found("feature"))?;
        if contacts::known(tx, &[self.contact]).await?.is_empty() {
            return Err(Error::not_found("contact"));
        }
        let after = model::Override {
            contact_id: self.contact,
            feature: feature.code.clone(),
            allows: if self.given { allows("limit", &feature, self.limit)? } else { 0 },
            until: self.until.unwrap_or(Date::MAX),
            note: text("note", &self.note, 500)?,
        };
        let before = found(tx, self.contact, &feature.code).await?;
        tx.put(
            sql!(
                "INSERT INTO entitlement_overrides (tenant_id, contact_id, feature, allows, until, note) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, contact_id, feature)
                    DO UPDATE SET allows = excluded.allows, until = excluded.until, note = excluded.note"
            ),
            params![tx.tenant(), after.contact_id, &after.feature, after.allows, after.until.to_string(), &after.note],
        )
        .await?;
        state(tx, self.contact, &feature.code, before.as_ref(), Some(&after)).await
    }
}

impl Command for TakeBack {
    const NAME: &'static str = "take_back_override";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let before = found(tx, self.contact, &self.feature).await?.ok_or_else(|| Error::not_found("override"))?;
        tx.put(
            sql!("DELETE FROM entitlement_overrides WHERE tenant_id = $1 AND contact_id = $2 AND feature = $3"),
            params![tx.tenant(), self.contact, &self.feature],
        )
        .await?;
        state(tx, self.contact, &self.feature, Some(&before), None).await
    }
}

async fn found(tx: &mut Tx, contact: ContactId, feature: &str) -> Result<Option<model::Override>> {
    let all = queries::overrides_of(tx, &[contact]).await?;
    Ok(all.into_iter().find(|kept| kept.feature == feature))
}

async fn state(
    tx: &mut Tx,
    contact_id: ContactId,
    feature: &str,
    before: Option<&model::Override>,
    after: Option<&model::Override>,
) -> Result<()> {
    let told = |it: &model::Override| {
        let until = (it.until < Date::MAX).then(|| it.until.to_string());
        json!({"limit": rows::told(Some(it.allows)), "until": until, "note": it.note})
    };
    let changes = Change::between(&before.map_or(Value::Null, told), &after.map_or(Value::Null, told));
    if changes.is_empty() {
        return Ok(());
    }
    tx.state(EntitlementOverridden { contact_id, feature: feature.to_owned(), changes }).await.map(drop)
}
