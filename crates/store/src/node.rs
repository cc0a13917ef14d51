//! A node says that it is alive. What runs on one that no longer says so has been orphaned and is looked after.

use crate::work::Command;
use crate::{Db, Dice, Look, Result, Tx, Who, params, sql};
use facts::{Id, TenantId, Time};
use std::time::Duration;
use uuid::Uuid;

/// How long a node counts as alive after it last said so.
pub(crate) const ALIVE: Duration = Duration::from_secs(10);
const HEARTBEAT: Duration = Duration::from_secs(2);
const HOUSEKEEPING: Duration = Duration::from_secs(2);
/// Rounds between two clearings of what is long over.
const CLEARING: u32 = 30;

/// A name for this process.
pub(crate) fn new_node(dice: &Dice, now: Time) -> Uuid {
    dice.id::<facts::ErrandId>(now).uuid()
}

/// Who acts where a node keeps house, for no tenant.
pub(crate) fn who() -> Who {
    Who::system(TenantId::from_uuid(Uuid::nil()), "node")
}

/// Says again and again that a node is alive, for as long as it is polled.
pub(crate) async fn heartbeat(db: &Db, node: Uuid) {
    loop {
        if let Err(error) = db.run_vital(&who(), Beat(node)).await {
            tracing::warn!(?error, "this node could not say that it is alive");
        }
        tokio::time::sleep(HEARTBEAT).await;
    }
}

/// Keeps house, for as long as it is polled; apart from the heartbeat, which must not wait for it. A node does so beside its
/// works; whoever turns them by hand for long does too, or PostgreSQL goes on planning for the tables that it first saw.
pub async fn keep_house(db: &Db) {
    for count in 0u32.. {
        if count % CLEARING == 0
            && let Err(error) = clear(db).await
        {
            tracing::warn!(?error, "what is long over could not be cleared");
        }
        if let Err(error) = db.refresh_statistics().await {
            tracing::warn!(?error, "what the database knows of its tables could not be brought up to date");
        }
        tokio::time::sleep(HOUSEKEEPING).await;
    }
}

async fn clear(db: &Db) -> Result<()> {
    db.run(&who(), Clear).await?;
    db.forget_answers().await.map(drop)
}

/// Says that a node leaves, so that nobody waits for its silence.
pub(crate) async fn leave(db: &Db, node: Uuid) {
    if let Err(error) = db.run(&who(), Leave(node)).await {
        tracing::warn!(?error, "this node could not say that it leaves");
    }
}

/// Makes sure that nobody takes this node for dead in the next moments; whoever claims work does this in the same commit.
/// The node's row stays locked until then, so that its claims come one after the other even when an answer is lost.
pub(crate) async fn stay_alive(tx: &mut Tx, node: Uuid) -> Result<()> {
    let until: Option<Time> = tx.maybe(sql!(global "SELECT alive_until FROM nodes WHERE id = $1 FOR UPDATE"), params![node]).await?;
    if until.is_some_and(|until| until >= tx.now().after(ALIVE / 2)) { Ok(()) } else { beat(tx, node).await }
}

async fn beat(tx: &mut Tx, node: Uuid) -> Result<()> {
    tx.put(
        sql!(global
            "INSERT INTO nodes (id, started_at, alive_until) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until"
        ),
        params![node, tx.now(), tx.now().after(ALIVE)],
    )
    .await
}

struct Beat(Uuid);

impl Command for Beat {
    const NAME: &'static str = "heartbeat";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        beat(tx, self.0).await
    }
}

/// Forgets nodes that are long gone and gaps between messages that are long over.
struct Clear;

impl Command for Clear {
    const NAME: &'static str = "clear_old";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let long_ago = tx.now().before(ALIVE * 6);
        tx.put(sql!(global "DELETE FROM nodes WHERE alive_until < $1"), params![long_ago]).await?;
        tx.put(sql!(global "DELETE FROM recipients WHERE next_at < $1"), params![long_ago]).await
    }
}

struct Leave(Uuid);

impl Command for Leave {
    const NAME: &'static str = "node_leaves";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!(global "DELETE FROM nodes WHERE id = $1"), params![self.0]).await
    }
}
