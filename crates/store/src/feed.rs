//! The feed: reads the journal once for all reactions of a node. What it has read lately it keeps at hand. After a burst most reactions are
//! further back than that, near each other: there the first to come to a page reads it, and keeps it for those behind it.

use crate::journal::{self, Place, Stated};
use crate::{Db, Result};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Facts read at once, and reacted to in one commit: on SQLite nobody else writes meanwhile.
const PAGE: i64 = 64;
/// The same on PostgreSQL, where others go on: there a reaction may wait for them at every commit, and catches up by fewer and larger ones.
const LARGE_PAGE: i64 = 256;
/// Pages at hand at the journal's end, and as many further back.
const PAGES: usize = 32;
/// Facts at hand in them; more only where one page has more.
const FACTS: usize = 2_048;

fn page(db: &Db) -> i64 {
    if db.postgres().is_some() { LARGE_PAGE } else { PAGE }
}

/// Every fact after `from`, up to and including `to`.
struct Page {
    from: Place,
    to: Place,
    facts: Vec<Arc<Stated>>,
}

/// Pages that are at hand, the oldest of them first.
#[derive(Default)]
struct Pages(VecDeque<Page>);

impl Pages {
    fn keep(&mut self, page: Page) {
        self.0.push_back(page);
        while self.0.len() > PAGES || (self.0.len() > 1 && self.0.iter().map(|page| page.facts.len()).sum::<usize>() > FACTS) {
            self.0.pop_front();
        }
    }

    /// The facts that follow a place, where the page that it is in is at hand.
    fn after(&self, place: Place) -> Option<Vec<Arc<Stated>>> {
        let page = self.0.iter().find(|page| page.from <= place && place < page.to)?;
        let first = page.facts.partition_point(|fact| fact.place() <= place);
        Some(page.facts[first..].to_vec())
    }
}

/// The journal as far as this node has read it.
pub(crate) struct Feed {
    /// Its end.
    pages: Mutex<Pages>,
    /// What was read again for reactions that are further back.
    back: Mutex<Pages>,
    /// Held by whoever reads it.
    reading: tokio::sync::Mutex<()>,
    /// How far that is; nothing before the first look.
    end: watch::Sender<Option<Place>>,
}

impl Feed {
    pub(crate) fn new() -> Arc<Self> {
        let (pages, back, reading) = (Mutex::default(), Mutex::default(), tokio::sync::Mutex::default());
        Arc::new(Self { pages, back, reading, end: watch::Sender::new(None) })
    }

    /// Reads on; tells how many facts there were. The first time it only finds out where the journal ends.
    pub(crate) async fn pass(&self, db: &Db) -> Result<usize> {
        let Some(from) = *self.end.borrow() else {
            self.end.send_replace(Some(journal::end(db).await?));
            return Ok(0);
        };
        let facts: Vec<Arc<Stated>> = journal::after(db, from, page(db)).await?.into_iter().map(Arc::new).collect();
        let Some(to) = facts.last().map(|fact| fact.place()) else { return Ok(0) };
        let read = facts.len();
        lock(&self.pages).keep(Page { from, to, facts });
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
        if let Some(facts) = self.at_hand(place) {
            return Ok(facts);
        }
        let _reading = self.reading.lock().await;
        // Whoever stood here before may have read it meanwhile.
        if let Some(facts) = self.at_hand(place) {
            return Ok(facts);
        }
        let facts: Vec<Arc<Stated>> = journal::after(db, place, page(db)).await?.into_iter().map(Arc::new).collect();
        if let Some(last) = facts.last() {
            lock(&self.back).keep(Page { from: place, to: last.place(), facts: facts.clone() });
        }
        Ok(facts)
    }

    fn at_hand(&self, place: Place) -> Option<Vec<Arc<Stated>>> {
        lock(&self.pages).after(place).or_else(|| lock(&self.back).after(place))
    }

    /// Hears each time that it has read on.
    pub(crate) fn moved(&self) -> watch::Receiver<Option<Place>> {
        self.end.subscribe()
    }
}

fn lock(pages: &Mutex<Pages>) -> MutexGuard<'_, Pages> {
    pages.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{Id, Time};

    fn place(seq: i64) -> Place {
        Place { xid: 0, seq }
    }

    fn fact(seq: i64) -> Arc<Stated> {
        Arc::new(Stated {
            tenant_id: Id::from_uuid(uuid::Uuid::nil()),
            id: Id::from_uuid(uuid::Uuid::from_u128(seq.unsigned_abs().into())),
            xid: 0,
            seq,
            kind: "test.fact".to_owned(),
            version: 1,
            at: Time(seq),
            actor: String::new(),
            request_id: None,
            address: None,
            about: None,
            contact_id: None,
            body: crate::Json(serde_json::Value::Null),
        })
    }

    #[test]
    fn what_is_at_hand_is_all_that_follows_in_its_page() {
        let mut pages = Pages::default();
        let all = PAGES as i64 + 1;
        for number in 0..all {
            let facts: Vec<Arc<Stated>> = (number * 10 + 1..=number * 10 + 10).map(fact).collect();
            pages.keep(Page { from: place(number * 10), to: place(number * 10 + 10), facts });
        }
        let after = |seq: i64| pages.after(place(seq)).map(|facts| facts.iter().map(|fact| fact.seq).collect::<Vec<_>>());
        assert_eq!(after(9), None, "the oldest page is let go");
        assert_eq!(after(10), Some((11..=20).collect()));
        assert_eq!(after(25), Some((26..=30).collect()));
        assert_eq!(after(all * 10), None, "nothing follows yet");
    }
}
