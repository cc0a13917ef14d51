//! The runner: claims and sends out, with so many on their way at once.

use super::claim::{Claim, Claimed, Haul};
use super::trip;
use super::{ErrandKind, Goes, Places};
use crate::{Db, Error, Look, Result, Who, sql};
use facts::{ErrandId, Id, TenantId, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Errands on their way at once.
const SLOTS: usize = 512;
/// Errands claimed in one commit at the most.
const PAGE: u32 = 256;
/// Free places that are worth a claim. When fewer are free nearly all are out, and a claim for each that comes back
/// would be a commit for each.
const WORTH: u32 = 16;
/// How long a claim waits for them.
const PATIENCE: Duration = Duration::from_millis(5);

/// How often a node that has much to do looks for errands of nodes that are no more.
const LOOK: Duration = Duration::from_millis(500);
/// Errands of one claim that are much: for fewer, one look more is not worth sparing.
const MUCH: usize = 8;

/// Sends errands out for one node.
pub(crate) struct Runner {
    db: Db,
    pub(crate) node: Uuid,
    kinds: Arc<HashMap<&'static str, Arc<dyn Goes>>>,
    slots: Arc<Semaphore>,
    out: Arc<Mutex<Out>>,
    /// The claim under way.
    claiming: Option<Claiming>,
    /// The last claim's answer was lost, so the database may hold errands for this node that it knows nothing of.
    in_doubt: bool,
    /// When it last looked for errands of nodes that are no more, while it has much to do; else each claim looks.
    looked_at: Option<Time>,
    /// The lane that the next claim goes on after.
    after: String,
    /// When a lane that was ready but held back may go on.
    held_until: Option<Time>,
}

/// A claim under way and the places that wait for what it brings.
struct Claiming {
    permits: Vec<OwnedSemaphorePermit>,
    answer: tokio::task::JoinHandle<Result<Haul>>,
}

/// The errands on their way.
pub(crate) type Out = HashMap<ErrandId, OnItsWay>;

/// Where an errand that is on its way came from.
#[derive(Clone)]
pub(crate) struct OnItsWay {
    pub lane: String,
    pub kind: String,
}

/// What one turn did.
pub(crate) struct Turn {
    pub claimed: usize,
    pub trips: Vec<tokio::task::JoinHandle<()>>,
}

impl Runner {
    pub(crate) fn new(db: Db, node: Uuid, kinds: impl IntoIterator<Item = ErrandKind>) -> Self {
        let kinds = kinds.into_iter().map(|kind| (kind.name, kind.goes)).collect();
        Self {
            db,
            node,
            kinds: Arc::new(kinds),
            slots: Arc::new(Semaphore::new(SLOTS)),
            out: Arc::default(),
            claiming: None,
            in_doubt: false,
            looked_at: None,
            after: String::new(),
            held_until: None,
        }
    }

    /// Waits until there is a free place, then claims as many as there are and sends them out. When it claims nothing,
    /// every lane has been looked at, and what ran on nodes that are no more.
    pub(crate) async fn turn(&mut self) -> Result<Turn> {
        let mut whole = false;
        self.held_until = None;
        loop {
            let from_the_first = self.after.is_empty();
            let (haul, permits) = self.claim().await?;
            self.after = haul.after;
            self.held_until = [self.held_until, haul.held_until].into_iter().flatten().min();
            let round_over = self.after.is_empty();
            // Whoever finds little to do looks for more; and before they say that there is nothing, what a look found has had its turn.
            self.looked_at = match haul.errands.len() {
                0..MUCH => None,
                _ if haul.looked => Some(haul.at),
                _ => self.looked_at,
            };
            whole |= from_the_first && haul.looked;
            if !haul.errands.is_empty() || (round_over && whole) {
                let claimed = haul.errands.len();
                let trips = haul.errands.into_iter().zip(permits).map(|(errand, permit)| self.send_out(errand, haul.at, permit));
                return Ok(Turn { claimed, trips: trips.collect() });
            }
        }
    }

    /// Claims. Whoever stops waiting for it finds its answer in the next turn: what is claimed for a node that lives
    /// comes back to no other.
    async fn claim(&mut self) -> Result<(Haul, Vec<OwnedSemaphorePermit>)> {
        if self.claiming.is_none() {
            self.claiming = Some(self.begin_claim().await?);
        }
        let answer = match &mut self.claiming {
            Some(claiming) => (&mut claiming.answer).await,
            None => return Err(Error::internal("a claim was not begun")),
        };
        let permits = self.claiming.take().map(|claiming| claiming.permits).unwrap_or_default();
        let haul = answer.map_err(Error::internal).flatten();
        self.in_doubt = haul.is_err();
        Ok((haul?, permits))
    }

    async fn begin_claim(&self) -> Result<Claiming> {
        let permits = self.permits().await?;
        let claim = Claim {
            node: self.node,
            wanted: permits.len() as i64,
            after: self.after.clone(),
            kinds: self.kinds.clone(),
            out: self.out.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            in_doubt: self.in_doubt,
            looks: self.looked_at.is_none_or(|looked| self.db.clock().now().since(looked) >= LOOK),
        };
        let db = self.db.clone();
        let who = Who::system(TenantId::from_uuid(Uuid::nil()), "errands");
        Ok(Claiming { permits, answer: tokio::spawn(async move { db.run_behind(&who, claim).await }) })
    }

    /// Every free place, up to a page of them, at least one.
    async fn permits(&self) -> Result<Vec<OwnedSemaphorePermit>> {
        let worth = tokio::time::timeout(PATIENCE, self.slots.clone().acquire_many_owned(WORTH)).await;
        let mut places = match worth {
            Ok(places) => places.map_err(Error::internal)?,
            Err(_) => self.slots.clone().acquire_owned().await.map_err(Error::internal)?,
        };
        let free = u32::try_from(self.slots.available_permits()).unwrap_or(0).min(PAGE - WORTH);
        if let Ok(more) = self.slots.clone().try_acquire_many_owned(free) {
            places.merge(more);
        }
        Ok(std::iter::from_fn(|| places.split(1)).collect())
    }

    fn send_out(&self, claimed: Claimed, at: Time, permit: OwnedSemaphorePermit) -> tokio::task::JoinHandle<()> {
        let goes = self.kinds.get(claimed.name.as_str()).cloned();
        let places = goes.as_ref().map(|goes| goes.places());
        let place = Place::take(self.db.clone(), self.out.clone(), &claimed, places, permit);
        let (db, node) = (self.db.clone(), self.node);
        tokio::spawn(async move {
            let _place = place;
            trip::make(db, node, claimed, at, goes).await;
        })
    }

    /// When the next errand goes that does not go now: one that waits, or the first of a lane that is held back.
    pub(crate) async fn next(&self) -> Result<Option<Time>> {
        let waiting: Option<i64> =
            self.db.read_global().one(sql!(global "SELECT MIN(due_at) FROM errands WHERE state = 'waiting'"), &[]).await?;
        let now = self.db.clock().now();
        Ok([waiting.map(Time), self.held_until.filter(|until| *until > now)].into_iter().flatten().min())
    }

    /// Waits until nobody is out any more.
    pub(crate) async fn rest(&self) {
        let _all = self.slots.acquire_many(u32::try_from(SLOTS).unwrap_or(u32::MAX)).await;
    }
}

/// A place among those on their way, and one in the lane's share of them.
struct Place {
    db: Db,
    out: Arc<Mutex<Out>>,
    id: ErrandId,
    places: Option<Places>,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn take(db: Db, out: Arc<Mutex<Out>>, claimed: &Claimed, places: Option<Places>, permit: OwnedSemaphorePermit) -> Self {
        let way = OnItsWay { lane: claimed.lane.clone(), kind: claimed.name.clone() };
        out.lock().unwrap_or_else(PoisonError::into_inner).insert(claimed.id, way);
        Self { db, out, id: claimed.id, places, _permit: permit }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(way), Some(places)) = (out.remove(&self.id), self.places) else { return };
        // Nobody else would say that a lane, or a kind, that had all its places taken may go on.
        let lane_was_full = out.values().filter(|other| other.lane == way.lane).count() + 1 == places.lane;
        if lane_was_full || out.values().filter(|other| other.kind == way.kind).count() + 1 == places.kind {
            self.db.wake().errands_may_go();
        }
    }
}
