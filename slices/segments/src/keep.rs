//! Holding people against segments, and writing the difference: the one way by which somebody comes into a segment or leaves it
//! once it is built.

use crate::filter::{Day, Needs, Touch, holds};
use crate::model::Segment;
use crate::{load, rows};
use facts::segments::{SEGMENT_CHANGED_AT_ONCE, SegmentChanged};
use facts::{ContactId, SegmentId};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{Result, Tx};

/// People who are looked at together.
const AT_ONCE: usize = 2_000;

/// What may have changed about whom.
pub(crate) type Touched = BTreeMap<ContactId, HashSet<Touch>>;

/// Holds people against the segments that may care for what changed about them. For whoever holds the book.
pub(crate) async fn keep(tx: &mut Tx, all: &[Segment], touched: &Touched, today: &Day) -> Result<()> {
    let needs: Vec<Needs> = all.iter().map(Segment::needs).collect();
    let cares = |needs: &Needs, touches: &HashSet<Touch>| touches.iter().any(|touch| needs.care(touch));
    let whom: Vec<(ContactId, Vec<usize>)> = touched
        .iter()
        .map(|(id, touches)| (*id, (0..all.len()).filter(|at| cares(&needs[*at], touches)).collect::<Vec<_>>()))
        .filter(|(_, segments)| !segments.is_empty())
        .collect();
    for some in whom.chunks(AT_ONCE) {
        let asked: HashSet<usize> = some.iter().flat_map(|(_, segments)| segments).copied().collect();
        let together = Needs::together(asked.iter().map(|at| &needs[*at]));
        let moves = moves(tx, all, some, &together, today).await?;
        for segment in all {
            if let Some(Moves { entered, left }) = moves.get(&segment.id) {
                rows::put(tx, segment.id, entered, left).await?;
                // While a segment is built, who is in it is nobody's business yet.
                if segment.is_ready() {
                    state(tx, segment.id, entered, left).await?;
                }
            }
        }
    }
    Ok(())
}

/// Who comes into a segment and who leaves it.
#[derive(Default)]
struct Moves {
    entered: Vec<ContactId>,
    left: Vec<ContactId>,
}

async fn moves(
    tx: &mut Tx,
    all: &[Segment],
    some: &[(ContactId, Vec<usize>)],
    needs: &Needs,
    today: &Day,
) -> Result<HashMap<SegmentId, Moves>> {
    let ids: Vec<ContactId> = some.iter().map(|(id, _)| *id).collect();
    let people = load::those(tx, &ids, needs).await?;
    let known: HashMap<ContactId, _> = people.iter().map(|person| (person.contact.id, person)).collect();
    let are = rows::memberships(tx, &ids).await?;
    let mut moves: HashMap<SegmentId, Moves> = HashMap::new();
    for (id, segments) in some {
        for segment in segments.iter().map(|at| &all[*at]) {
            // Whoever is not known any more was erased.
            let fits = known.get(id).is_some_and(|person| holds(&segment.filter, person, today));
            match (are.contains(&(segment.id, *id)), fits) {
                (false, true) => moves.entry(segment.id).or_default().entered.push(*id),
                (true, false) => moves.entry(segment.id).or_default().left.push(*id),
                _ => {}
            }
        }
    }
    Ok(moves)
}

async fn state(tx: &mut Tx, segment_id: SegmentId, entered: &[ContactId], left: &[ContactId]) -> Result<()> {
    let came = entered.chunks(SEGMENT_CHANGED_AT_ONCE).map(|some| (some, &[][..]));
    let went = left.chunks(SEGMENT_CHANGED_AT_ONCE).map(|some| (&[][..], some));
    let both = entered.len() + left.len() <= SEGMENT_CHANGED_AT_ONCE;
    let parts: Vec<(&[ContactId], &[ContactId])> = if both { vec![(entered, left)] } else { came.chain(went).collect() };
    let facts = parts.into_iter().map(|(entered, left)| SegmentChanged { segment_id, entered: entered.to_vec(), left: left.to_vec() });
    tx.state_all(facts).await.map(drop)
}
