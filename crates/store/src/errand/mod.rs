//! Errands leave the house: HTTP, SMTP. They come back with an outcome, or they don't and somebody finds out.
//!
//! An errand is a row that was committed with the change that needs it. It is claimed in a short transaction that
//! also writes the attempt, goes with nothing open, and its outcome is a short transaction again. A process that
//! dies in between leaves an attempt without an end: the errand is claimed again with [`Trip::reopened`] set, and
//! then it has to find out what became of the earlier try before it does anything.

mod claim;
mod outcome;
mod pace;
mod runner;
mod trip;

pub use outcome::{Attempt, Drop, Redrive, attempts};
pub(crate) use runner::Runner;

use crate::{Db, Result, Rows, Tx, Value, many, params, rows, sql};
use async_trait::async_trait;
use facts::{ErrandId, Id, TenantId, Time};
use serde::{Serialize, de::DeserializeOwned};
use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Which queue an errand stands in, and how fast that queue may move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its name. Lanes take turns, so one that holds much does not delay the others: name the tenant in it.
    pub name: String,
    /// Calls in any one second at the most, over all nodes; `None` for as fast as it goes. A fast lane stays up to a
    /// tenth below it.
    pub per_second: Option<u32>,
}

impl Lane {
    /// A lane without a limit of its own.
    pub fn open(name: impl Into<String>) -> Self {
        Self { name: name.into(), per_second: None }
    }
}

/// One try of one errand.
#[derive(Debug, Clone)]
pub struct Trip {
    /// The errand.
    pub id: ErrandId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Which try this is, from 1.
    pub try_number: i64,
    /// Tries before this one that failed and counted.
    pub failures: i64,
    /// Whether some earlier try never came back: it may have reached the provider. Stays so for all later tries.
    pub reopened: bool,
    /// When the errand was made.
    pub created_at: Time,
    /// When this try began.
    pub started_at: Time,
}

/// What becomes of an errand after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It is finished, well or not: nothing is left to do.
    Done,
    /// It failed; try again then. Counts as an attempt.
    Again(Time),
    /// Look again then; nothing has failed.
    Wait(Time),
    /// The provider is being asked too fast: the whole lane is silent until then, and no attempt is counted.
    Pause(Time),
    /// It cannot be done without a person.
    Bury,
}

/// How a try ended, as its attempt row keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What becomes of the errand.
    pub next: Next,
    /// The class of the outcome in a word: `sent`, `transient`, `rate_limited` …
    pub class: &'static str,
    /// Details for a person: the provider's id, or its words.
    pub note: String,
}

impl Ended {
    /// An end.
    pub fn new(next: Next, class: &'static str, note: impl Into<String>) -> Self {
        Self { next, class, note: note.into() }
    }

    /// Finished.
    pub fn done(note: impl Into<String>) -> Self {
        Self::new(Next::Done, "done", note)
    }
}

/// Work that leaves the house.
pub trait Errand: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, such as `deliver_message`.
    const NAME: &'static str;
    /// What it needs out there: clients, addresses, credentials.
    type World: Send + Sync + 'static;
    /// What it brings back.
    type Back: Send + Sync + 'static;
    /// Of one lane this many are on their way at once from a node, so that one provider that hangs cannot hold every place.
    const LANE_PLACES: usize = 192;
    /// Of all its lanes together this many: less than a node has, where anybody may name somebody who hangs.
    const PLACES: usize = usize::MAX;

    /// The lane it stands in.
    fn lane(&self, tenant: TenantId) -> Lane {
        Lane::open(format!("{}/{tenant}", Self::NAME))
    }
    /// The lane that goes before this one, where both together keep to one pace: this one takes that lane's tokens, when that lane has had
    /// its turn, and leaves alone whom that lane has just written to. That lane's name has to be the beginning of this one's, since lanes
    /// take turns by their names. What stands on either lane, or silences it, does not hold up the other.
    fn behind(&self, _: TenantId) -> Option<String> {
        None
    }
    /// Lower goes first within the lane.
    fn priority(&self) -> i64 {
        5
    }
    /// At most one errand of this name and key is alive; a second is not made.
    fn key(&self) -> Option<String> {
        None
    }
    /// Goes out. Has no transaction; must bound its own time well below a minute, when it is given up for lost.
    fn go(&self, world: &Self::World, trip: &Trip) -> impl Future<Output = Self::Back> + Send;
    /// Comes back: writes what follows. May run again on a collision, so `brought` is borrowed.
    fn back(&self, world: &Self::World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> impl Future<Output = Result<Ended>> + Send;
}

