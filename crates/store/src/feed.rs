//! The feed: reads the journal once for all reactions of a node. What it has read lately it keeps at hand. After a burst most reactions are
//! further back than that, near each other: there the first to come to a page reads it, and keeps it for those behind it.

use crate::journal::{self, Place, Stated};
use crate::{Db, Result};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Facts read at once, and reacted to in one commit: on SQLite nobody else writes meanwhile.
const PAGE: usize = 64;
/// The same on PostgreSQL, where others go on: there a reaction may wait for them at every commit, and catches up by fewer and larger ones.
const LARGE_PAGE: usize = 256;
/// Pages at hand at the journal's end, and as many further back.
const PAGES: usize = 32;
/// Facts at hand in them; more only where one page has more.
const FACTS: usize = 2_048;

fn page(db: &Db) -> usize {
    if db.postgres().is_some() { LARGE_PAGE } else { PAGE }
}

/// The facts of a page of the journal.
async fn read(db: &Db, from: Place) -> Result<Vec<Arc<Stated>>> {
    let limit = i64::try_from(page(db)).unwrap_or(i64::MAX);
    Ok(journal::after(db, from, limit).await?.into_iter().map(Arc::new).collect())
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

    /// The facts that follow a place, where the page that it is in is at hand; with those of the pages behind it, as long as all of them
    /// are no more than a page may have.
    fn after(&self, place: Place, most: usize) -> Option<Vec<Arc<Stated>>> {
        let mut pages = self.0.iter().skip_while(|page| place < page.from || page.to <= place);
        let first = pages.next()?;
        let (mut facts, mut to) = (first.facts[first.facts.partition_point(|fact| fact.place() <= place)..].to_vec(), first.to);
        for page in pages {
            if page.from != to || facts.len() + page.facts.len() > most {
                break;
            }
            facts.extend_from_slice(&page.facts);
            to = page.to;
        }
        Some(facts)
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
        let facts = read(db, from).await?;
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
        if self.ends_at(place) {
            return Ok(Vec::new());
        }
        if let Some(facts) = self.at_hand(place, page(db)) {
            return Ok(facts);
        }
        let _reading = self.reading.lock().await;
        // Whoever stood here before may have read it meanwhile.
        if let Some(facts) = self.at_hand(place, page(db)) {
            return Ok(facts);
        }
        let facts = read(db, place).await?;
        if let Some(last) = facts.last() {
            lock(&self.back).keep(Page { from: place, to: last.place(), facts: facts.clone() });
        }
        Ok(facts)
    }

    fn at_hand(&self, place: Place, most: usize) -> Option<Vec<Arc<Stated>>> {
        lock(&self.pages).after(place, most).or_else(|| lock(&self.back).after(place, most))
    }

    /// Whether nothing that was read follows a place.
    pub(crate) fn ends_at(&self, place: Place) -> bool {
        self.end.borrow().is_none_or(|end| end <= place)
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
        let after =
            |seq: i64, most: usize| pages.after(place(seq), most).map(|facts| facts.iter().map(|fact| fact.seq).collect::<Vec<_>>());
        assert_eq!(after(9, 10), None, "the oldest page is let go");
        assert_eq!(after(10, 10), Some((11..=20).collect()));
        assert_eq!(after(25, 10), Some((26..=30).collect()), "no more than a page");
        assert_eq!(after(25, 15), Some((26..=40).collect()), "and the page behind it");
        assert_eq!(after(25, 24), Some((26..=40).collect()), "whole pages");
        assert_eq!(after(25, 1), Some((26..=30).collect()), "its own page at least");
        assert_eq!(after(all * 10, 10), None, "nothing follows yet");
    }

    #[test]
    fn pages_with_a_gap_between_them_are_two() {
        let mut pages = Pages::default();
        for from in [0, 20] {
            pages.keep(Page { from: place(from), to: place(from + 10), facts: (from + 1..=from + 10).map(fact).collect() });
        }
        assert_eq!(pages.after(place(5), 64).map(|facts| facts.len()), Some(5));
    }
}
