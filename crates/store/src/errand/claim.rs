//! Claiming: what is due is handed to this node, lane by lane in turn, and each claim is written down as an attempt.

use super::pace::{self, Bucket};
use super::{Goes, Trip};
use crate::row::Json;
use crate::sql::sql_pair;
use crate::work::Command;
use crate::{Look, Result, Tx, params, sql};
use facts::{ErrandId, TenantId, Time};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Lanes served in one claim. The next claim goes on after the last of them.
const LANES: i64 = 32;

/// A claimed errand.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claimed {
    pub tenant_id: TenantId,
    pub id: ErrandId,
    pub name: String,
    pub lane: String,
    pub tries: i64,
    pub failures: i64,
    pub reopened: bool,
    pub body: Json<serde_json::Value>,
    pub request_id: Option<String>,
    pub created_at: Time,
    pub due_at: Time,
}

impl Claimed {
    pub(crate) fn trip(&self, started_at: Time) -> Trip {
        Trip {
            id: self.id,
            tenant: self.tenant_id,
            try_number: self.tries,
            failures: self.failures,
            reopened: self.reopened,
            created_at: self.created_at,
            started_at,
        }
    }
}

/// What a claim found.
pub(crate) struct Haul {
    pub errands: Vec<Claimed>,
    pub at: Time,
    /// The lane to go on after.
    pub after: String,
    /// Whether more is ready than was taken.
    pub more: bool,
}

/// Claims up to `wanted` errands for a node.
pub(crate) struct Claim {
    pub node: Uuid,
    pub wanted: i64,
    pub after: String,
    pub kinds: Arc<HashMap<&'static str, Arc<dyn Goes>>>,
}

#[derive(Deserialize)]
struct LaneHead {
    lane: String,
    name: String,
    tenant_id: TenantId,
    body: Json<serde_json::Value>,
    tokens: Option<i64>,
    counted_at: Option<Time>,
    paused_until: Option<Time>,
}

impl Command for Claim {
    const NAME: &'static str = "claim_errands";
    type Out = Haul;

    async fn run(&self, tx: &mut Tx) -> Result<Haul> {
        promote(tx).await?;
        let mut heads = lanes_after(tx, &self.after).await?;
        let wrapped = heads.is_empty() && !self.after.is_empty();
        if wrapped {
            heads = lanes_after(tx, "").await?;
        }
        let full_page = heads.len() as i64 == LANES;
        let mut errands = Vec::new();
        let mut after = String::new();
        let mut capped = false;
        let mut lanes_left = heads.len() as i64;
        for head in heads {
            let left = self.wanted - errands.len() as i64;
            if left == 0 {
                capped = true;
                break;
            }
            // Each lane gets an equal share of what is left, so a long one cannot crowd the others out.
            let share = (left + lanes_left - 1) / lanes_left;
            lanes_left -= 1;
            let taken = self.take(tx, &head, share).await?;
            capped |= taken.len() as i64 == share;
            errands.extend(taken);
            after = head.lane;
        }
        if !full_page && !capped {
            after = String::new();
        }
        write_attempts(tx, self.node, &errands).await?;
        Ok(Haul { errands, at: tx.now(), after, more: capped || full_page })
    }
}

impl Claim {
    async fn take(&self, tx: &mut Tx, head: &LaneHead, share: i64) -> Result<Vec<Claimed>> {
        let bucket = match (head.tokens, head.counted_at, head.paused_until) {
            (Some(tokens), Some(counted_at), Some(paused_until)) => Some(Bucket { tokens, counted_at, paused_until }),
            _ => None,
        };
        let per_second = self.kinds.get(head.name.as_str()).and_then(|goes| goes.per_second(&head.body.0, head.tenant_id));
        let allowed = pace::take(tx, &head.lane, bucket.as_ref(), per_second, share).await?;
        if allowed == 0 {
            return Ok(Vec::new());
        }
        tx.all(
            sql_pair!(
                postgres "UPDATE errands SET state = 'running', node = $3, tries = tries + 1 WHERE (tenant_id, id) IN
                    (SELECT tenant_id, id FROM errands WHERE lane = $1 AND state = 'ready' ORDER BY priority, due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
                    RETURNING tenant_id, id, name, lane, tries, failures, reopened, body, request_id, created_at, due_at",
                sqlite "UPDATE errands SET state = 'running', node = $3, tries = tries + 1 WHERE rowid IN
                    (SELECT rowid FROM errands WHERE lane = $1 AND state = 'ready' ORDER BY priority, due_at, id LIMIT $2)
                    RETURNING tenant_id, id, name, lane, tries, failures, reopened, body, request_id, created_at, due_at"
            ),
            params![&head.lane, allowed, self.node],
        )
        .await
    }
}

/// What has become due is ready; what ran on a node that is no more is ready again, marked as reopened.
async fn promote(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    tx.exec(sql!(global "UPDATE errands SET state = 'ready' WHERE state = 'waiting' AND due_at <= $1"), params![now]).await?;
    tx.exec(
        sql!(global
            "UPDATE errands SET state = 'ready', node = NULL, reopened = TRUE
             WHERE state = 'running' AND node IN
               (SELECT DISTINCT e.node FROM errands e LEFT JOIN nodes n ON n.id = e.node AND n.alive_until > $1
                WHERE e.state = 'running' AND n.id IS NULL)"
        ),
        params![now],
    )
    .await?;
    Ok(())
}

/// The first errand of each lane that has something ready, in the order of lane names after `after`. Hops from one
/// lane to the next along the index, so it costs the number of lanes and not the length of the queue.
async fn lanes_after(tx: &mut Tx, after: &str) -> Result<Vec<LaneHead>> {
    tx.all(
        sql!(global
            "WITH RECURSIVE hop(lane, at) AS (
               SELECT (SELECT MIN(lane) FROM errands WHERE state = 'ready' AND lane > $1), CAST(1 AS BIGINT)
               UNION ALL
               SELECT (SELECT MIN(e.lane) FROM errands e WHERE e.state = 'ready' AND e.lane > hop.lane), hop.at + 1
               FROM hop WHERE hop.lane IS NOT NULL AND hop.at < $2
             )
             SELECT hop.lane, e.name, e.tenant_id, e.body, l.tokens, l.counted_at, l.paused_until
             FROM hop
             JOIN errands e ON e.state = 'ready' AND e.lane = hop.lane
               AND e.id = (SELECT x.id FROM errands x WHERE x.state = 'ready' AND x.lane = hop.lane ORDER BY x.priority, x.due_at, x.id LIMIT 1)
             LEFT JOIN lanes l ON l.lane = hop.lane
             WHERE hop.lane IS NOT NULL ORDER BY hop.lane"
        ),
        params![after, LANES],
    )
    .await
}

async fn write_attempts(tx: &mut Tx, node: Uuid, errands: &[Claimed]) -> Result<()> {
    if errands.is_empty() {
        return Ok(());
    }
    tx.exec(
        sql!(global
            "INSERT INTO attempts (tenant_id, errand_id, try, started_at)
             SELECT tenant_id, id, tries, $2 FROM errands WHERE state = 'running' AND node = $1
             ON CONFLICT (tenant_id, errand_id, try) DO NOTHING"
        ),
        params![node, tx.now()],
    )
    .await?;
    Ok(())
}
