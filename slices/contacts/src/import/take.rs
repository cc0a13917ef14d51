//! Going through a page of a file: all of it in one commit, with its counts.

use super::columns::Says;
use super::merge::{People, Person};
use super::model::{Cells, Consent, Import, Refused, State};
use super::person::{self, Line};
use super::rows;
use super::states::{Act, after};
use crate::attributes::{self, Kind};
use crate::save::changes;
use crate::{Contact, lists, tags};
use facts::contacts::{ContactImportMoved, ContactsAgreed, ContactsImported, IMPORTED_AT_ONCE};
use facts::{Change, ContactId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::{Json, Result, Tx};

/// Takes the next page of a locked import in, or only looks at it; gives it as it stands then.
pub(super) async fn page(tx: &mut Tx, mut import: Import) -> Result<Import> {
    // A list that somebody took away meanwhile is nobody's any more; the file is taken in all the same.
    if let Some(list) = import.list_id
        && lists::list(tx, list).await?.is_none()
    {
        import.list_id = None;
    }
    let dry = import.state == State::Looking;
    let lines = rows::page(tx, import.id, import.pages).await?;
    let (people, refused) = met(tx, &import, &lines).await?;
    let everybody: Vec<ContactId> = people.iter().map(|person| person.now.id).collect();
    let found = Found::of(tx, &import, people).await?;
    if !dry {
        found.write(tx, &import).await?;
        agreed(tx, &import, &everybody).await?;
        rows::delete_page(tx, import.id, import.pages).await?;
    }
    rows::insert_refused(tx, &import, &refused).await?;
    rows::insert_differences(tx, &import, found.differences()).await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(0);
    let mut import = Import {
        pages: import.pages + 1,
        seen: import.seen + count(lines.len()),
        new_contacts: import.new_contacts + count(found.new.len()),
        changed_contacts: import.changed_contacts + count(found.changed.len()),
        refused_lines: import.refused_lines + count(refused.len()),
        ..import
    };
    if import.pages >= import.of_pages {
        import.state = after(import.state, Act::Finish)?;
        import.ended_at = (!dry).then_some(tx.now());
        state(tx, &import).await?;
    }
    rows::update(tx, &import).await?;
    Ok(import)
}

/// States how an import stands, where others may want to know: what only looks is nobody's business.
pub(super) async fn state(tx: &mut Tx, import: &Import) -> Result<()> {
    if matches!(import.state, State::Looking | State::Looked) {
        return Ok(());
    }
    let Import { id: import_id, new_contacts: new, changed_contacts: changed, refused_lines: refused, .. } = *import;
    let (name, consent) = (import.name.clone(), import.consent_source.clone());
    tx.state(ContactImportMoved { import_id, name, state: import.state.to_string(), new, changed, refused, consent }).await?;
    Ok(())
}

/// States that the people of a page agreed to be sold to, those who were known as well, where that is claimed of the file.
async fn agreed(tx: &mut Tx, import: &Import, people: &[ContactId]) -> Result<()> {
    let Some(source) = import.consent_source.clone().filter(|_| import.consent == Consent::Given) else { return Ok(()) };
    let facts = people.chunks(IMPORTED_AT_ONCE);
    let facts = facts.map(|some| ContactsAgreed { import_id: import.id, contacts: some.to_vec(), source: source.clone() });
    tx.state_all(facts.collect::<Vec<_>>()).await.map(drop)
}

/// Reads a page's lines and puts them together with who is known; and those that are left out.
async fn met(tx: &mut Tx, import: &Import, lines: &[Cells]) -> Result<(Vec<Person>, Vec<Refused>)> {
    let columns = &import.columns.0;
    let names = columns.iter().filter(|column| column.says == Says::Attribute).map(|column| column.name.as_str());
    let kinds: HashMap<String, Kind> = attributes::kinds(tx, names).await?;
    let (mut said, mut refused): (Vec<(&Cells, Line)>, _) = (Vec::new(), Vec::new());
    let refuse = |(line, cells): &Cells, error: store::Error| {
        let reason = error.fields().first().map_or(error.message().to_owned(), |field| format!("{}: {}", field.field, field.message));
        Refused { line: *line, reason, cells: Json(cells.clone()) }
    };
    for line in lines {
        match person::read(columns, &kinds, line.0, &line.1) {
            Ok(read) => said.push((line, read)),
            Err(error) => refused.push(refuse(line, error)),
        }
    }
    let phones: Vec<&str> = said.iter().filter_map(|(_, line)| line.said.phone.as_deref()).collect();
    let emails: Vec<&str> = said.iter().filter_map(|(_, line)| line.said.email.as_deref()).collect();
    let known = crate::rows::with_addresses(tx, &phones, &emails).await?;
    let (mut people, now) = (People::new(known, import.wins), tx.now());
    for (line, read) in said {
        if let Err(error) = people.take(read, || tx.id(), now) {
            refused.push(refuse(line, error));
        }
    }
    let mut people: Vec<Person> = people.named().collect();
    people.iter_mut().for_each(|person| person.tags.extend(import.tags.0.iter().cloned()));
    Ok((people, refused))
}

/// What a page changes.
struct Found {
    new: Vec<Person>,
    /// Who was known and is otherwise now: in themselves, by a tag, or by being on the list.
    changed: Vec<Changed>,
}

struct Changed {
    person: Person,
    tags: BTreeSet<String>,
    listed: bool,
}

impl Found {
    async fn of(tx: &mut Tx, import: &Import, people: Vec<Person>) -> Result<Self> {
        let (known, new): (Vec<Person>, Vec<Person>) = people.into_iter().partition(|person| person.before.is_some());
        let ids: Vec<ContactId> = known.iter().map(|person| person.now.id).collect();
        let tagged: Vec<ContactId> = known.iter().filter(|person| !person.tags.is_empty()).map(|person| person.now.id).collect();
        let has = tags::of_contacts(tx, &tagged).await?;
        let on = match import.list_id {
            Some(list) => lists::on_list(tx, list, &ids).await?,
            None => HashSet::new(),
        };
        let change = |person: Person| {
            let id = person.now.id;
            let tags: BTreeSet<String> = person.tags.iter().filter(|tag| !has.contains(&(id, (*tag).clone()))).cloned().collect();
            let listed = import.list_id.is_some() && !on.contains(&id);
            Changed { person, tags, listed }
        };
        let is_change = |one: &Changed| one.listed || !one.tags.is_empty() || one.person.before.as_ref() != Some(&one.person.now);
        Ok(Self { new, changed: known.into_iter().map(change).filter(is_change).collect() })
    }

    async fn write(&self, tx: &mut Tx, import: &Import) -> Result<()> {
        let differ = self.changed.iter().map(|one| &one.person).filter(|person| person.before.as_ref() != Some(&person.now));
        let people: Vec<Contact> = self.new.iter().chain(differ).map(|person| person.now.clone()).collect();
        crate::rows::put_all(tx, &people).await?;
        let names: BTreeMap<&String, &serde_json::Value> = people.iter().flat_map(|contact| &contact.attributes).collect();
        attributes::note(tx, names.into_iter()).await?;
        self.write_tags(tx).await?;
        let ids = |people: &mut dyn Iterator<Item = &Person>| people.map(|person| person.now.id).collect::<Vec<ContactId>>();
        let new = ids(&mut self.new.iter());
        let changed = ids(&mut self.changed.iter().map(|one| &one.person));
        let listed = ids(&mut self.changed.iter().filter(|one| one.listed).map(|one| &one.person));
        if let Some(list) = import.list_id {
            lists::add_new(tx, list, &new).await?;
            lists::add_some(tx, list, &listed).await?;
        }
        let fact = |new: &[ContactId], changed: &[ContactId]| ContactsImported {
            import_id: import.id,
            new: new.to_vec(),
            changed: changed.to_vec(),
            list_id: import.list_id,
        };
        let facts = new.chunks(IMPORTED_AT_ONCE).map(|some| fact(some, &[]));
        let facts: Vec<ContactsImported> = facts.chain(changed.chunks(IMPORTED_AT_ONCE).map(|some| fact(&[], some))).collect();
        tx.state_all(facts).await?;
        Ok(())
    }

    async fn write_tags(&self, tx: &mut Tx) -> Result<()> {
        let of = |id: ContactId, tags: &BTreeSet<String>| tags.iter().map(move |tag| (id, tag.clone())).collect::<Vec<_>>();
        let new: Vec<_> = self.new.iter().flat_map(|person| of(person.now.id, &person.tags)).collect();
        let more: Vec<_> = self.changed.iter().flat_map(|one| of(one.person.now.id, &one.tags)).collect();
        tags::add_new(tx, &new).await?;
        tags::add(tx, &more).await.map(drop)
    }

    /// From what to what those are changed who were known.
    fn differences(&self) -> Vec<(i64, ContactId, Vec<Change>)> {
        let told = |one: &Changed| {
            let Person { before, now, line, .. } = &one.person;
            let mut told = changes(before.as_ref(), now);
            told.extend(one.tags.iter().map(|tag| Change::new("tags", serde_json::Value::Null, tag.clone())));
            if one.listed {
                told.push(Change::new("list", serde_json::Value::Null, true));
            }
            (*line, now.id, told)
        };
        let most = usize::try_from(rows::DIFFERENCES).unwrap_or(0);
        self.changed.iter().take(most).map(told).collect()
    }
}