/// How to send an errand, where the usual is not right.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// The errand's id, where another row has it as its own.
    pub id: Option<ErrandId>,
    /// When it may go; at once when not said.
    pub due: Option<Time>,
    /// One recipient is not written to more often than this on a lane.
    pub gap: Option<(String, Duration)>,
    /// The gap is left to those who come after: this one waits for nobody.
    pub at_once: bool,
}

fn errands() -> &'static Rows {
    rows!(
        "INSERT INTO errands (tenant_id, id, name, lane, priority, key, state, due_at, tries, failures, reopened, body, request_id, \
         created_at) VALUES ",
        14,
        " ON CONFLICT DO NOTHING RETURNING id"
    )
}

impl Tx {
    /// Sends an errand: it goes as soon as this transaction has committed. `None` when one with its key is alive.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn send<E: Errand>(&mut self, errand: E) -> Result<Option<ErrandId>> {
        self.send_with(errand, Sending::default()).await
    }

    /// Sends an errand in a way of its own.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn send_with<E: Errand>(&mut self, errand: E, how: Sending) -> Result<Option<ErrandId>> {
        let mut values = Vec::new();
        let id = self.row_of(&errand, how, &mut values).await?;
        let made: Vec<ErrandId> = self.all_rows(errands(), &values).await?;
        Ok((!made.is_empty()).then_some(id))
    }

    /// Sends many errands. One whose key is alive is not made.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn send_all<E: Errand>(&mut self, all: impl IntoIterator<Item = (E, Sending), IntoIter: Send> + Send) -> Result<()> {
        let mut values = Vec::new();
        for (errand, how) in all {
            self.row_of(&errand, how, &mut values).await?;
        }
        self.put_rows(errands(), &values).await
    }

    async fn row_of<E: Errand>(&mut self, errand: &E, how: Sending, values: &mut Vec<Value>) -> Result<ErrandId> {
        let tenant = self.tenant();
        let lane = errand.lane(tenant).name;
        let mut due = how.due.unwrap_or(self.now()).max(self.now());
        if let Some((recipient, gap)) = how.gap.filter(|(_, gap)| !gap.is_zero()) {
            let first = errand.behind(tenant);
            let free = pace::reserve(self, first.as_deref().unwrap_or(&lane), &recipient, gap, due).await?;
            due = if how.at_once { due } else { free };
        }
        let id = how.id.unwrap_or_else(|| self.id());
        let state = if due > self.now() { "waiting" } else { "ready" };
        values.extend_from_slice(params![
            tenant,
            id,
            E::NAME,
            lane,
            errand.priority(),
            errand.key(),
            state,
            due,
            0,
            0,
            false,
            serde_json::to_value(errand)?,
            self.who().request.as_deref(),
            self.now()
        ]);
        self.woke.errands = true;
        Ok(id)
    }

    /// Makes an errand that waits go now; tells whether it was waiting.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn hurry(&mut self, id: ErrandId) -> Result<bool> {
        let changed = self
            .exec(
                sql!("UPDATE errands SET state = 'ready', due_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'"),
                params![self.tenant(), id, self.now()],
            )
            .await?;
        self.woke.errands = true;
        Ok(changed == 1)
    }

    /// Sets how many calls of a lane there may be in any one second, from now on and for what stands on it already: in place of what its
    /// errands say. It holds for lanes whose errands keep to a pace at all, and that are behind no other.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn set_pace(&mut self, lane: &str, per_second: u32) -> Result<()> {
        pace::set(self, lane, i64::from(per_second.max(1))).await?;
        self.woke.errands = true;
        Ok(())
    }

    /// Takes an errand back that has not left; tells whether there was one.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn recall(&mut self, id: ErrandId) -> Result<bool> {
        let gone = self
            .exec(sql!("DELETE FROM errands WHERE tenant_id = $1 AND id = $2 AND state <> 'running'"), params![self.tenant(), id])
            .await?;
        Ok(gone == 1)
    }

    /// The same of many: those that are leaving right now stay.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn recall_all(&mut self, ids: &[ErrandId]) -> Result<()> {
        let gone = sql!(concat!("DELETE FROM errands WHERE tenant_id = $1 AND id IN (", many!(), ") AND state <> 'running'"));
        self.put_in(gone, ids, &[]).await
    }
}

