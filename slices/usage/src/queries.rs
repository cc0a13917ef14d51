//! Looking at the counts.

use crate::narrow::Wanted;
use crate::rules::Feature;
use serde::{Deserialize, Serialize};
use store::{Look, Result, params, sql};
use utoipa::ToSchema;

/// How much of a feature was used on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UsageCount)]
pub(crate) struct Count {
    /// The day of the tenant's calendar.
    #[schema(example = "2026-11-21")]
    pub day: String,
    #[schema(value_type = String, example = "orders.placed")]
    pub feature: Feature,
    /// How many.
    #[schema(example = 12)]
    pub amount: i64,
}

/// The counts of the days that are wanted, newest day first; days and features without any are left out. There are few: a
/// span has an end, and features are few.
pub(crate) async fn counts(look: &mut impl Look, wanted: &Wanted) -> Result<Vec<Count>> {
    look.all(
        sql!(
            "SELECT day, feature, amount FROM usage_counts
             WHERE tenant_id = $1 AND day >= $2 AND day <= $3 AND (feature = $4 OR $4 IS NULL) ORDER BY day DESC, feature"
        ),
        params![look.tenant(), wanted.from.to_string(), wanted.to.to_string(), wanted.feature.map(Feature::as_str)],
    )
    .await
}

/// Whether anything was ever counted but signing in and the keys that a tenant begins with.
pub(crate) async fn is_empty(look: &mut impl Look) -> Result<bool> {
    let sql = sql!("SELECT amount FROM usage_counts WHERE tenant_id = $1 AND feature <> $2 AND feature <> $3 LIMIT 1");
    let any: Option<i64> = look.maybe(sql, params![look.tenant(), Feature::Keys.as_str(), Feature::SignIns.as_str()]).await?;
    Ok(any.is_none())
}
