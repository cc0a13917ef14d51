//! Counts each page of the journal.

use crate::rules;
use crate::tally::{Tally, moved_zone};
use async_trait::async_trait;
use facts::identity::TenantChanged;
use facts::{Fact, Id, TenantId};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Json, Look, Reaction, Result, Rows, Stated, Tx, Value, params, rows, sql};

/// Tenants whose zones are read at once.
const AT_ONCE: usize = 16;

/// Adds the facts of a page to the counts of their tenants' days.
pub(crate) struct MeterUsage;

#[async_trait]
impl Reaction for MeterUsage {
    fn name(&self) -> &'static str {
        "meter_usage"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    fn wants(&self, kind: &str) -> bool {
        kind == TenantChanged::KIND || rules::is_metered(kind)
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tally = Tally::default();
        let tenants: BTreeSet<TenantId> = facts.iter().map(|fact| fact.tenant_id).collect();
        find_zones(tx, &mut tally, tenants).await?;
        for fact in facts {
            tally.add(fact.tenant_id, fact.at, &fact.kind, &fact.body.0);
        }
        let counts: Vec<Value> = tally
            .counts()
            .flat_map(|(tenant, day, feature, amount)| [tenant.into(), day.into(), feature.as_str().into(), amount.into()])
            .collect();
        let zones: Vec<Value> = tally.zones().flat_map(|(tenant, zone)| [tenant.into(), zone.into()]).collect();
        tx.put_rows(into_counts(), &counts).await?;
        tx.put_rows(into_zones(), &zones).await
    }
}

fn into_counts() -> &'static Rows {
    rows!(global
        "INSERT INTO usage_counts (tenant_id, day, feature, amount) VALUES ", 4,
        " ON CONFLICT (tenant_id, day, feature) DO UPDATE SET amount = usage_counts.amount + excluded.amount"
    )
}

fn into_zones() -> &'static Rows {
    rows!(global
        "INSERT INTO usage_zones (tenant_id, time_zone) VALUES ", 2,
        " ON CONFLICT (tenant_id) DO UPDATE SET time_zone = excluded.time_zone"
    )
}

#[derive(Deserialize)]
struct Kept {
    tenant_id: TenantId,
    time_zone: String,
}

/// The zones that the tenants of a page go by where it begins.
async fn find_zones(tx: &mut Tx, tally: &mut Tally, mut tenants: BTreeSet<TenantId>) -> Result<()> {
    let ids: Vec<TenantId> = tenants.iter().copied().collect();
    for some in ids.chunks(AT_ONCE) {
        let nobody = TenantId::from_uuid(Default::default());
        let wanted: Vec<Value> = (0..AT_ONCE).map(|at| some.get(at).copied().unwrap_or(nobody).into()).collect();
        let kept: Vec<Kept> = tx
            .all(
                sql!(global
                    "SELECT tenant_id, time_zone FROM usage_zones
                     WHERE tenant_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
                ),
                &wanted,
            )
            .await?;
        for Kept { tenant_id, time_zone } in kept {
            tally.goes_by(tenant_id, &time_zone, false);
            tenants.remove(&tenant_id);
        }
    }
    for tenant in tenants {
        if let Some(zone) = first_zone(tx, tenant).await? {
            tally.goes_by(tenant, &zone, true);
        }
    }
    Ok(())
}

/// The zone that a tenant had at first: what it was before its first change, or what it is. What it is, is read first: a
/// change that commits in between is then seen in the journal. Nothing for a tenant that was erased.
async fn first_zone(tx: &mut Tx, tenant: TenantId) -> Result<Option<String>> {
    let Some(now) = identity::time_zone_of(tx, tenant).await? else { return Ok(None) };
    let changes: Vec<Json<serde_json::Value>> = tx
        .all(
            sql!(global "SELECT body FROM journal WHERE tenant_id = $1 AND kind = $2 ORDER BY xid, seq"),
            params![tenant, TenantChanged::KIND],
        )
        .await?;
    let before = changes.iter().find_map(|Json(body)| moved_zone(TenantChanged::KIND, body)).map(|(before, _)| before.to_owned());
    Ok(Some(before.unwrap_or(now)))
}
