//! Telling open pages at once what has changed. One task of a node follows the database for as long as somebody listens, so a page that
//! is open costs a place in a list, and what another node wrote is told as well.

use crate::queries::{self, Moved};
use facts::{ConversationId, Id, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Db, Error, Kind, Result};
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

/// The most pages of one tenant that a node tells.
const PLACES: usize = 200;
/// What one page may be behind.
const BEHIND: usize = 256;
/// Changes are gathered for so long.
const GATHER: Duration = Duration::from_millis(150);
/// How often it looks in any case: the word of another node may be lost.
const SLOW: Duration = Duration::from_secs(2);
/// How far back it looks each time: what a long transaction, or a node whose clock goes behind, wrote is still seen.
const BACK: Duration = Duration::from_secs(30);

/// Whoever tells.
pub(crate) struct Live {
    db: Db,
    told: broadcast::Sender<Moved>,
    closing: watch::Sender<bool>,
    places: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    taken: HashMap<TenantId, usize>,
    /// Whether the task runs.
    following: bool,
}

/// A place of one page; it is free again when this is dropped.
pub(crate) struct Place {
    live: Arc<Live>,
    /// Whose page it is.
    pub tenant: TenantId,
    /// What changes, in every tenant.
    pub told: broadcast::Receiver<Moved>,
    /// True once this process ends.
    pub closing: watch::Receiver<bool>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.live.places();
        if let Some(taken) = places.taken.get_mut(&self.tenant) {
            *taken -= 1;
        }
        places.taken.retain(|_, taken| *taken > 0);
    }
}

impl Live {
    pub(crate) fn new(db: Db) -> Arc<Self> {
        Arc::new(Self { db, told: broadcast::Sender::new(BEHIND), closing: watch::Sender::new(false), places: Mutex::default() })
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a page of a tenant's.
    ///
    /// # Errors
    /// `too_many_pages` where there is none left.
    pub(crate) fn listen(self: &Arc<Self>, tenant: TenantId) -> Result<Place> {
        let mut places = self.places();
        let taken = places.taken.entry(tenant).or_default();
        if *taken >= PLACES {
            let message = "Too many pages of this shop are open to tell them all at once. This one looks again every half a minute.";
            return Err(Error::new(Kind::TooMany, "too_many_pages", message));
        }
        *taken += 1;
        let place = Place { live: self.clone(), tenant, told: self.told.subscribe(), closing: self.closing.subscribe() };
        if !places.following {
            places.following = true;
            tokio::spawn(self.clone().follow());
        }
        Ok(place)
    }

    /// Ends every place: this process is told to stop, and must not wait for pages that nobody closes.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Whether anybody listens; notes that the task ends where nobody does.
    fn goes_on(&self) -> bool {
        let mut places = self.places();
        places.following = !places.taken.is_empty();
        places.following
    }

    async fn follow(self: Arc<Self>) {
        let mut stirred = self.db.stirred();
        let mut known = HashMap::new();
        while self.goes_on() {
            match self.look(&known).await {
                Ok(beats) => known = beats,
                Err(error) => tracing::warn!(?error, "open pages are not told what changes for the moment"),
            }
            tokio::time::sleep(GATHER).await;
            let _in_time = tokio::time::timeout(SLOW, stirred.changed()).await;
        }
    }

    /// Tells what is not known yet; gives what is known now.
    async fn look(&self, known: &HashMap<ConversationId, i64>) -> Result<HashMap<ConversationId, i64>> {
        let since = facts::Time(self.db.clock().now().millis() - BACK.as_millis() as i64);
        let moved = queries::moved_since(&mut self.db.read_main(TenantId::from_uuid(Uuid::nil())), since).await?;
        for one in moved.iter().filter(|one| known.get(&one.id) != Some(&one.beat)) {
            // Nobody may be there to hear it.
            let _heard = self.told.send(*one);
        }
        Ok(moved.into_iter().map(|one| (one.id, one.beat)).collect())
    }
}
