//! Writing counters, events and thresholds: commands alone come here.

use crate::commands::BillUsage;
use crate::model::{Entitlement, Gift, NO_LIMIT, Terms, UsageEvent};
use crate::take::Use;
use facts::UsageEventId;
use facts::entitlements::EntitlementThresholdCrossed;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use store::{Json, Look, Result, Rows, Tx, Value, params, rows, sql};
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
    /// The day after the last of its period.
    pub period_end: Date,
    /// By what is billed what goes over.
    pub terms: Option<Json<Terms>>,
}

fn terms(of: &Entitlement) -> Option<serde_json::Value> {
    of.terms.map(|terms| json!(terms))
}

/// Adds to a counter if it stays below the ceiling: one statement, so two who ask at once are in line. `None` where it does not fit.
pub(crate) async fn take(tx: &mut Tx, of: &Entitlement, amount: i64) -> Result<Option<Counted>> {
    tx.maybe(
        sql!(
            "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned, terms, late)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $9, FALSE)
             ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET used = usage_counters.used + excluded.used,
                warned = CASE WHEN usage_counters.allowed = excluded.allowed THEN usage_counters.warned ELSE 0 END,
                allowed = excluded.allowed, period_end = excluded.period_end, terms = excluded.terms, late = FALSE
             WHERE usage_counters.used <= $8
             RETURNING subject, feature, period_start, used, warned, period_end, terms"
        ),
        params![
            tx.tenant(),
            of.subject.uuid(),
            &of.code,
            of.period.start.to_string(),
            of.period.end.to_string(),
            amount,
            of.allowed,
            of.ceiling - amount,
            terms(of)
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

fn counter(tx: &Tx, one: &Use, used: i64, warned: i64) -> [Value; 10] {
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
        terms(of).into(),
        (period.start != of.period.start).into(),
    ]
}

fn counters() -> &'static Rows {
    rows!(
        "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned, terms, late) VALUES ",
        10,
        " ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET used = usage_counters.used + excluded.used,
            warned = CASE WHEN usage_counters.allowed = excluded.allowed THEN usage_counters.warned ELSE 0 END,
            allowed = excluded.allowed, period_end = excluded.period_end,
            terms = CASE WHEN excluded.late THEN usage_counters.terms ELSE excluded.terms END, late = excluded.late
          RETURNING subject, feature, period_start, used, warned, period_end, terms"
    )
}

/// A counter whose period is over and has terms by which what went over is billed.
#[derive(Debug, Deserialize)]
pub(crate) struct Closing {
    pub subject: Uuid,
    pub feature: String,
    pub period_start: Date,
    pub used: i64,
    /// How many units above the limit were stated before.
    pub over_told: i64,
    pub terms: Json<Terms>,
}

/// Takes hold of some of the counters whose periods end on a day, in one order.
pub(crate) async fn closing(tx: &mut Tx, of: &BillUsage, limit: i64) -> Result<Vec<Closing>> {
    let (subject, feature, start) = of.after.clone().unwrap_or((Uuid::nil(), String::new(), Date::MIN));
    tx.all(
        sql!(
            "SELECT subject, feature, period_start, used, over_told, terms FROM usage_counters
             WHERE tenant_id = $1 AND period_end = $2 AND terms IS NOT NULL AND (subject, feature, period_start) > ($3, $4, $5)
             ORDER BY subject, feature, period_start LIMIT $6 FOR UPDATE"
        ),
        params![tx.tenant(), of.end.to_string(), subject, feature, start.to_string(), limit],
    )
    .await
}

/// Keeps how many units above the limit of some counters have been stated.
pub(crate) async fn tell_over(tx: &mut Tx, end: Date, told: &[(&Closing, i64)]) -> Result<()> {
    let mut values: Vec<Value> = Vec::new();
    for (it, upto) in told {
        let (start, end) = (it.period_start.to_string(), end.to_string());
        values.extend_from_slice(params![tx.tenant(), it.subject, &it.feature, start, end, 0, 0, 0, *upto]);
    }
    let put = rows!(
        "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned, over_told) VALUES ",
        9,
        " ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET over_told = excluded.over_told"
    );
    tx.put_rows(put, &values).await
}

/// Keeps on counters which threshold was told of last.
pub(crate) async fn warn(tx: &mut Tx, warned: &[(Use, Counted, i64)]) -> Result<()> {
    let values: Vec<Value> = warned.iter().flat_map(|(one, _, reached)| counter(tx, one, 0, *reached)).collect();
    let told = rows!(
        "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned, terms, late) VALUES ",
        10,
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
pub(crate) async fn put_plan(tx: &mut Tx, plan: facts::PlanId, gives: &BTreeMap<String, Gift>) -> Result<()> {
    tx.put(sql!("DELETE FROM plan_features WHERE tenant_id = $1 AND plan_id = $2"), params![tx.tenant(), plan]).await?;
    let mut values: Vec<Value> = Vec::new();
    for (feature, gift) in gives {
        let (price, per) = (gift.over.map(|over| over.price), gift.over.map(|over| over.per));
        values.extend_from_slice(params![
            tx.tenant(),
            plan,
            feature,
            gift.allows,
            price.map(|price| price.minor),
            price.map(|price| price.currency),
            per
        ]);
    }
    let put = rows!("INSERT INTO plan_features (tenant_id, plan_id, feature, allows, over_minor, over_currency, over_per) VALUES ", 7, "");
    tx.put_rows(put, &values).await
}

/// A limit in words for a fact: nothing where nothing is given.
pub(crate) fn told(allows: Option<i64>) -> serde_json::Value {
    match allows {
        None => serde_json::Value::Null,
        Some(NO_LIMIT) => "no limit".into(),
        Some(allows) => allows.into(),
    }
}
