//! Coming back: what a try came to, and what a person does about an errand that was buried.

use super::claim::Claimed;
use super::{Brought, Ended, Goes, Next, Trip, pace};
use crate::work::Command;
use crate::{Error, Look, Result, Tx, params, sql};
use facts::errands::ErrandDropped;
use facts::{ErrandId, Time};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
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
    /// It was offered before, and nobody knows whether that commit came through.
    pub again: bool,
}

impl Command for ComeBack {
    const NAME: &'static str = "errand_back";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if self.again && attempt_is_finished(tx, &self.trip).await? {
            return Ok(());
        }
        let ended = self.goes.back(&self.claimed.body.0, tx, &self.trip, &self.brought).await?;
        finish_attempt(tx, &self.trip, &ended).await?;
        self.move_on(tx, &ended).await
    }
}

impl ComeBack {
    /// Changes the errand only while it is still this node's: another may have taken it for orphaned. Once a try has
    /// not come back the errand stays reopened: that try's effect is as unknown after a pause as it was before.
    async fn move_on(&self, tx: &mut Tx, ended: &Ended) -> Result<()> {
        let id = params![tx.tenant(), self.trip.id, self.node, self.trip.try_number].to_vec();
        match ended.next {
            Next::Done => tx.put(sql!("DELETE FROM errands WHERE tenant_id = $1 AND id = $2 AND node = $3 AND tries = $4"), &id).await,
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
        tx.put(
            sql!(
                "UPDATE errands SET state = $5, due_at = $6, failures = failures + $7, note = $8, node = NULL
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
    tx.put(
        sql!("UPDATE attempts SET finished_at = $4, class = $5, note = $6 WHERE tenant_id = $1 AND errand_id = $2 AND try = $3"),
        params![tx.tenant(), trip.id, trip.try_number, tx.now(), ended.class, note(&ended.note)],
    )
    .await
}

async fn attempt_is_finished(tx: &mut Tx, trip: &Trip) -> Result<bool> {
    let finished: Option<Option<Time>> = tx
        .maybe(
            sql!("SELECT finished_at FROM attempts WHERE tenant_id = $1 AND errand_id = $2 AND try = $3"),
            params![tx.tenant(), trip.id, trip.try_number],
        )
        .await?;
    Ok(finished.flatten().is_some())
}

/// Failures after which an errand whose tries get lost is left to a person.
const LOSSES: i64 = 8;
/// The first wait after a try that got lost; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// Gives an errand back whose try this living node could not bring to an end: it panicked, stayed out too long, or its
/// outcome was refused. Without this it would stay this node's for as long as the node lives.
pub(crate) struct GiveBack {
    pub node: Uuid,
    pub trip: Trip,
    /// Whether it may have reached the provider.
    pub left: bool,
    pub why: String,
}

impl Command for GiveBack {
    const NAME: &'static str = "errand_given_back";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let failures = self.trip.failures + 1;
        let state = if failures >= LOSSES { "buried" } else { "waiting" };
        let doublings = u32::try_from(self.trip.failures.clamp(0, LOSSES)).unwrap_or(0);
        let due = tx.now().after(FIRST_WAIT * 2u32.pow(doublings));
        tx.put(
            sql!(
                "UPDATE errands SET state = $5, due_at = $6, failures = $7, note = $8, node = NULL, reopened = (reopened OR $9)
                 WHERE tenant_id = $1 AND id = $2 AND node = $3 AND tries = $4"
            ),
            params![tx.tenant(), self.trip.id, self.node, self.trip.try_number, state, due, failures, note(&self.why), self.left],
        )
        .await?;
        tx.put(
            sql!(
                "UPDATE attempts SET class = 'lost', note = $4 WHERE tenant_id = $1 AND errand_id = $2 AND try = $3 AND finished_at IS NULL"
            ),
            params![tx.tenant(), self.trip.id, self.trip.try_number, note(&self.why)],
        )
        .await?;
        tx.woke.errands = true;
        Ok(())
    }
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

    /// Refuses with `errand_key_taken` while another errand of its name and key is alive.
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let taken: Option<i64> = tx
            .maybe(
                sql!(
                    "SELECT CAST(1 AS BIGINT) FROM errands b JOIN errands o
                       ON o.tenant_id = b.tenant_id AND o.name = b.name AND o.key = b.key AND o.state <> 'buried'
                     WHERE b.tenant_id = $1 AND b.id = $2 AND b.state = 'buried'"
                ),
                params![tx.tenant(), self.0],
            )
            .await?;
        if taken.is_some() {
            return Err(Error::conflict("errand_key_taken", "Another one for the same thing is on its way already."));
        }
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

/// Drops a buried errand for good, and states it: whoever waits for what it was to bring hears that it will not come.
pub struct Drop(pub ErrandId);

impl Command for Drop {
    const NAME: &'static str = "drop_errand";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let gone: Option<(String, Option<String>)> = tx
            .maybe(
                sql!("DELETE FROM errands WHERE tenant_id = $1 AND id = $2 AND state = 'buried' RETURNING name, key"),
                params![tx.tenant(), self.0],
            )
            .await?;
        let Some((name, key)) = gone else { return Err(Error::not_found("buried errand")) };
        tx.state(ErrandDropped { errand_id: self.0, name, key }).await?;
        Ok(())
    }
}
