//! The journal held against its seals, both read once and side by side.

use super::check::{Wrong, everywhere};
use super::reaction::NAME;
use super::seal::{DIGEST, Key, Seal};
use facts::{FactId, Id, TenantId, Time};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use store::journal::{self, Place};
use store::{Db, Kind, Look, Result, Stated, params, sql};
use uuid::Uuid;

/// Seals read at once, of as many facts each as a reaction takes at the most.
const SEALS: usize = 100;
/// Facts read at once.
const FACTS: i64 = 500;
/// How far the clocks of nodes, and a transaction's beginning and end, lie apart at the most.
const APART: Duration = Duration::from_secs(86_400);

/// A fact that was sealed, whose row has not come yet.
struct Sealed {
    digest: [u8; DIGEST],
    kind: String,
    /// Its row comes no later.
    last: Place,
    /// The latest time that a fact sealed before it says.
    since: Time,
}

/// Holds every row of the journal against the seal that it is in.
///
/// A seal's rows lie between its first and its last place. So once all seals are read that begin before a place, the
/// rows before it can be judged, and what is still missing of the seals that end before it is gone.
pub(super) async fn compare(db: &Db, key: &Key, wrong: &mut Wrong) -> Result<()> {
    // Read first: what is sealed meanwhile lies behind it.
    let reached = store::reached(db, NAME).await?.unwrap_or_default();
    let mut rows = Rows { db, after: Place::default(), at_hand: VecDeque::new(), over: false };
    let mut open: HashMap<(TenantId, FactId), Sealed> = HashMap::new();
    let mut from = (Place { xid: i64::MIN, seq: i64::MIN }, TenantId::from_uuid(Uuid::nil()), 0);
    loop {
        let page = seals(db, from).await?;
        for seal in &page {
            let last = Place { xid: seal.last_xid, seq: seal.last_seq };
            for entry in seal.entries() {
                let sealed = Sealed { digest: entry.digest, kind: entry.kind, last, since: seal.since };
                // Twice in seals is what the reaction has read twice; the first time is when it was stated.
                let known = open.entry((seal.tenant_id, entry.id));
                known.and_modify(|known| known.since = known.since.min(seal.since)).or_insert(sealed);
            }
        }
        let bound = page.last().filter(|_| page.len() == SEALS).map(|seal| {
            from = (first(seal), seal.tenant_id, seal.number);
            from.0
        });
        loop {
            match rows.before(bound, wrong).await? {
                Next::Row(row) => judge(key, &row, open.remove(&(row.tenant_id, row.id)), reached, wrong),
                Next::Nothing => break,
                Next::Unreadable => return Ok(()),
            }
        }
        let gone = |sealed: &Sealed| bound.is_none_or(|bound| sealed.last < bound);
        for ((tenant, id), sealed) in open.extract_if(|_, sealed| gone(sealed)) {
            wrong.say(format!("{id} ({}) of {tenant} is gone from the journal", sealed.kind));
        }
        if bound.is_none() {
            return Ok(());
        }
    }
}

fn judge(key: &Key, row: &Stated, sealed: Option<Sealed>, reached: Place, wrong: &mut Wrong) {
    let Stated { id, kind, tenant_id: tenant, .. } = row;
    match sealed {
        Some(sealed) if sealed.digest != key.digest(row) => wrong.say(format!("{id} ({kind}) of {tenant} was altered")),
        Some(sealed) if row.at < sealed.since.before(APART) => {
            wrong.say(format!("{id} ({kind}) of {tenant} says {}, and came after one that says {}", row.at, sealed.since));
        }
        Some(_) => {}
        None if row.place() <= reached => wrong.say(format!("{id} ({kind}) of {tenant} was put into the journal, or its seal is gone")),
        // It will be sealed.
        None => {}
    }
}

fn first(seal: &Seal) -> Place {
    Place { xid: seal.first_xid, seq: seal.first_seq }
}

/// The seals that follow one, in the order of where they begin.
async fn seals(db: &Db, (place, tenant, number): (Place, TenantId, i64)) -> Result<Vec<Seal>> {
    everywhere(db)
        .all(
            sql!(global
                "SELECT tenant_id, number, first_xid, first_seq, last_xid, last_seq, entries, since, sealed_at, prev, hash FROM journal_seals
                 WHERE (first_xid, first_seq, tenant_id, number) > ($1, $2, $3, $4)
                 ORDER BY first_xid, first_seq, tenant_id, number LIMIT $5"
            ),
            params![place.xid, place.seq, tenant, number, SEALS as i64],
        )
        .await
}

/// What comes next of the journal.
enum Next {
    Row(Box<Stated>),
    Nothing,
    /// A row whose columns are not what Origin writes.
    Unreadable,
}

/// The journal from its beginning.
struct Rows<'d> {
    db: &'d Db,
    after: Place,
    at_hand: VecDeque<Stated>,
    over: bool,
}

impl Rows<'_> {
    /// The next row, where it stands before a place.
    async fn before(&mut self, bound: Option<Place>, wrong: &mut Wrong) -> Result<Next> {
        if self.at_hand.is_empty() && !self.over {
            self.at_hand = match journal::after(self.db, self.after, FACTS).await {
                Ok(facts) => facts.into(),
                Err(error) if error.kind() != Kind::Internal => return Err(error),
                Err(error) => {
                    wrong.say(format!(
                        "a row after row {} of the journal cannot be read, and what follows was not looked at: {error:?}",
                        self.after.seq
                    ));
                    return Ok(Next::Unreadable);
                }
            };
            self.over = self.at_hand.is_empty();
            self.after = self.at_hand.back().map_or(self.after, Stated::place);
        }
        let comes = self.at_hand.front().is_some_and(|row| bound.is_none_or(|bound| row.place() < bound));
        let row = if comes { self.at_hand.pop_front() } else { None };
        Ok(row.map_or(Next::Nothing, |row| Next::Row(Box::new(row))))
    }
}
