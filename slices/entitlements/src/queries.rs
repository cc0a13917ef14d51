//! Looking at features, what is given of them, and what was used.

use crate::model::{Crossed, Feature, Gift, NO_LIMIT, Overage, Override, UsageEvent};
use facts::{ContactId, Currency, FeatureId, Id, Money, PlanId, Time};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::HashMap;
use store::{Look, Result, many, params, sql};
use uuid::Uuid;
use web::Cursor;

/// The setting that says where customers are sent who want more.
pub(crate) const UPGRADE_URL: &str = "entitlements.upgrade_url";

/// Every feature, by name. There are a hundred at the most.
pub(crate) async fn features(look: &mut impl Look) -> Result<Vec<Feature>> {
    look.all(
        sql!("SELECT id, code, name, kind, unit, resets, grace_percent, created_at FROM features WHERE tenant_id = $1 ORDER BY code LIMIT 200"),
        params![look.tenant()],
    )
    .await
}

/// A feature.
pub(crate) async fn feature(look: &mut impl Look, id: FeatureId) -> Result<Option<Feature>> {
    look.maybe(
        sql!("SELECT id, code, name, kind, unit, resets, grace_percent, created_at FROM features WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}

/// A feature by its code.
pub(crate) async fn feature_by_code(look: &mut impl Look, code: &str) -> Result<Option<Feature>> {
    look.maybe(
        sql!("SELECT id, code, name, kind, unit, resets, grace_percent, created_at FROM features WHERE tenant_id = $1 AND code = $2"),
        params![look.tenant(), code],
    )
    .await
}

/// What a plan gives, as its row has it.
#[derive(Deserialize)]
struct GiftRow {
    plan_id: PlanId,
    feature: String,
    allows: i64,
    over_minor: Option<i64>,
    over_currency: Option<Currency>,
    over_per: Option<i64>,
}

impl GiftRow {
    fn gift(&self) -> Gift {
        let price = self.over_minor.zip(self.over_currency).map(|(minor, currency)| Money::new(minor, currency));
        Gift { allows: self.allows, over: price.zip(self.over_per).map(|(price, per)| Overage { price, per }) }
    }
}

/// What some plans give of each feature.
pub(crate) async fn given_by(look: &mut impl Look, plans: &[PlanId]) -> Result<HashMap<(PlanId, String), Gift>> {
    let statement = sql!(concat!(
        "SELECT plan_id, feature, allows, over_minor, over_currency, over_per FROM plan_features WHERE tenant_id = $1 AND plan_id IN (",
        many!(),
        ")"
    ));
    let rows: Vec<GiftRow> = look.all_in(statement, plans, &[]).await?;
    Ok(rows.into_iter().map(|row| ((row.plan_id, row.feature.clone()), row.gift())).collect())
}

/// What some customers get in place of what their plans give, also what is over.
pub(crate) async fn overrides_of(look: &mut impl Look, contacts: &[ContactId]) -> Result<Vec<Override>> {
    let statement = sql!(concat!(
        "SELECT contact_id, feature, allows, until, note FROM entitlement_overrides WHERE tenant_id = $1 AND contact_id IN (",
        many!(),
        ")"
    ));
    look.all_in(statement, contacts, &[]).await
}

/// Where customers are sent who want more, where the tenant has said so.
pub(crate) async fn upgrade_url(look: &mut impl Look) -> Result<Option<String>> {
    Ok(settings::get::<Option<String>>(look, UPGRADE_URL).await?.flatten())
}

/// What somebody has used of each feature in each period that is not over.
pub(crate) async fn used_by(look: &mut impl Look, subject: Uuid, today: Date) -> Result<HashMap<(String, Date), i64>> {
    let rows: Vec<(String, Date, i64)> = look
        .all(
            sql!("SELECT feature, period_start, used FROM usage_counters WHERE tenant_id = $1 AND subject = $2 AND period_end > $3"),
            params![look.tenant(), subject, today.to_string()],
        )
        .await?;
    Ok(rows.into_iter().map(|(feature, start, used)| ((feature, start), used)).collect())
}

/// What somebody has used of a feature in one period.
pub(crate) async fn used(look: &mut impl Look, subject: Uuid, feature: &str, start: Date) -> Result<i64> {
    let used: Option<i64> = look
        .maybe(
            sql!("SELECT used FROM usage_counters WHERE tenant_id = $1 AND subject = $2 AND feature = $3 AND period_start = $4"),
            params![look.tenant(), subject, feature, start.to_string()],
        )
        .await?;
    Ok(used.unwrap_or(0))
}

/// Somebody who is near a limit, or over it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Near {
    pub subject: Uuid,
    pub feature: String,
    pub period_end: Date,
    pub used: i64,
    pub allowed: i64,
    pub warned: i64,
}

/// Who is furthest up to a limit in a period that is not over, the highest threshold first.
pub(crate) async fn near(look: &mut impl Look, today: Date, limit: i64) -> Result<Vec<Near>> {
    look.all(
        sql!(
            "SELECT subject, feature, period_end, used, allowed, warned FROM usage_counters
             WHERE tenant_id = $1 AND warned > 0 AND period_end > $2
             ORDER BY warned DESC, period_end DESC, subject DESC, feature DESC LIMIT $3"
        ),
        params![look.tenant(), today.to_string(), limit],
    )
    .await
}

/// Which events or thresholds are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Those of one customer, or of the tenant itself.
    pub subject: Option<Uuid>,
    /// Those of one feature.
    pub feature: Option<String>,
    /// Those from one source; events alone have one.
    pub source: Option<String>,
    /// Not before this.
    pub from: Option<Time>,
}

/// A page of what was used, newest first.
pub(crate) async fn events(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<UsageEvent>> {
    look.all(
        sql!(
            "SELECT id, source, event_id, subject, feature, quantity, at, received_at, period_start, adjusts FROM usage_events
             WHERE tenant_id = $1 AND (received_at, id) < ($2, $3) AND (subject = $5 OR $5 IS NULL) AND (feature = $6 OR $6 IS NULL)
                AND (source = $7 OR $7 IS NULL) AND (received_at >= $8 OR $8 IS NULL)
             ORDER BY received_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), after.at, after.id, limit, filter.subject, filter.feature.as_deref(), filter.source.as_deref(), filter.from],
    )
    .await
}

/// A page of the thresholds that were crossed, newest first.
pub(crate) async fn thresholds(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<Crossed>> {
    look.all(
        sql!(
            "SELECT id, subject, feature, period_start, percent, allowed, used, crossed_at FROM usage_thresholds
             WHERE tenant_id = $1 AND (crossed_at, id) < ($2, $3) AND (subject = $5 OR $5 IS NULL) AND (feature = $6 OR $6 IS NULL)
                AND (crossed_at >= $7 OR $7 IS NULL)
             ORDER BY crossed_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), after.at, after.id, limit, filter.subject, filter.feature.as_deref(), filter.from],
    )
    .await
}

/// The place of an event in the list.
pub(crate) fn event_place(event: &UsageEvent) -> Cursor {
    Cursor { at: event.received_at, id: event.id.uuid() }
}

/// The place of a threshold in the list.
pub(crate) fn threshold_place(crossed: &Crossed) -> Cursor {
    Cursor { at: crossed.crossed_at, id: crossed.id.uuid() }
}

/// What a plan gives, by the features' codes.
pub(crate) async fn plan_gives(look: &mut impl Look, plan: PlanId) -> Result<HashMap<String, Gift>> {
    Ok(given_by(look, &[plan]).await?.into_iter().map(|((_, feature), gift)| (feature, gift)).collect())
}

/// A limit as it was typed or sent: none where there is to be none.
pub(crate) fn stored(limit: Option<i64>) -> i64 {
    limit.unwrap_or(NO_LIMIT)
}
