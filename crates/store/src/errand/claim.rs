//! Claiming: what is due is handed to this node, lane by lane in turn, and each claim is written down as an attempt.

use super::runner::Out;
use super::{Goes, Places, Trip, pace};
use crate::node::stay_alive;
use crate::row::Json;
use crate::sql::sql_pair;
use crate::work::Command;
use crate::{Look, Result, Tx, Value, params, rows, sql};
use facts::{ErrandId, TenantId, Time};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Lanes served in one claim. The next claim goes on after the last of them.
const LANES: usize = 32;
/// Errands that become ready in one claim.
const PROMOTED: i64 = 1_000;

/// A claimed errand.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claimed {
    pub tenant_id: TenantId,
    pub id: ErrandId,
    pub name: String,
    pub lane: String,
    pub priority: i64,
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
#[derive(Default)]
pub(crate) struct Haul {
    pub errands: Vec<Claimed>,
    pub at: Time,
    /// The lane to go on after; empty when the last lane has been looked at.
    pub after: String,
    /// When the first of the lanes that had to stay behind may go on.
    pub held_until: Option<Time>,
    /// Whether it has looked for errands of nodes that are no more.
    pub looked: bool,
}

impl Haul {
    fn hold(&mut self, until: Time) {
        self.held_until = Some(self.held_until.map_or(until, |known| known.min(until)));
    }
}

/// Claims up to `wanted` errands for a node.
pub(crate) struct Claim {
    pub node: Uuid,
    pub wanted: i64,
    pub after: String,
    pub kinds: Arc<HashMap<&'static str, Arc<dyn Goes>>>,
    /// What is on its way from this node.
    pub out: Out,
    /// Whether the database may hold errands for this node that are not on their way.
    pub in_doubt: bool,
    /// Whether to look for errands of nodes that are no more.
    pub looks: bool,
}

#[derive(Deserialize)]
struct LaneHead {
    lane: String,
    name: String,
    tenant_id: TenantId,
    body: Json<serde_json::Value>,
    paused_until: Option<Time>,
    /// The pace that was set for the lane.
    per_second: Option<i64>,
}

impl Command for Claim {
    const NAME: &'static str = "claim_errands";
    type Out = Haul;

    async fn run(&self, tx: &mut Tx) -> Result<Haul> {
        stay_alive(tx, self.node).await?;
        if self.in_doubt {
            self.regain(tx).await?;
        }
        promote(tx).await?;
        if self.looks {
            take_over(tx).await?;
        }
        let heads = lanes_after(tx, &self.after).await?;
        let (mut lanes_left, full_page) = (heads.len() as i64, heads.len() == LANES);
        let mut haul = Haul { at: tx.now(), looked: self.looks, ..Haul::default() };
        let mut stopped = false;
        for head in heads {
            let left = self.wanted - haul.errands.len() as i64;
            if left == 0 {
                stopped = true;
                break;
            }
            // Each lane gets an equal share of what is left, so a long one cannot crowd the others out.
            let share = (left + lanes_left - 1) / lanes_left;
            lanes_left -= 1;
            self.take(tx, &head, share, &mut haul).await?;
            haul.after = head.lane;
        }
        if !full_page && !stopped {
            haul.after.clear();
        }
        write_attempts(tx, &haul.errands).await?;
        Ok(haul)
    }
}

impl Claim {
    /// Puts back what an earlier claim took for this node without its learning of it: that it lives would keep them for ever.
    async fn regain(&self, tx: &mut Tx) -> Result<()> {
        let held: Vec<(TenantId, ErrandId)> =
            tx.all(sql!(global "SELECT tenant_id, id FROM errands WHERE state = 'running' AND node = $1"), params![self.node]).await?;
        for (tenant, id) in held.into_iter().filter(|(_, id)| !self.out.contains_key(id)) {
            tx.put(
                sql!(global
                    "UPDATE errands SET state = 'ready', node = NULL, reopened = TRUE
                     WHERE tenant_id = $1 AND id = $2 AND node = $3 AND state = 'running'"
                ),
                params![tenant, id, self.node],
            )
            .await?;
        }
        Ok(())
    }

