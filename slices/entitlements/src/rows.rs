//! Writing counters, events and thresholds: commands alone come here.

use crate::model::{Entitlement, NO_LIMIT, UsageEvent};
use crate::take::Use;
use facts::UsageEventId;
use facts::entitlements::EntitlementThresholdCrossed;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use store::{Look, Result, Rows, Tx, Value, params, rows, sql};
use uuid::Uuid;

/// The source of what was asked for and counted in one.
pub(crate) const ASKED: &str = "consume";

/// A counter after something was added to it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Counted {
    pub subject: Uuid,
    pub feature: String,
    pub period_start: Date,
    pub used: i64,
    /// The highest threshold that was told of, of the limit as it is now.
    pub warned: i64,
}

/// Adds to a counter if it stays below the ceiling: one statement, so two who ask at once are in line. `None` where it does not fit.
pub(crate) async fn take(tx: &mut Tx, of: &Entitlement, amount: i64) -> Result<Option<Counted>> {
    tx.maybe(
        sql!(
            "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
             ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET used = usage_counters.used + excluded.used,
                warned = CASE WHEN usage_counters.allowed = excluded.allowed THEN usage_counters.warned ELSE 0 END,
                allowed = excluded.allowed, period_end = excluded.period_end
             WHERE usage_counters.used <= $8
             RETURNING subject, feature, period_start, used, warned"
        ),
        params![
            tx.tenant(),
            of.subject.uuid(),
            &of.code,
            of.period.start.to_string(),
            of.period.end.to_string(),
            amount,
            of.allowed,
            of.ceiling - amount
        ],
    )
    .await
}

/// Adds to counters whatever their limits are.
pub(crate) async fn count(tx: &mut Tx, uses: &[Use]) -> Result<Vec<Counted>> {
    let mut sorted: Vec<&Use> = uses.iter().collect();
    // Everybody takes hold of counters in one order.
    sorted.sort_by_key(|one| (one.of.subject.uuid(), &one.of.code, one.place.period.start));
    let values: Vec<Value> = sorted.iter().flat_map(|one| counter(tx, one, one.amount, 0)).collect();
    tx.all_rows(counters(), &values).await
}

fn counter(tx: &Tx, one: &Use, used: i64, warned: i64) -> [Value; 8] {
    let (period, of) = (one.place.period, &one.of);
    [
        tx.tenant().into(),
        of.subject.uuid().into(),
        of.code.as_str().into(),
        period.start.to_string().into(),
        period.end.to_string().into(),
        used.into(),
        of.allowed.into(),
        warned.into(),
    ]
}

fn counters() -> &'static Rows {
    rows!(
        "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned) VALUES ",
        8,
        " ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET used = usage_counters.used + excluded.used,
            warned = CASE WHEN usage_counters.allowed = excluded.allowed THEN usage_counters.warned ELSE 0 END,
            allowed = excluded.allowed, period_end = excluded.period_end
          RETURNING subject, feature, period_start, used, warned"
    )
}

/// Keeps on counters which threshold was told of last.
pub(crate) async fn warn(tx: &mut Tx, warned: &[(Use, Counted, i64)]) -> Result<()> {
    let values: Vec<Value> = warned.iter().flat_map(|(one, _, reached)| counter(tx, one, 0, *reached)).collect();
    let told = rows!(
        "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned) VALUES ",
        8,
        " ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET warned = excluded.warned"
    );
    tx.put_rows(told, &values).await
}

/// A threshold by counter and percent.
pub(crate) type Crossing = BTreeMap<(Uuid, String, Date, i64), EntitlementThresholdCrossed>;

/// Keeps thresholds that were crossed; gives the ids of those that were not told of before.
pub(crate) async fn cross(tx: &mut Tx, crossed: &Crossing) -> Result<HashSet<Uuid>> {
    let mut values: Vec<Value> = Vec::new();
    for ((subject, feature, start, percent), fact) in crossed {
        let id = fact.threshold_id;
        values.extend_from_slice(params![tx.tenant(), id, *subject, feature, start.to_string(), *percent, fact.limit, fact.used, tx.now()]);
    }
    let once = rows!(
        "INSERT INTO usage_thresholds (tenant_id, id, subject, feature, period_start, percent, allowed, used, crossed_at) VALUES ",
        9,
        " ON CONFLICT (tenant_id, subject, feature, period_start, percent, allowed) DO NOTHING RETURNING id"
    );
    let new: Vec<Uuid> = tx.all_rows(once, &values).await?;
    Ok(new.into_iter().collect())
}

/// Keeps what was asked for and counted.
pub(crate) async fn note(tx: &mut Tx, of: &Entitlement, id: UsageEventId, amount: i64) -> Result<()> {
    let event = UsageEvent {
        id,
        source: ASKED.to_owned(),
        event_id: id.to_string(),
        subject: of.subject.uuid(),
        feature: of.code.clone(),
        quantity: amount,
        at: tx.now(),
        received_at: tx.now(),
        period_start: of.period.start,
        adjusts: None,
    };
    insert_events(tx, &[&event]).await.map(drop)
}

/// Keeps events; gives source and id of those that were not there before.
pub(crate) async fn insert_events(tx: &mut Tx, events: &[&UsageEvent]) -> Result<HashSet<Uuid>> {
    let mut values: Vec<Value> = Vec::new();
    for event in events {
        values.extend_from_slice(params![
            tx.tenant(),
            &event.source,
            &event.event_id,
            event.id,
            event.subject,
            &event.feature,
            event.quantity,
            event.at,
            event.received_at,
            event.period_start.to_string(),
            event.adjusts.map(|day| day.to_string())
        ]);
    }
    let once = rows!(
        "INSERT INTO usage_events (tenant_id, source, event_id, id, subject, feature, quantity, at, received_at, period_start, adjusts) VALUES ",
        11,
        " ON CONFLICT (tenant_id, source, event_id) DO NOTHING RETURNING id"
    );
    let new: Vec<Uuid> = tx.all_rows(once, &values).await?;
    Ok(new.into_iter().collect())
}

/// Puts in the place of what a plan gave what it gives.
pub(crate) async fn put_plan(tx: &mut Tx, plan: facts::PlanId, gives: &BTreeMap<String, i64>) -> Result<()> {
    tx.put(sql!("DELETE FROM plan_features WHERE tenant_id = $1 AND plan_id = $2"), params![tx.tenant(), plan]).await?;
    let values: Vec<Value> =
        gives.iter().flat_map(|(feature, allows)| [tx.tenant().into(), plan.into(), feature.as_str().into(), (*allows).into()]).collect();
    tx.put_rows(rows!("INSERT INTO plan_features (tenant_id, plan_id, feature, allows) VALUES ", 4, ""), &values).await
}

/// A limit in words for a fact: nothing where nothing is given.
pub(crate) fn told(allows: Option<i64>) -> serde_json::Value {
    match allows {
        None => serde_json::Value::Null,
        Some(NO_LIMIT) => "no limit".into(),
        Some(allows) => allows.into(),
    }
}
