//! Coming back: what a try came to, and what a person does about an errand that was buried.

use super::claim::Claimed;
use super::{Brought, Ended, Goes, Next, Trip, pace};
use crate::work::Command;
use crate::{Error, Look, Result, Tx, params, sql};
use facts::{ErrandId, Time};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// The longest note that an attempt keeps, in bytes.
const NOTE: usize = 500;

/// Writes what a try came to.
pub(crate) struct ComeBack {
    pub node: Uuid,
    pub claimed: Claimed,
    pub trip: Trip,
    pub goes: Arc<dyn Goes>,
    pub brought: Brought,
}

impl Command for ComeBack {
    const NAME: &'static str = "errand_back";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let ended = self.goes.back(&self.claimed.body.0, tx, &self.trip, &self.brought).await?;
        finish_attempt(tx, &self.trip, &ended).await?;
        self.move_on(tx, &ended).await
    }
}

impl ComeBack {
    /// Changes the errand only while it is still this node's: another may have taken it for orphaned.
    async fn move_on(&self, tx: &mut Tx, ended: &Ended) -> Result<()> {
        let id = params![tx.tenant(), self.trip.id, self.node, self.trip.try_number].to_vec();
        match ended.next {
            Next::Done => {
                tx.exec(sql!("DELETE FROM errands WHERE tenant_id = $1 AND id = $2 AND node = $3 AND tries = $4"), &id).await?;
                Ok(())
            }
            Next::Again(at) => self.wait(tx, id, "waiting", at, 1, ended).await,
            Next::Wait(at) => self.wait(tx, id, "waiting", at, 0, ended).await,
            Next::Bury => self.wait(tx, id, "buried", tx.now(), 1, ended).await,
            Next::Pause(until) => {
                pace::pause(tx, &self.claimed.lane, until).await?;
                self.wait(tx, id, "ready", self.claimed.due_at, 0, ended).await
            }
        }
    }

    async fn wait(&self, tx: &mut Tx, mut id: Vec<crate::Value>, state: &str, due: Time, failed: i64, ended: &Ended) -> Result<()> {
        id.extend(params![state, due, failed, note(&ended.note)].to_vec());
        tx.exec(
            sql!(
                "UPDATE errands SET state = $5, due_at = $6, failures = failures + $7, note = $8, node = NULL, reopened = FALSE
                 WHERE tenant_id = $1 AND id = $2 AND node = $3 AND tries = $4"
            ),
            &id,
        )
        .await?;
        tx.woke.errands = true;
        Ok(())
    }
}

async fn finish_attempt(tx: &mut Tx, trip: &Trip, ended: &Ended) -> Result<()> {
    tx.exec(
        sql!("UPDATE attempts SET finished_at = $4, class = $5, note = $6 WHERE tenant_id = $1 AND errand_id = $2 AND try = $3"),
        params![tx.tenant(), trip.id, trip.try_number, tx.now(), ended.class, note(&ended.note)],
    )
    .await?;
    Ok(())
}

fn note(text: &str) -> &str {
    &text[..text.floor_char_boundary(NOTE)]
}

/// One try, as its row keeps it.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Attempt {
    /// Which try, from 1.
    #[serde(rename = "try")]
    pub try_number: i64,
    /// When it left.
    pub started_at: Time,
    /// When it was back; absent while it is out, or when it never came back.
    pub finished_at: Option<Time>,
    /// How it ended, in a word.
    pub class: Option<String>,
    /// Details.
    pub note: Option<String>,
}

/// Every try of an errand, oldest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn attempts(look: &mut impl Look, id: ErrandId) -> Result<Vec<Attempt>> {
    look.all(
        sql!("SELECT try, started_at, finished_at, class, note FROM attempts WHERE tenant_id = $1 AND errand_id = $2 ORDER BY try"),
        params![look.tenant(), id],
    )
    .await
}

/// Sends a buried errand out again, with its failures forgotten.
pub struct Redrive(pub ErrandId);

impl Command for Redrive {
    const NAME: &'static str = "redrive_errand";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let changed = tx
            .exec(
                sql!("UPDATE errands SET state = 'ready', due_at = $3, failures = 0 WHERE tenant_id = $1 AND id = $2 AND state = 'buried'"),
                params![tx.tenant(), self.0, tx.now()],
            )
            .await?;
        tx.woke.errands = true;
        if changed == 1 { Ok(()) } else { Err(Error::not_found("buried errand")) }
    }
}

/// Drops a buried errand for good.
pub struct Drop(pub ErrandId);

impl Command for Drop {
    const NAME: &'static str = "drop_errand";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let gone = tx
            .exec(sql!("DELETE FROM errands WHERE tenant_id = $1 AND id = $2 AND state = 'buried'"), params![tx.tenant(), self.0])
            .await?;
        if gone == 1 { Ok(()) } else { Err(Error::not_found("buried errand")) }
    }
}
