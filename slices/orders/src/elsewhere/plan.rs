//! What is to be done about versions of orders, before anything is written.

use super::foreign::{Foreign, Seen, Verdict};
use super::rows::{self, Before, Known};
use facts::{Change, Time};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::{Result, Tx};

/// What is to be done about one version.
pub(super) struct Planned<'a> {
    /// The version.
    pub said: &'a Foreign,
    /// What tells it from other versions.
    pub digest: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Whether something is written: also one that says the same moves the time on, so that an older one finds it.
    pub writes: bool,
    /// What was known, its row held until the commit; nothing where nothing is written or it is new.
    pub before: Option<Before>,
    /// In which fields it differs.
    pub changes: Vec<Change>,
}

/// Where a version stands: its time, and what tells it from another of the same time.
type Version<'a> = (Time, &'a str);

/// What becomes of a version beside the one that is known, and whether it is written.
fn judge(known: Option<Version>, said: Version, seen: Seen) -> (Verdict, bool) {
    let Some(known) = known else { return (Verdict::New, true) };
    let same = known.1 == said.1;
    match said.0.cmp(&known.0) {
        std::cmp::Ordering::Less => (Verdict::Older, false),
        std::cmp::Ordering::Greater if same => (Verdict::Same, true),
        std::cmp::Ordering::Greater => (Verdict::Changed, true),
        std::cmp::Ordering::Equal if same => (Verdict::Same, false),
        std::cmp::Ordering::Equal => match seen {
            Seen::Told => (Verdict::Older, false),
            Seen::Read => (Verdict::Changed, true),
        },
    }
}

/// A plan for each version, beside its place in what was given.
pub(super) async fn plan<'a>(tx: &mut Tx, orders: &'a [Foreign], seen: Seen) -> Result<Vec<(usize, Planned<'a>)>> {
    let digests: Vec<String> = orders.iter().map(Foreign::digest).collect();
    let known = rows::known(tx, orders).await?;
    let newest = newest(orders, &digests, seen);
    let mut planned = Vec::with_capacity(orders.len());
    for (at, said) in orders.iter().enumerate() {
        let key = (said.source.as_str(), said.source_id.as_str());
        let row = known.get(&(key.0.to_owned(), key.1.to_owned()));
        let (verdict, writes) = match newest.get(&key) == Some(&at) {
            true => judge(row.map(Known::version), (said.changed_at, &digests[at]), seen),
            false => (Verdict::Older, false),
        };
        let digest = digests[at].clone();
        planned.push((at, Planned { said, digest, verdict, writes, before: None, changes: Vec::new() }));
    }
    hold(tx, &mut planned, &known, seen).await?;
    Ok(planned)
}

/// Of several versions of one order, which is the newest: a statement writes a row once.
fn newest<'a>(orders: &'a [Foreign], digests: &[String], seen: Seen) -> HashMap<(&'a str, &'a str), usize> {
    let mut newest: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, said) in orders.iter().enumerate() {
        match newest.entry((&said.source, &said.source_id)) {
            Entry::Vacant(place) => drop(place.insert(at)),
            Entry::Occupied(mut place) => {
                let best = *place.get();
                let (verdict, _) = judge(Some((orders[best].changed_at, &digests[best])), (said.changed_at, &digests[at]), seen);
                if verdict == Verdict::Changed || said.changed_at > orders[best].changed_at {
                    place.insert(at);
                }
            }
        }
    }
    newest
}

/// Holds the rows that are to be changed and judges once more, since somebody may have changed them in between; then
/// tells what is different.
async fn hold(tx: &mut Tx, planned: &mut [(usize, Planned<'_>)], known: &HashMap<(String, String), Known>, seen: Seen) -> Result<()> {
    let place = |planned: &Planned| (planned.said.source.clone(), planned.said.source_id.clone());
    let write = |planned: &Planned| planned.writes && planned.verdict != Verdict::New;
    let ids = planned.iter().filter(|(_, planned)| write(planned)).filter_map(|(_, planned)| Some(known.get(&place(planned))?.id));
    let mut held = rows::held(tx, ids.collect()).await?;
    for (_, planned) in planned.iter_mut().filter(|(_, planned)| write(planned)) {
        let Some(before) = known.get(&place(planned)).and_then(|known| held.remove(&known.id)) else { continue };
        let version = (planned.said.changed_at, planned.digest.as_str());
        (planned.verdict, planned.writes) = judge(Some((before.changed_at, &before.digest)), version, seen);
        if planned.verdict == Verdict::Changed {
            planned.changes = Change::between(&before.said(), &planned.said.said());
            // A day that was set here stays where none is said there.
            planned.changes.retain(|change| change.field != "delivery_date" || planned.said.delivery_date.is_some());
        }
        planned.before = Some(before);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stands() {
        let at = |seconds: i64| Time(seconds * 1_000);
        let table = [
            (None, (at(5), "a"), (Verdict::New, true), (Verdict::New, true)),
            (Some((at(5), "a")), (at(4), "b"), (Verdict::Older, false), (Verdict::Older, false)),
            (Some((at(5), "a")), (at(4), "a"), (Verdict::Older, false), (Verdict::Older, false)),
            (Some((at(5), "a")), (at(5), "a"), (Verdict::Same, false), (Verdict::Same, false)),
            (Some((at(5), "a")), (at(5), "b"), (Verdict::Older, false), (Verdict::Changed, true)),
            (Some((at(5), "a")), (at(6), "a"), (Verdict::Same, true), (Verdict::Same, true)),
            (Some((at(5), "a")), (at(6), "b"), (Verdict::Changed, true), (Verdict::Changed, true)),
        ];
        for (known, said, told, read) in table {
            assert_eq!(judge(known, said, Seen::Told), told, "{known:?} {said:?} told");
            assert_eq!(judge(known, said, Seen::Read), read, "{known:?} {said:?} read");
        }
    }
}
