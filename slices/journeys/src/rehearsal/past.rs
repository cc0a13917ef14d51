//! What people did in the last weeks, from the journal: the newest of it, and not more than a page can show.

use facts::events::EventHappened;
use facts::{ContactId, EventId, Fact, Time};
use segments::DeedName;
use std::collections::{BTreeSet, HashMap};
use store::{Json, Look, Result, many, params, sql};

/// Facts of the entry that are looked through, at most.
const LOOKED: i64 = 5_000;
/// People who are rehearsed with, at most.
const PEOPLE: usize = 300;

/// Something that somebody did.
#[derive(Debug, Clone)]
pub(super) struct PastDeed {
    pub name: DeedName,
    pub at: Time,
    /// The shop's own event that it is.
    pub event: Option<EventId>,
}

/// What each did and when, oldest first.
pub(super) type Deeds = HashMap<ContactId, Vec<PastDeed>>;

/// Who did something since then, the latest of them; and whether there were more.
pub(super) async fn who_did(look: &mut impl Look, deed: &str, since: Time) -> Result<(Vec<ContactId>, bool)> {
    let (looked, did) = match segments::own_event(deed) {
        Some(name) => {
            let did = events::latest(look, name, since, LOOKED).await?;
            (did.len(), did)
        }
        None => of_facts(look, deed, since).await?,
    };
    let mut people = BTreeSet::new();
    let mut more = i64::try_from(looked) == Ok(LOOKED);
    for person in did {
        if people.len() == PEOPLE && !people.contains(&person) {
            more = true;
            break;
        }
        people.insert(person);
    }
    Ok((people.into_iter().collect(), more))
}

/// Who did something by the newest facts that may say so, and how many of these were looked at.
async fn of_facts(look: &mut impl Look, deed: &str, since: Time) -> Result<(usize, Vec<ContactId>)> {
    let rows: Vec<(Option<ContactId>, String, Json<serde_json::Value>)> = look
        .all(
            sql!(
                "SELECT contact_id, kind, body FROM journal WHERE tenant_id = $1 AND kind = $2 AND at >= $3
                 ORDER BY xid DESC, seq DESC LIMIT $4"
            ),
            params![look.tenant(), segments::fact_of(deed), since, LOOKED],
        )
        .await?;
    let did = rows.iter().filter(|(_, kind, body)| segments::deed_of(kind, &body.0).as_deref() == Some(deed));
    Ok((rows.len(), did.filter_map(|(person, ..)| *person).collect()))
}

type Row = (Option<ContactId>, Time, String, Option<EventId>, Json<serde_json::Value>);

/// What these people did since then, of what is listened for.
pub(super) async fn deeds(look: &mut impl Look, wanted: &[&str], people: &[ContactId], since: Time) -> Result<Deeds> {
    let mut found = Deeds::new();
    let rows: Vec<Row> = look
        .all_in(
            sql!(concat!(
                "SELECT contact_id, at, kind, about, body FROM journal WHERE tenant_id = $1 AND at >= $34 AND contact_id IN (",
                many!(),
                ") ORDER BY at, id"
            )),
            people,
            params![since],
        )
        .await?;
    for (person, at, kind, about, body) in rows {
        let name = segments::deed_of(&kind, &body.0).filter(|name| wanted.contains(&name.as_ref()));
        if let (Some(person), Some(name)) = (person, name) {
            let event = about.filter(|_| kind == EventHappened::KIND);
            found.entry(person).or_default().push(PastDeed { name, at, event });
        }
    }
    Ok(found)
}
