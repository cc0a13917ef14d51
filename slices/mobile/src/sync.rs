//! What devices fetch: whatever changed after a place in the journal, as it is now.

use crate::change::Collection;
use crate::model::Record;
use crate::queries;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::contacts::{ContactErased, ContactMerged, ContactSaved, ContactsImported};
use facts::mobile::RecordChanged;
use facts::{Fact, Id};
use serde::Serialize;
use std::collections::HashSet;
use store::journal::{self, Followed, Mark};
use store::{Error, Look, Result, Stated};
use utoipa::ToSchema;
use uuid::Uuid;

/// What came since the cursor before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = SyncPage)]
pub(crate) struct Pulled {
    /// The records that changed, each as it is now and once.
    pub changes: Vec<Record>,
    /// The cursor of the next pull, whether or not there is more.
    pub next_cursor: String,
    /// Whether more waits already.
    pub has_more: bool,
}

/// A place in the journal, and the collections that are known up to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    mark: Mark,
    collections: Vec<Collection>,
}

impl Cursor {
    /// Before everything.
    pub(crate) fn start(collections: &[Collection]) -> Self {
        Self { mark: Mark::default(), collections: collections.to_vec() }
    }

    pub(crate) fn text(&self) -> String {
        let names: Vec<_> = self.collections.iter().map(|collection| collection.as_str()).collect();
        URL_SAFE_NO_PAD.encode(format!("1:{}:{}", names.join("+"), self.mark))
    }

    pub(crate) fn read(text: &str) -> Result<Self> {
        let wrong = || Error::field("cursor", "the next_cursor of the pull before");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let plain = String::from_utf8(bytes).map_err(|_| wrong())?;
        let [version, names, mark] = plain.split(':').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let collections = names.split('+').map(|name| name.parse().map_err(|_| wrong())).collect::<Result<_>>()?;
        if version != "1" {
            return Err(wrong());
        }
        Ok(Self { mark: mark.parse().map_err(|_| wrong())?, collections })
    }
}

/// What changed in the collections after a cursor, `limit` facts further at the most.
///
/// # Errors
/// `cursor_stale` when the cursor is of other collections, or of another journal: the device begins anew.
pub(crate) async fn pull(look: &mut impl Look, collections: &[Collection], cursor: &Cursor, limit: i64) -> Result<Pulled> {
    if cursor.collections != collections {
        return Err(stale());
    }
    let kinds: Vec<&str> = collections.iter().flat_map(|collection| kinds(*collection)).copied().collect();
    let followed = journal::follow(look, &kinds, cursor.mark, limit).await?.ok_or_else(stale)?;
    let Followed { facts, mark, has_more } = up_to(followed, usize::try_from(limit).unwrap_or(0))?;
    let mut changes = Vec::new();
    for (collection, id) in things(&facts)? {
        changes.extend(queries::record(look, collection, id).await?);
    }
    Ok(Pulled { changes, next_cursor: Cursor { mark, collections: collections.to_vec() }.text(), has_more })
}

/// What tells of changes in a collection.
fn kinds(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::Prompts => &[RecordChanged::KIND],
        Collection::Contacts => &[ContactSaved::KIND, ContactsImported::KIND, ContactErased::KIND, ContactMerged::KIND],
    }
}

/// As many of the facts as name so many things; one that names many by itself is the last.
fn up_to(followed: Followed, limit: usize) -> Result<Followed> {
    let mut named = 0;
    for (at, fact) in followed.facts.iter().enumerate() {
        named += named_by(fact)?.len();
        if named >= limit && at + 1 < followed.facts.len() {
            let mark = fact.mark();
            return Ok(Followed { facts: followed.facts[..=at].to_vec(), mark, has_more: true });
        }
    }
    Ok(followed)
}

/// What a fact is about.
fn named_by(fact: &Stated) -> Result<Vec<(Collection, Uuid)>> {
    if let Some(changed) = fact.read::<RecordChanged>()? {
        return Ok(changed.collection.parse().ok().map(|collection| (collection, changed.id)).into_iter().collect());
    }
    if let Some(taken) = fact.read::<ContactsImported>()? {
        return Ok(taken.new.iter().chain(&taken.changed).map(|id| (Collection::Contacts, id.uuid())).collect());
    }
    if let Some(merged) = fact.read::<ContactMerged>()? {
        return Ok([merged.contact_id, merged.merged_id].map(|id| (Collection::Contacts, id.uuid())).to_vec());
    }
    Ok(fact.about.map(|id| (Collection::Contacts, id)).into_iter().collect())
}

/// What the facts are about, each thing once, in the order in which it was last changed.
fn things(facts: &[Stated]) -> Result<Vec<(Collection, Uuid)>> {
    let mut seen = HashSet::new();
    let mut things = Vec::new();
    for fact in facts.iter().rev() {
        things.extend(named_by(fact)?.into_iter().rev().filter(|thing| seen.insert(*thing)));
    }
    things.reverse();
    Ok(things)
}

fn stale() -> Error {
    Error::conflict("cursor_stale", "This cursor is over. Pull without one, and take all that comes as it is.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_trip() {
        let both = [Collection::Prompts, Collection::Contacts];
        let cursor = Cursor { mark: "7.9".parse().unwrap(), collections: both.to_vec() };
        assert_eq!(Cursor::read(&cursor.text()).unwrap(), cursor);
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for text in ["", "x", "%", &encoded("1:prompts"), &encoded("2:prompts:1.1"), &encoded("1:orders:1.1"), &encoded("1:prompts:1.-1")] {
            assert!(Cursor::read(text).is_err(), "{text}");
        }
    }
}