    /// How many more of a lane may leave, by what is on its way of the lane and of its kind.
    fn free(&self, head: &LaneHead, places: Places, haul: &Haul) -> i64 {
        let of_lane = self.out.values().filter(|out| out.lane == head.lane).count();
        let of_kind = self.out.values().filter(|out| out.kind == head.name).count();
        let taken = haul.errands.iter().filter(|errand| errand.name == head.name).count();
        let free = places.lane.saturating_sub(of_lane).min(places.kind.saturating_sub(of_kind + taken));
        i64::try_from(free).unwrap_or(i64::MAX)
    }

    async fn take(&self, tx: &mut Tx, head: &LaneHead, share: i64, haul: &mut Haul) -> Result<()> {
        if let Some(until) = head.paused_until.filter(|until| *until > tx.now()) {
            haul.hold(until);
            return Ok(());
        }
        let goes = self.kinds.get(head.name.as_str());
        let share = goes.map_or(share, |goes| share.min(self.free(head, goes.places(), haul)));
        if share == 0 {
            return Ok(());
        }
        let paced = goes.and_then(|goes| goes.pace(&head.body.0, head.tenant_id)).filter(|(rate, _)| *rate > 0);
        let Some((rate, first)) = paced else {
            haul.errands.extend(claim(tx, &head.lane, share, self.node).await?);
            return Ok(());
        };
        // Two lanes that share their tokens stand beside each other, so every node still locks the tokens in one order.
        // A lane behind another takes that one's tokens, so it goes by what its errands say.
        let set = head.per_second.filter(|_| first.is_none());
        let (rate, whose) = (set.unwrap_or(i64::from(rate)), first.as_deref().unwrap_or(&head.lane));
        let mut bucket = pace::open(tx, whose, rate).await?;
        if first.is_some() {
            bucket.heed_no_silence();
        }
        let allowed = share.min(bucket.whole(tx.now(), rate));
        if allowed == 0 {
            haul.hold(bucket.next(tx.now(), rate));
            return Ok(());
        }
        let taken = claim(tx, &head.lane, allowed, self.node).await?;
        pace::spend(tx, whose, &bucket, rate, taken.len() as i64).await?;
        haul.errands.extend(taken);
        Ok(())
    }
}

