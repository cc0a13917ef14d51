//! Loading people with all that filters ask about: a look for each table, and none for what nobody asks about.

use crate::filter::{Needs, Person};
use contacts::Contact;
use facts::{ContactId, ListId};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use store::{Look, Result, many, params, sql, texts};

/// How often somebody did something on a day.
#[derive(Debug, Deserialize)]
struct Counted {
    contact_id: ContactId,
    kind: String,
    day: i64,
    count: i64,
}

/// Those of these people whom the tenant knows, with what is needed of them.
pub(crate) async fn those(look: &mut impl Look, ids: &[ContactId], needs: &Needs) -> Result<Vec<Person>> {
    let known = contacts::those(look, ids).await?;
    people(look, known, needs).await
}

/// What else is needed of people who were read already.
pub(crate) async fn people(look: &mut impl Look, known: Vec<Contact>, needs: &Needs) -> Result<Vec<Person>> {
    let ids: Vec<ContactId> = known.iter().map(|contact| contact.id).collect();
    let mut tags: HashMap<ContactId, HashSet<String>> = HashMap::new();
    if !needs.tags.is_empty() {
        for (id, tag) in contacts::tags_of(look, &ids).await? {
            tags.entry(id).or_default().insert(tag);
        }
    }
    let mut lists: HashMap<ContactId, HashSet<ListId>> = HashMap::new();
    if !needs.lists.is_empty() {
        for (id, list) in contacts::lists_of(look, &ids).await? {
            lists.entry(id).or_default().insert(list);
        }
    }
    let mut did = counts(look, &ids, needs).await?;
    let mut people: Vec<Person> = known
        .into_iter()
        .map(|contact| Person {
            tags: tags.remove(&contact.id).unwrap_or_default(),
            lists: lists.remove(&contact.id).unwrap_or_default(),
            did: did.remove(&contact.id).unwrap_or_default(),
            may: HashSet::new(),
            contact,
        })
        .collect();
    ask(look, &mut people, needs).await?;
    Ok(people)
}

type Counts = HashMap<String, Vec<(i64, i64)>>;

async fn counts(look: &mut impl Look, ids: &[ContactId], needs: &Needs) -> Result<HashMap<ContactId, Counts>> {
    let mut did: HashMap<ContactId, Counts> = HashMap::new();
    if needs.did.is_empty() {
        return Ok(did);
    }
    let kinds = texts(needs.did.keys().map(String::as_str));
    let all: Vec<Counted> = look
        .all_in(
            sql!(concat!(
                "SELECT contact_id, kind, day, count FROM fact_days WHERE tenant_id = $1 AND contact_id IN (",
                many!(),
                ") AND kind IN (SELECT key FROM json_each($34))"
            )),
            ids,
            params![kinds],
        )
        .await?;
    for Counted { contact_id, kind, day, count } in all {
        did.entry(contact_id).or_default().entry(kind).or_default().push((day, count));
    }
    Ok(did)
}

/// Asks by which messages people may be reached: each class and channel once for all of them.
async fn ask(look: &mut impl Look, people: &mut [Person], needs: &Needs) -> Result<()> {
    for (class, channel) in &needs.may {
        let addresses: Vec<&str> = people.iter().filter_map(|person| consent::address_of(*channel, &person.contact)).collect();
        let not = consent::why_not(look, *channel, &addresses, *class).await?;
        for person in people.iter_mut() {
            if consent::address_of(*channel, &person.contact).is_some_and(|address| !not.contains_key(address)) {
                person.may.insert((*class, *channel));
            }
        }
    }
    Ok(())
}
