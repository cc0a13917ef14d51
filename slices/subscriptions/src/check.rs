//! What must be true of every subscription, for `origin verify`.

use facts::{Id, SubscriptionId, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, params, sql};
use uuid::Uuid;

/// A customer whose days do not add up to what their subscriptions bring.
#[derive(Deserialize)]
struct Uneven {
    tenant_id: TenantId,
    contact_id: facts::ContactId,
    moved: i64,
    brings: i64,
}

/// A charge that does not fit the next.
#[derive(Deserialize)]
struct Overlap {
    tenant_id: TenantId,
    subscription_id: SubscriptionId,
    period_start: String,
}

/// Units above a plan that are kept twice.
#[derive(Deserialize)]
struct Twice {
    tenant_id: TenantId,
    subscription_id: SubscriptionId,
    feature: String,
    period_start: String,
}

/// What is wrong in any tenant, a sentence each: monthly revenue that the movements do not add up to, periods that were billed twice for
/// a day, invoices of charges that are not there, and usage that is asked for twice.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut look = db.read_main(TenantId::from_uuid(Uuid::nil()));
    let uneven: Vec<Uneven> = look
        .all(
            sql!(global
                "SELECT tenant_id, contact_id, moved, brings FROM
                   (SELECT s.tenant_id, s.contact_id, s.currency, CAST(SUM(s.mrr_minor) AS BIGINT) AS brings,
                      (SELECT CAST(COALESCE(SUM(d.closing_minor - d.opening_minor), 0) AS BIGINT) FROM mrr_days d
                       WHERE d.tenant_id = s.tenant_id AND d.contact_id = s.contact_id AND d.currency = s.currency) AS moved
                    FROM subscriptions s GROUP BY s.tenant_id, s.contact_id, s.currency) m WHERE moved <> brings"
            ),
            params![],
        )
        .await?;
    let words = |row: Uneven| {
        let Uneven { tenant_id, contact_id, moved, brings } = row;
        format!("{tenant_id}: the subscriptions of {contact_id} bring {brings} each month, and their movements add up to {moved}")
    };
    let mut found: Vec<String> = uneven.into_iter().map(words).collect();
    let overlaps: Vec<Overlap> = look
        .all(
            sql!(global
                "SELECT c.tenant_id, c.subscription_id, c.period_start FROM subscription_charges c
                 WHERE c.kind = 'period' AND c.state <> 'dropped' AND NOT EXISTS
                   (SELECT 1 FROM subscriptions s WHERE s.tenant_id = c.tenant_id AND s.id = c.subscription_id AND c.period_start <= s.period_start)"
            ),
            params![],
        )
        .await?;
    let words = |row: Overlap| {
        let Overlap { tenant_id, subscription_id, period_start } = row;
        format!("{tenant_id}: {subscription_id} was billed for a period from {period_start}, to which it has not come")
    };
    found.extend(overlaps.into_iter().map(words));
    let twice: Vec<Twice> = look
        .all(
            sql!(global
                "SELECT tenant_id, subscription_id, feature, period_start FROM subscription_usage
                 GROUP BY tenant_id, subscription_id, feature, period_start
                 HAVING SUM(units) > MAX(after_units + units) - MIN(after_units)"
            ),
            params![],
        )
        .await?;
    let words = |row: Twice| {
        let Twice { tenant_id, subscription_id, feature, period_start } = row;
        format!("{tenant_id}: what {subscription_id} is billed of {feature} since {period_start} is kept twice")
    };
    found.extend(twice.into_iter().map(words));
    Ok(found)
}