/// An errand's kind together with the world that it goes out into.
#[derive(Clone)]
pub struct ErrandKind {
    name: &'static str,
    goes: Arc<dyn Goes>,
}

impl ErrandKind {
    /// The kind of `E`.
    pub fn of<E: Errand>(world: Arc<E::World>) -> Self {
        Self { name: E::NAME, goes: Arc::new(Typed::<E> { world }) }
    }
}

/// How many may be on their way at once from one node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    pub lane: usize,
    pub kind: usize,
}

/// What came back, whatever its type.
pub(crate) type Brought = Arc<dyn Any + Send + Sync>;

/// An errand without its type.
#[async_trait]
pub(crate) trait Goes: Send + Sync {
    fn places(&self) -> Places;
    /// How many a second may go, and by the tokens of which lane, where that is another.
    fn pace(&self, body: &serde_json::Value, tenant: TenantId) -> Option<(u32, Option<String>)>;
    async fn go(&self, body: &serde_json::Value, trip: &Trip) -> Result<Brought>;
    async fn back(&self, body: &serde_json::Value, tx: &mut Tx, trip: &Trip, brought: &Brought) -> Result<Ended>;
}

struct Typed<E: Errand> {
    world: Arc<E::World>,
}

#[async_trait]
impl<E: Errand> Goes for Typed<E> {
    fn places(&self) -> Places {
        Places { lane: E::LANE_PLACES, kind: E::PLACES }
    }

    fn pace(&self, body: &serde_json::Value, tenant: TenantId) -> Option<(u32, Option<String>)> {
        let errand = E::deserialize(body).ok()?;
        Some((errand.lane(tenant).per_second?, errand.behind(tenant)))
    }

    async fn go(&self, body: &serde_json::Value, trip: &Trip) -> Result<Brought> {
        let errand = E::deserialize(body)?;
        Ok(Arc::new(errand.go(&self.world, trip).await))
    }

    async fn back(&self, body: &serde_json::Value, tx: &mut Tx, trip: &Trip, brought: &Brought) -> Result<Ended> {
        let errand = E::deserialize(body)?;
        let brought =
            brought.downcast_ref::<E::Back>().ok_or_else(|| crate::Error::internal("an errand brought back another's outcome"))?;
        errand.back(&self.world, tx, trip, brought).await
    }
}

/// How much stands in the queue, for the overview and the metrics.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize, serde::Serialize)]
pub struct Standing {
    /// Due and not yet claimed.
    pub ready: i64,
    /// Due later.
    pub waiting: i64,
    /// On their way.
    pub running: i64,
    /// In need of a person.
    pub buried: i64,
}

impl Standing {
    /// Whether nothing waits, runs or lies buried.
    pub fn is_empty(self) -> bool {
        self.ready + self.waiting + self.running + self.buried == 0
    }
}

/// Counts the errands of all tenants by state.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn standing(db: &Db) -> Result<Standing> {
    use crate::Look;
    db.read_main(TenantId::from_uuid(uuid::Uuid::nil()))
        .one(
            sql!(global
                "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'ready' THEN 1 ELSE 0 END), 0) AS BIGINT) AS ready,
                        CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
                        CAST(COALESCE(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0) AS BIGINT) AS running,
                        CAST(COALESCE(SUM(CASE WHEN state = 'buried' THEN 1 ELSE 0 END), 0) AS BIGINT) AS buried FROM errands"
            ),
            &[],
        )
        .await
}
