//! The one way in which anything is counted: the counter's row decides, and what it crosses is told of in the same transaction.

use crate::commands::BillUsage;
use crate::entitle::{Desk, shown};
use crate::model::{Entitlement, Kind, Standing};
use crate::rules::{self, Place};
use crate::{queries, rows};
use facts::entitlements::EntitlementThresholdCrossed;
use facts::{Id, ThresholdId, UsageEventId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use store::{Error, Kind as Wrong, Result, Tx};

/// So much that is used of something, and where it counts.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    pub of: Entitlement,
    pub place: Place,
    pub amount: i64,
}

/// What came of asking.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It may be used, and counts where it is metered.
    Fits(Standing),
    /// There is no room for it, and nothing counts.
    Full(Standing),
}

/// Whether so much may be used, and counts it where it is metered. `dry` only asks.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn take(tx: &mut Tx, desk: &Desk, of: Entitlement, amount: i64, dry: bool) -> Result<Asked> {
    if of.kind != Kind::Metered {
        let fits = amount <= of.ceiling;
        let standing = Standing { of, used: 0 };
        return Ok(if fits { Asked::Fits(standing) } else { Asked::Full(standing) });
    }
    if dry || amount > of.ceiling {
        let standing = looked(tx, of).await?;
        let fits = standing.used.checked_add(amount).is_some_and(|sum| sum <= standing.of.ceiling);
        return Ok(if fits { Asked::Fits(standing) } else { Asked::Full(standing) });
    }
    let Some(counted) = rows::take(tx, &of, amount).await? else { return Ok(Asked::Full(looked(tx, of).await?)) };
    let used = counted.used;
    let id: UsageEventId = tx.id();
    rows::note(tx, &of, id, amount).await?;
    let one = Use { place: Place { period: of.period, adjusts: None }, of: of.clone(), amount };
    follow(tx, desk, vec![(one, counted)]).await?;
    Ok(Asked::Fits(Standing { of, used }))
}

async fn looked(tx: &mut Tx, of: Entitlement) -> Result<Standing> {
    let used = queries::used(tx, of.subject.uuid(), &of.code, of.period.start).await?;
    Ok(Standing { of, used })
}

/// Counts what has happened already, so nothing of it is refused. Each use is of another counter.
pub(crate) async fn count(tx: &mut Tx, desk: &Desk, uses: Vec<Use>) -> Result<()> {
    let counted = rows::count(tx, &uses).await?;
    let mut by_key: BTreeMap<_, Use> =
        uses.into_iter().map(|one| ((one.of.subject.uuid(), one.of.code.clone(), one.place.period.start), one)).collect();
    let mut both = Vec::new();
    for row in counted {
        let one = by_key.remove(&(row.subject, row.feature.clone(), row.period_start));
        both.push((one.ok_or_else(|| Error::internal("a counter came back that nobody counted"))?, row));
    }
    follow(tx, desk, both).await
}

/// Sees to it that what went over is billed when its period has closed, and tells of the thresholds that were crossed.
async fn follow(tx: &mut Tx, desk: &Desk, counted: Vec<(Use, rows::Counted)>) -> Result<()> {
    let over = |row: &rows::Counted| row.terms.as_ref().is_some_and(|terms| terms.0.over(row.used) > 0);
    // There are about as many ends as days in a month, however many customers there are.
    let ends: BTreeSet<Date> = counted.iter().filter(|(_, row)| over(row)).map(|(_, row)| row.period_end).collect();
    for end in ends {
        BillUsage { end, after: None }.set(tx, desk).await?;
    }
    tell(tx, counted).await
}

/// Tells of the thresholds that were crossed, each once for a limit and a period, the lowest first.
async fn tell(tx: &mut Tx, counted: Vec<(Use, rows::Counted)>) -> Result<()> {
    let mut crossed = BTreeMap::new();
    let mut warned = Vec::new();
    for (one, row) in counted {
        let reached = rules::reached(row.used, one.of.allowed);
        if reached <= row.warned {
            continue;
        }
        for percent in rules::crossed(row.warned, reached) {
            let threshold_id: ThresholdId = tx.id();
            let fact = EntitlementThresholdCrossed {
                threshold_id,
                contact_id: one.of.subject.contact(),
                feature: one.of.code.clone(),
                name: one.of.name.clone(),
                percent,
                used: row.used,
                limit: one.of.allowed,
                from: one.place.period.start.to_string(),
                resets_on: one.place.period.end.to_string(),
            };
            crossed.insert((row.subject, row.feature.clone(), row.period_start, percent), fact);
        }
        warned.push((one, row, reached));
    }
    if warned.is_empty() {
        return Ok(());
    }
    rows::warn(tx, &warned).await?;
    let new = rows::cross(tx, &crossed).await?;
    let told = crossed.into_values().filter(|fact| new.contains(&fact.threshold_id.uuid()));
    tx.state_all(told).await.map(drop)
}

/// `limit_reached` or `not_included`: 402 with what is used, what there is, when counting begins anew, and where more is to be had.
pub(crate) fn refused(desk: &Desk, standing: &Standing, amount: i64, upgrade: &str) -> Error {
    let Standing { of, used } = standing;
    let resets_at = desk.resets_at(of.period);
    let (code, message) = match (of.allowed, of.kind) {
        (0, _) => ("not_included", format!("{} is not part of the plan. A larger plan has it: see upgrade_url.", of.name)),
        (most, Kind::Metered) => (
            "limit_reached",
            format!(
                "{used} of {most} {} are used, and {amount} more do not fit until {resets_at}. A larger plan has room: see upgrade_url.",
                of.unit
            ),
        ),
        (most, _) => {
            ("limit_reached", format!("The plan has room for {most} {}, not for {amount}. A larger plan has: see upgrade_url.", of.unit))
        }
    };
    Error::new(Wrong::PaymentRequired, code, message)
        .with_member("feature", of.code.as_str())
        .with_member("used", *used)
        .with_member("limit", shown(of.allowed))
        .with_member("reset_at", resets_at.to_string())
        .with_member("upgrade_url", upgrade)
}
