//! What entitlements do when two customers turned out to be one: what either has used is added up, under what both were given. Where both used
//! something within the same period, the limits that held for each are added as well, so that nobody is billed for more than they were
//! apart.

use crate::commands::BillUsage;
use crate::entitle::Desk;
use crate::model::{NO_LIMIT, Terms};
use contacts::Merged;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use store::{Json, Look, Result, Tx, Value, params, rows, sql};

/// Brings over what was used and given under an id that nobody has any more.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    given(tx, who).await?;
    used(tx, who).await?;
    let ids = params![tx.tenant(), who.kept, who.merged];
    tx.put(sql!("UPDATE usage_events SET subject = $2 WHERE tenant_id = $1 AND subject = $3"), ids).await?;
    // What both were told of at the same time stands once.
    tx.put(
        sql!(
            "DELETE FROM usage_thresholds WHERE tenant_id = $1 AND subject = $3 AND (feature, period_start, percent, allowed) IN
                (SELECT k.feature, k.period_start, k.percent, k.allowed FROM usage_thresholds k WHERE k.tenant_id = $1 AND k.subject = $2)"
        ),
        ids,
    )
    .await?;
    tx.put(sql!("UPDATE usage_thresholds SET subject = $2 WHERE tenant_id = $1 AND subject = $3"), ids).await
}

/// What was given beside plans, and flags: what the one who stays has of it stays.
async fn given(tx: &mut Tx, who: &Merged) -> Result<()> {
    let ids = params![tx.tenant(), who.kept, who.merged];
    tx.put(
        sql!(
            "DELETE FROM entitlement_overrides WHERE tenant_id = $1 AND contact_id = $3 AND feature IN
                (SELECT k.feature FROM entitlement_overrides k WHERE k.tenant_id = $1 AND k.contact_id = $2)"
        ),
        ids,
    )
    .await?;
    tx.put(sql!("UPDATE entitlement_overrides SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), ids).await?;
    tx.put(
        sql!(
            "DELETE FROM flag_subjects WHERE tenant_id = $1 AND contact_id = $3 AND flag_id IN
                (SELECT k.flag_id FROM flag_subjects k WHERE k.tenant_id = $1 AND k.contact_id = $2)"
        ),
        ids,
    )
    .await?;
    tx.put(sql!("UPDATE flag_subjects SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"), ids).await
}

/// A counter of one of them.
#[derive(Debug, Deserialize)]
struct Counter {
    mine: bool,
    feature: String,
    period_start: Date,
    period_end: Date,
    used: i64,
    allowed: i64,
    over_told: i64,
    terms: Option<Json<Terms>>,
}

/// Adds up the counters of both.
async fn used(tx: &mut Tx, who: &Merged) -> Result<()> {
    let all: Vec<Counter> = tx
        .all(
            sql!(
                "SELECT subject = $2 AS mine, feature, period_start, period_end, used, allowed, over_told, terms FROM usage_counters
                 WHERE tenant_id = $1 AND subject IN ($2, $3) ORDER BY subject, feature, period_start FOR UPDATE"
            ),
            params![tx.tenant(), who.kept, who.merged],
        )
        .await?;
    let (kept, merged): (Vec<Counter>, Vec<Counter>) = all.into_iter().partition(|counter| counter.mine);
    if merged.is_empty() {
        return Ok(());
    }
    let mut values: Vec<Value> = Vec::new();
    for it in &merged {
        let same = kept.iter().find(|known| known.feature == it.feature && known.period_start == it.period_start);
        let (start, end) = (it.period_start.to_string(), it.period_end.to_string());
        let allowed = same.map_or(it.allowed, |same| more(same.allowed, it.allowed));
        let terms = same.map_or_else(|| it.terms.as_ref().map(|terms| terms.0), |same| together(same, it)).map(|terms| json!(terms));
        values.extend_from_slice(params![tx.tenant(), who.kept, &it.feature, start, end, it.used, allowed, 0, terms, it.over_told]);
    }
    let usage_counters = rows!(
        "INSERT INTO usage_counters (tenant_id, subject, feature, period_start, period_end, used, allowed, warned, terms, over_told) VALUES ",
        10,
        " ON CONFLICT (tenant_id, subject, feature, period_start) DO UPDATE SET used = usage_counters.used + excluded.used,
            allowed = excluded.allowed, warned = 0, terms = excluded.terms, over_told = usage_counters.over_told + excluded.over_told"
    );
    tx.put_rows(usage_counters, &values).await?;
    tx.put(sql!("DELETE FROM usage_counters WHERE tenant_id = $1 AND subject = $2"), params![tx.tenant(), who.merged]).await?;
    // Whoever is billing a period just now may have come past the counters that were added to.
    let now = tx.now();
    let desk = Desk::of(tx, now).await?;
    let mut ends: Vec<Date> = merged.iter().filter(|it| it.terms.is_some()).map(|it| it.period_end).collect();
    ends.sort();
    ends.dedup();
    // Few: each is a period of one customer.
    for end in ends {
        BillUsage { end, after: None }.set(tx, &desk).await?;
    }
    Ok(())
}

/// Two limits together; one without an end has none.
fn more(one: i64, other: i64) -> i64 {
    one.checked_add(other).unwrap_or(NO_LIMIT)
}

/// By what is billed what both together use above both limits: as the one who stays is billed, else the other.
fn together(kept: &Counter, merged: &Counter) -> Option<Terms> {
    let (own, others) = (kept.terms.as_ref().map(|terms| terms.0), merged.terms.as_ref().map(|terms| terms.0));
    match (own, others) {
        (Some(own), others) => Some(Terms { limit: more(own.limit, others.map_or(merged.allowed, |others| others.limit)), ..own }),
        (None, Some(others)) => Some(Terms { limit: more(others.limit, kept.allowed), ..others }),
        (None, None) => None,
    }
}
