//! What people did, as the journal has it: what was read before somebody was listened for it, and what still waits to be read.

use crate::model::Run;
use facts::{ContactId, FactId, JourneyRunId, Time};
use segments::DeedName;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;
use store::{Json, Look, Result, many, params, sql};

/// The reaction by which people are heard.
pub(crate) const READER: &str = "lead_people";
/// How much earlier a fact may have happened than one that was committed before it.
const SLACK: Duration = Duration::from_secs(600);

/// Something that somebody did.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    /// Its name, as plans have it.
    pub name: DeedName,
    pub at: Time,
    /// The fact that says so.
    pub fact: FactId,
}

/// How far people are heard: the place in the journal, and when what stands there happened.
#[derive(Debug, Default, Deserialize)]
struct Read {
    xid: i64,
    seq: i64,
    at: Option<Time>,
}

async fn read(look: &mut impl Look) -> Result<Read> {
    let read: Option<Read> = look
        .maybe(
            sql!(global
                "SELECT c.xid, c.seq, j.at FROM reaction_cursors c LEFT JOIN journal j ON j.xid = c.xid AND j.seq = c.seq WHERE c.name = $1"
            ),
            params![READER],
        )
        .await?;
    Ok(read.unwrap_or_default())
}

/// Those of these runs whose people did something that they are listened for and that nobody has read yet.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn unread(look: &mut impl Look, runs: &[Run]) -> Result<HashSet<JourneyRunId>> {
    let listening: Vec<&Run> = runs.iter().filter(|run| run.wants().next().is_some()).collect();
    let Some(first) = listening.iter().map(|run| run.entered_at).min() else { return Ok(HashSet::new()) };
    let read = read(look).await?;
    // What is unread is new, however long somebody has been on their way.
    let from = read.at.map_or(first, |at| first.max(at.before(SLACK)));
    let people = each(listening.iter().map(|run| run.contact_id));
    let mut kinds: HashMap<ContactId, HashSet<String>> = HashMap::new();
    let all: Vec<(ContactId, String)> = look
        .all_in(
            sql!(concat!(
                "SELECT DISTINCT contact_id, kind FROM journal WHERE tenant_id = $1 AND at >= $34 AND (xid, seq) > ($35, $36) AND contact_id IN (",
                many!(),
                ")"
            )),
            &people,
            params![from, read.xid, read.seq],
        )
        .await?;
    for (person, kind) in all {
        kinds.entry(person).or_default().insert(kind);
    }
    let waits = |run: &&&Run| {
        let of = kinds.get(&run.contact_id);
        of.is_some_and(|kinds| run.wants().filter_map(segments::fact_of).any(|kind| kinds.contains(kind)))
    };
    Ok(listening.iter().filter(waits).map(|run| run.id).collect())
}

/// A fact of somebody, and where it stands.
#[derive(Debug, Deserialize)]
struct Row {
    contact_id: ContactId,
    id: FactId,
    xid: i64,
    seq: i64,
    at: Time,
    kind: String,
    body: Json<serde_json::Value>,
}

/// What these people did since then and was read already, of each in its order. What was not will be heard by the reaction.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn heard_since(look: &mut impl Look, people: &[ContactId], from: Time) -> Result<HashMap<ContactId, Vec<Deed>>> {
    let read = read(look).await?;
    let mut found: HashMap<ContactId, Vec<Deed>> = HashMap::new();
    let mut rows: Vec<Row> = look
        .all_in(
            sql!(concat!(
                "SELECT contact_id, id, xid, seq, at, kind, body FROM journal WHERE tenant_id = $1 AND at >= $34 AND contact_id IN (",
                many!(),
                ")"
            )),
            &each(people.iter().copied()),
            params![from],
        )
        .await?;
    // Sorted here: asked for an order, SQLite would go through the times of everybody.
    rows.sort_by_key(|row| (row.at, row.xid, row.seq));
    for row in rows.into_iter().filter(|row| (row.xid, row.seq) <= (read.xid, read.seq)) {
        if let Some(name) = segments::deed_of(&row.kind, &row.body.0) {
            found.entry(row.contact_id).or_default().push(Deed { name, at: row.at, fact: row.id });
        }
    }
    Ok(found)
}

fn each(people: impl Iterator<Item = ContactId>) -> Vec<ContactId> {
    people.collect::<BTreeSet<ContactId>>().into_iter().collect()
}
