//! What people did in the last weeks, from the journal: the newest of it, and not more than a page can show.

use facts::{ContactId, Time};
use std::collections::{BTreeSet, HashMap};
use store::{Json, Look, Result, many, params, portions, sql};

/// Facts of the entry that are looked through, at most.
const LOOKED: i64 = 5_000;
/// People who are rehearsed with, at most.
const PEOPLE: usize = 300;

/// What each did and when, oldest first.
pub(super) type Deeds = HashMap<ContactId, Vec<(&'static str, Time)>>;

type Row = (Option<ContactId>, Time, String, Json<serde_json::Value>);

/// Who did something since then, the latest of them; and whether there were more.
pub(super) async fn who_did(look: &mut impl Look, deed: &str, since: Time) -> Result<(Vec<ContactId>, bool)> {
    let rows: Vec<Row> = look
        .all(
            sql!(
                "SELECT contact_id, at, kind, body FROM journal WHERE tenant_id = $1 AND kind = $2 AND at >= $3
                 ORDER BY xid DESC, seq DESC LIMIT $4"
            ),
            params![look.tenant(), segments::fact_of(deed), since, LOOKED],
        )
        .await?;
    let looked = i64::try_from(rows.len()).unwrap_or(0);
    let mut people = BTreeSet::new();
    let mut more = looked == LOOKED;
    for (person, ..) in rows.into_iter().filter(|(_, _, kind, body)| segments::deed_of(kind, &body.0) == Some(deed)) {
        let Some(person) = person else { continue };
        if people.len() == PEOPLE && !people.contains(&person) {
            more = true;
            break;
        }
        people.insert(person);
    }
    Ok((people.into_iter().collect(), more))
}

/// What these people did since then, of what is listened for.
pub(super) async fn deeds(look: &mut impl Look, wanted: &[&str], people: &[ContactId], since: Time) -> Result<Deeds> {
    let mut found = Deeds::new();
    for values in portions(look.tenant(), people, params![since]) {
        let rows: Vec<Row> = look
            .all(
                sql!(concat!(
                    "SELECT contact_id, at, kind, body FROM journal WHERE tenant_id = $1 AND at >= $34 AND contact_id IN (",
                    many!(),
                    ") ORDER BY at, id"
                )),
                &values,
            )
            .await?;
        for (person, at, kind, body) in rows {
            let did = segments::deed_of(&kind, &body.0).filter(|did| wanted.contains(did));
            if let (Some(person), Some(did)) = (person, did) {
                found.entry(person).or_default().push((did, at));
            }
        }
    }
    Ok(found)
}