/// The first of a lane, in order. The rows are picked in a WITH, which is evaluated once: as a subquery PostgreSQL
/// may run it again and lock more than the limit.
async fn claim(tx: &mut Tx, lane: &str, limit: i64, node: Uuid) -> Result<Vec<Claimed>> {
    let mut taken: Vec<Claimed> = tx
        .all(
            sql_pair!(
                postgres "WITH picked AS MATERIALIZED
                    (SELECT tenant_id, id FROM errands WHERE lane = $1 AND state = 'ready' ORDER BY priority, due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
                    UPDATE errands e SET state = 'running', node = $3, tries = e.tries + 1
                    FROM picked WHERE e.tenant_id = picked.tenant_id AND e.id = picked.id
                    RETURNING e.tenant_id, e.id, e.name, e.lane, e.priority, e.tries, e.failures, e.reopened, e.body, e.request_id, e.created_at, e.due_at",
                sqlite "UPDATE errands SET state = 'running', node = $3, tries = tries + 1 WHERE rowid IN
                    (SELECT rowid FROM errands WHERE lane = $1 AND state = 'ready' ORDER BY priority, due_at, id LIMIT $2)
                    RETURNING tenant_id, id, name, lane, priority, tries, failures, reopened, body, request_id, created_at, due_at"
            ),
            params![lane, limit, node],
        )
        .await?;
    taken.sort_by_key(|errand| (errand.priority, errand.due_at, errand.id));
    Ok(taken)
}

/// What has become due is ready. Rows that another node is promoting at this moment are left to it.
async fn promote(tx: &mut Tx) -> Result<()> {
    tx.put(
        sql_pair!(
            postgres "WITH picked AS MATERIALIZED
                (SELECT tenant_id, id FROM errands WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
                UPDATE errands e SET state = 'ready' FROM picked WHERE e.tenant_id = picked.tenant_id AND e.id = picked.id",
            sqlite "UPDATE errands SET state = 'ready' WHERE rowid IN
                (SELECT rowid FROM errands WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $2)"
        ),
        params![tx.now(), PROMOTED],
    )
    .await
}

/// What ran on a node that is no more is ready again, marked as reopened; what another node takes over at this moment is left to it. The nodes
/// that have something running are found by hopping along the index, so that it costs no more when much is under way.
async fn take_over(tx: &mut Tx) -> Result<()> {
    tx.put(
        sql_pair!(
            postgres "WITH RECURSIVE held(node) AS (
                  SELECT (SELECT node FROM errands WHERE state = 'running' ORDER BY node LIMIT 1)
                  UNION ALL
                  SELECT (SELECT e.node FROM errands e WHERE e.state = 'running' AND e.node > held.node ORDER BY e.node LIMIT 1)
                  FROM held WHERE held.node IS NOT NULL
                ),
                gone AS MATERIALIZED
                (SELECT node FROM held WHERE node IS NOT NULL AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = held.node AND n.alive_until > $1)),
                picked AS MATERIALIZED
                (SELECT tenant_id, id FROM errands WHERE state = 'running' AND node IN (SELECT node FROM gone) LIMIT $2 FOR UPDATE SKIP LOCKED)
                UPDATE errands e SET state = 'ready', node = NULL, reopened = TRUE
                FROM picked WHERE e.tenant_id = picked.tenant_id AND e.id = picked.id",
            sqlite "WITH RECURSIVE held(node) AS (
                  SELECT (SELECT node FROM errands WHERE state = 'running' ORDER BY node LIMIT 1)
                  UNION ALL
                  SELECT (SELECT e.node FROM errands e WHERE e.state = 'running' AND e.node > held.node ORDER BY e.node LIMIT 1)
                  FROM held WHERE held.node IS NOT NULL
                )
                UPDATE errands SET state = 'ready', node = NULL, reopened = TRUE WHERE rowid IN
                (SELECT rowid FROM errands WHERE state = 'running' AND node IN (SELECT node FROM held WHERE node IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = held.node AND n.alive_until > $1)) LIMIT $2)"
        ),
        params![tx.now(), PROMOTED],
    )
    .await
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
             SELECT hop.lane, l.paused_until, l.per_second,
               (SELECT e.name FROM errands e WHERE e.state = 'ready' AND e.lane = hop.lane ORDER BY e.priority, e.due_at, e.id LIMIT 1) AS name,
               (SELECT e.tenant_id FROM errands e WHERE e.state = 'ready' AND e.lane = hop.lane ORDER BY e.priority, e.due_at, e.id LIMIT 1) AS tenant_id,
               (SELECT e.body FROM errands e WHERE e.state = 'ready' AND e.lane = hop.lane ORDER BY e.priority, e.due_at, e.id LIMIT 1) AS body
             FROM hop LEFT JOIN lanes l ON l.lane = hop.lane
             WHERE hop.lane IS NOT NULL ORDER BY hop.at"
        ),
        params![after, LANES as i64],
    )
    .await
}

async fn write_attempts(tx: &mut Tx, errands: &[Claimed]) -> Result<()> {
    let attempts = rows!(global "INSERT INTO attempts (tenant_id, errand_id, try, started_at) VALUES ", 4, "");
    let now = tx.now();
    let values: Vec<Value> = errands.iter().flat_map(|errand| params![errand.tenant_id, errand.id, errand.tries, now].to_vec()).collect();
    tx.put_rows(attempts, &values).await
}
