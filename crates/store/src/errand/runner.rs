//! The runner: claims, sends out, takes back, with so many on their way at once.

use super::claim::{Claim, Claimed};
use super::outcome::ComeBack;
use super::{ErrandKind, Goes};
use crate::{Db, Error, Look, Result, Who, params, sql};
use facts::{Id, TenantId, Time};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Errands on their way at once.
pub(crate) const SLOTS: usize = 256;
/// Errands claimed in one commit at the most.
const PAGE: usize = 128;
/// Nobody stays out longer: past this the try counts as never come back.
const LONGEST_TRIP: Duration = Duration::from_secs(60);
/// How often an outcome is offered to a database that does not take it.
const OFFERS: u32 = 5;

/// Sends errands out for one node.
pub(crate) struct Runner {
    db: Db,
    pub(crate) node: Uuid,
    kinds: Arc<HashMap<&'static str, Arc<dyn Goes>>>,
    slots: Arc<Semaphore>,
    after: String,
}

/// What one turn did.
pub(crate) struct Turn {
    pub claimed: usize,
    pub more: bool,
    pub trips: Vec<tokio::task::JoinHandle<()>>,
}

impl Runner {
    pub(crate) fn new(db: Db, node: Uuid, kinds: impl IntoIterator<Item = ErrandKind>) -> Self {
        let kinds = kinds.into_iter().map(|kind| (kind.name, kind.goes)).collect();
        Self { db, node, kinds: Arc::new(kinds), slots: Arc::new(Semaphore::new(SLOTS)), after: String::new() }
    }

    /// Waits until there is a free place, then claims as many as there are and sends them out.
    pub(crate) async fn turn(&mut self) -> Result<Turn> {
        let first = self.slots.clone().acquire_owned().await.map_err(Error::internal)?;
        let mut permits = vec![first];
        while permits.len() < PAGE {
            match self.slots.clone().try_acquire_owned() {
                Ok(permit) => permits.push(permit),
                Err(_) => break,
            }
        }
        let who = Who::system(TenantId::from_uuid(Uuid::nil()), "errands");
        let claim = Claim { node: self.node, wanted: permits.len() as i64, after: self.after.clone(), kinds: self.kinds.clone() };
        let haul = self.db.run(&who, claim).await?;
        self.after = haul.after;
        let claimed = haul.errands.len();
        let trips = haul.errands.into_iter().zip(permits).map(|(errand, permit)| self.send_out(errand, haul.at, permit)).collect();
        Ok(Turn { claimed, more: haul.more, trips })
    }

    fn send_out(&self, claimed: Claimed, at: Time, permit: OwnedSemaphorePermit) -> tokio::task::JoinHandle<()> {
        let (db, node) = (self.db.clone(), self.node);
        let goes = self.kinds.get(claimed.name.as_str()).cloned();
        tokio::spawn(async move {
            let _place = permit;
            let name = claimed.name.clone();
            if let Err(error) = trip(db, node, claimed, at, goes).await {
                // The row stays with this node; it is looked at again when the node is gone.
                tracing::error!(errand = name, ?error, "an errand's outcome could not be stored");
            }
        })
    }

    /// When the next errand that waits is due.
    pub(crate) async fn next(&self) -> Result<Option<Time>> {
        let next: Option<i64> =
            self.db.read_global().one(sql!(global "SELECT MIN(due_at) FROM errands WHERE state = 'waiting'"), &[]).await?;
        Ok(next.map(Time))
    }

    /// When the first paused lane opens again.
    pub(crate) async fn next_pause_end(&self) -> Result<Option<Time>> {
        let next: Option<i64> = self
            .db
            .read_global()
            .one(sql!(global "SELECT MIN(paused_until) FROM lanes WHERE paused_until > $1"), params![self.db.clock().now()])
            .await?;
        Ok(next.map(Time))
    }

    /// Waits until nobody is out any more.
    pub(crate) async fn rest(&self) {
        let _all = self.slots.acquire_many(u32::try_from(SLOTS).unwrap_or(u32::MAX)).await;
    }
}

async fn trip(db: Db, node: Uuid, claimed: Claimed, at: Time, goes: Option<Arc<dyn Goes>>) -> Result<()> {
    let trip = claimed.trip(at);
    let who = Who::system(claimed.tenant_id, claimed.name.clone()).asked_by(claimed.request_id.as_deref().map(Into::into));
    let goes = goes.ok_or_else(|| Error::internal(format!("nothing runs errands named {}", claimed.name)))?;
    let brought = tokio::time::timeout(LONGEST_TRIP, goes.go(&claimed.body.0, &trip))
        .await
        .map_err(|_| Error::internal(format!("{} stayed out too long", claimed.name)))??;
    for offer in 1.. {
        let back = ComeBack { node, claimed: claimed.clone(), trip: trip.clone(), goes: goes.clone(), brought: brought.clone() };
        match db.run_gathered(&who, back).await {
            Ok(()) => break,
            Err(error) if offer == OFFERS => return Err(error),
            Err(error) => {
                tracing::warn!(errand = claimed.name, ?error, offer, "an errand's outcome was not taken");
                tokio::time::sleep(Duration::from_millis(50 * u64::from(offer * offer))).await;
            }
        }
    }
    metrics::counter!("errands_total", "name" => claimed.name).increment(1);
    Ok(())
}
