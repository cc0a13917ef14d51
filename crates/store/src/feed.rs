//! The feed: reads the journal once for all reactions of a node. What it has read lately it keeps at hand; a reaction
//! that is further back reads for itself until it has caught up.

use crate::journal::{self, Place, Stated};
use crate::{Db, Result};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Facts read at once, and reacted to in one commit: on SQLite nobody else writes meanwhile.
const PAGE: i64 = 64;
/// Pages at hand.
const PAGES: usize = 32;

/// Every fact after `from`, up to and including `to`.
struct Page {
    from: Place,
    to: Place,
    facts: Vec<Arc<Stated>>,
}

/// The journal as far as this node has read it.
pub(crate) struct Feed {
    pages: Mutex<VecDeque<Page>>,
    /// How far that is; nothing before the first look.
    end: watch::Sender<Option<Place>>,
}

impl Feed {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { pages: Mutex::default(), end: watch::Sender::new(None) })
    }

    fn pages(&self) -> MutexGuard<'_, VecDeque<Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on; tells how many facts there were. The first time it only finds out where the journal ends.
    pub(crate) async fn pass(&self, db: &Db) -> Result<usize> {
        let Some(from) = *self.end.borrow() else {
            self.end.send_replace(Some(journal::end(db).await?));
            return Ok(0);
        };
        let facts: Vec<Arc<Stated>> = journal::after(db, from, PAGE).await?.into_iter().map(Arc::new).collect();
        let Some(to) = facts.last().map(|fact| fact.place()) else { return Ok(0) };
        let read = facts.len();
        let mut pages = self.pages();
        pages.push_back(Page { from, to, facts });
        if pages.len() > PAGES {
            pages.pop_front();
        }
        drop(pages);
        self.end.send_replace(Some(to));
        Ok(read)
    }

    /// Whether there are facts that it has not read, which an older transaction may hold back for the moment.
    pub(crate) async fn is_behind(&self, db: &Db) -> Result<bool> {
        let end = *self.end.borrow();
        match end {
            Some(end) => journal::has_more(db, end).await,
            None => Ok(true),
        }
    }

    /// The facts that follow a place, as far as the feed has come.
    pub(crate) async fn after(&self, db: &Db, place: Place) -> Result<Vec<Arc<Stated>>> {
        let end = *self.end.borrow();
        if end.is_none_or(|end| end <= place) {
            return Ok(Vec::new());
        }
        let at_hand = self.pages().iter().find(|page| page.from <= place && place < page.to).map(|page| {
            let first = page.facts.partition_point(|fact| fact.place() <= place);
            page.facts[first..].to_vec()
        });
        match at_hand {
            Some(facts) => Ok(facts),
            None => Ok(journal::after(db, place, PAGE).await?.into_iter().map(Arc::new).collect()),
        }
    }

    /// Hears each time that it has read on.
    pub(crate) fn moved(&self) -> watch::Receiver<Option<Place>> {
        self.end.subscribe()
    }
}
