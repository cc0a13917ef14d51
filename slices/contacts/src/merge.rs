//! Two records of one person become one. What the kept one lacks comes from the other; what both say stays as the kept one says it. The
//! other is an empty row from then on that says of whom it was: its addresses are free, and other slices bring over what they have under
//! its id because of the fact (`join.rs`).

use crate::join::{Merged, SettleMerge};
use crate::{Contact, erase, lists, rows, rules, save, tags};
use facts::ContactId;
use facts::contacts::{ContactMerged, ContactSaved};
use serde::Deserialize;
use serde_json::Value;
use store::{Command, Error, Look, Result, Stated, Tx, params, sql};

/// Makes two records of one person one.
#[derive(Debug, Clone)]
pub(crate) struct MergeContacts {
    /// Who stays.
    pub keep: ContactId,
    /// Who is found under the other's id from now on.
    pub other: ContactId,
}

impl Command for MergeContacts {
    const NAME: &'static str = "merge_contacts";
    type Out = Contact;

    async fn run(&self, tx: &mut Tx) -> Result<Contact> {
        let Self { keep, other } = *self;
        hold(tx, keep, other).await?;
        let (kept, gone) = pair(tx, keep, other).await?;
        let (after, _) = united(&kept, &gone);
        fits(&after)?;
        groups(tx, keep, other).await?;
        tags::not_too_many(tx, keep).await?;
        // The addresses are free before they are taken.
        erase::empty(tx, other).await?;
        let ids = params![tx.tenant(), keep, other];
        tx.put(sql!("UPDATE contacts SET merged_into = $2 WHERE tenant_id = $1 AND merged_into = $3"), ids).await?;
        tx.put(sql!("UPDATE contacts SET merged_into = $2 WHERE tenant_id = $1 AND id = $3"), ids).await?;
        tx.state(ContactMerged { contact_id: keep, merged_id: other }).await?;
        if after != kept {
            rows::update(tx, &after).await?;
            tx.state(ContactSaved { contact_id: keep, new: false, changes: save::changes(Some(&kept), &after) }).await?;
        }
        SettleMerge::soon(tx, other).await?;
        Ok(after)
    }
}

/// Brings over tags, lists, and what imports changed.
async fn groups(tx: &mut Tx, keep: ContactId, other: ContactId) -> Result<()> {
    tags::unite(tx, keep, other).await?;
    lists::unite(tx, keep, other).await?;
    tx.put(
        sql!("UPDATE contact_import_differences SET contact_id = $2 WHERE tenant_id = $1 AND contact_id = $3"),
        params![tx.tenant(), keep, other],
    )
    .await
}

/// Brings over what came under the old id since.
pub(crate) async fn join(tx: &mut Tx, who: &Merged) -> Result<()> {
    groups(tx, who.kept, who.merged).await
}

/// How a row stands that is to be merged.
#[derive(Deserialize)]
struct Standing {
    id: ContactId,
    merged_into: Option<ContactId>,
    erased: bool,
}

/// Holds both rows until the commit, in the order of their ids: whoever merges the same two the other way round stands in line.
async fn hold(tx: &mut Tx, keep: ContactId, other: ContactId) -> Result<()> {
    let held: Vec<Standing> = tx
        .all(
            sql!(
                "SELECT id, merged_into, erased_at IS NOT NULL AS erased FROM contacts
                 WHERE tenant_id = $1 AND id IN ($2, $3) ORDER BY id FOR UPDATE"
            ),
            params![tx.tenant(), keep, other],
        )
        .await?;
    may_merge(keep, other, &held)
}

/// Whether these two can become one.
fn may_merge(keep: ContactId, other: ContactId, held: &[Standing]) -> Result<()> {
    let standing = |id: ContactId| held.iter().find(|row| row.id == id);
    if standing(keep).is_none() {
        return Err(Error::not_found("contact"));
    }
    if standing(other).is_none() {
        return Err(Error::field("other", format!("There is no contact {other}.")));
    }
    if keep == other {
        return Err(Error::conflict("same_contact", "These are one contact already. Choose another to merge with it."));
    }
    for row in held {
        if let Some(into) = row.merged_into {
            let message = format!("{} was merged into {into} before. Merge with that one.", row.id);
            return Err(Error::conflict("contact_merged", message).with_member("merged_into", into.to_string()));
        }
        if row.erased {
            let message = format!("{} was erased, and nothing is left to merge. Leave it as it is.", row.id);
            return Err(Error::conflict("contact_erased", message));
        }
    }
    Ok(())
}

/// Two people who are known, the one who stays and the other.
///
/// # Errors
/// They cannot become one, and why.
pub(crate) async fn both(look: &mut impl Look, keep: ContactId, other: ContactId) -> Result<(Contact, Contact)> {
    let found: Vec<Standing> = look
        .all(
            sql!(
                "SELECT id, merged_into, erased_at IS NOT NULL AS erased FROM contacts WHERE tenant_id = $1 AND id IN ($2, $3) ORDER BY id"
            ),
            params![look.tenant(), keep, other],
        )
        .await?;
    may_merge(keep, other, &found)?;
    pair(look, keep, other).await
}

/// The two of whom that is known.
async fn pair(look: &mut impl Look, keep: ContactId, other: ContactId) -> Result<(Contact, Contact)> {
    let mut people = crate::those(look, &[keep, other]).await?;
    people.sort_by_key(|person| person.id != keep);
    match <[Contact; 2]>::try_from(people) {
        Ok([kept, gone]) => Ok((kept, gone)),
        Err(_) => Err(Error::internal("two people who are known are not there")),
    }
}

/// Something that the other says otherwise than the one who stays: nobody says it from now on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dropped {
    /// What it is: `phone`, or an attribute's name as `attributes.city`.
    pub field: String,
    /// What the one who stays says, and goes on saying.
    pub stays: Value,
    /// What the other said.
    pub goes: Value,
}

/// What is known of two who are one, and what the other said otherwise.
pub(crate) fn united(kept: &Contact, other: &Contact) -> (Contact, Vec<Dropped>) {
    let (mut after, mut dropped) = (kept.clone(), Vec::new());
    let Contact { id: _, created_at: _, name, phone, email, locale, time_zone, attributes } = other;
    let fields = [
        ("name", &mut after.name, name),
        ("phone", &mut after.phone, phone),
        ("email", &mut after.email, email),
        ("locale", &mut after.locale, locale),
        ("time_zone", &mut after.time_zone, time_zone),
    ];
    for (field, known, said) in fields {
        match (&known, said) {
            (_, None) => {}
            (None, Some(_)) => known.clone_from(said),
            (Some(stays), Some(goes)) if stays == goes => {}
            (Some(stays), Some(goes)) => {
                dropped.push(Dropped { field: field.to_owned(), stays: stays.as_str().into(), goes: goes.as_str().into() });
            }
        }
    }
    for (name, said) in attributes.iter().filter(|(_, said)| !said.is_null()) {
        match after.attributes.get(name).filter(|known| !known.is_null()) {
            Some(known) if known == said => {}
            Some(known) => dropped.push(Dropped { field: format!("attributes.{name}"), stays: known.clone(), goes: said.clone() }),
            None => {
                after.attributes.insert(name.clone(), said.clone());
            }
        }
    }
    (after, dropped)
}

/// Whether what is known of both together can be kept of one.
pub(crate) fn fits(after: &Contact) -> Result<()> {
    rules::attributes(&after.attributes).map_err(|error| {
        let message = format!("Together they have more attributes than one contact can have: {}. Take some away first.", error.message());
        Error::conflict("too_many_attributes", message)
    })
}

/// Under which id somebody is known now: that of whom they became one with, or their own. For whoever kept an id for a while.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn now_known_as(look: &mut impl Look, id: ContactId) -> Result<ContactId> {
    let into: Option<ContactId> = look
        .maybe(
            sql!("SELECT merged_into FROM contacts WHERE tenant_id = $1 AND id = $2 AND merged_into IS NOT NULL"),
            params![look.tenant(), id],
        )
        .await?;
    Ok(into.unwrap_or(id))
}

/// The ids under which somebody was known as well.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn merged_into(look: &mut impl Look, id: ContactId) -> Result<Vec<ContactId>> {
    look.all(sql!("SELECT id FROM contacts WHERE tenant_id = $1 AND merged_into = $2 ORDER BY id"), params![look.tenant(), id]).await
}

/// What happened to somebody under every id that was theirs, newest first.
pub(crate) async fn happened(look: &mut impl Look, id: ContactId, limit: i64) -> Result<Vec<Stated>> {
    let others = merged_into(look, id).await?;
    let mut all = audit::of_contact(look, id, limit).await?;
    // Few: each was merged by a person.
    for other in others {
        all.extend(audit::of_contact(look, other, limit).await?);
    }
    all.sort_by_key(|fact| std::cmp::Reverse((fact.at, fact.id)));
    all.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(all)
}

/// Why somebody is not there: whoever merged them is told where they are now.
pub(crate) async fn missing(look: &mut impl Look, id: ContactId) -> Result<Error> {
    let into = now_known_as(look, id).await?;
    if into == id {
        return Ok(Error::not_found("contact"));
    }
    let message = format!("This contact was merged into {into}: look there.");
    Ok(Error::new(store::Kind::NotFound, "contact_merged", message).with_member("merged_into", into.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;
    use serde_json::Map;
    use std::collections::BTreeSet;

    fn some() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[abc]")
    }

    fn person(id: u128) -> impl Strategy<Value = Contact> {
        let attributes = prop::collection::btree_map("[xyz]", prop_oneof![Just(Value::Null), "[ab]".prop_map(Value::from)], 0..4);
        (some(), some(), some(), some(), some(), attributes).prop_map(move |(name, phone, email, locale, time_zone, attributes)| Contact {
            id: ContactId::from_uuid(uuid::Uuid::from_u128(id)),
            name,
            phone,
            email,
            locale,
            time_zone,
            attributes: attributes.into_iter().collect::<Map<_, _>>(),
            created_at: facts::Time(0),
        })
    }

    /// Everything that is said of somebody, each with its field.
    fn said(contact: &Contact) -> BTreeSet<(String, String)> {
        let Contact { name, phone, email, locale, time_zone, attributes, .. } = contact;
        let fields = [("name", name), ("phone", phone), ("email", email), ("locale", locale), ("time_zone", time_zone)];
        let fields = fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), Value::from(text.as_deref()?).to_string())));
        let attributes = attributes.iter().filter(|(_, value)| !value.is_null());
        fields.chain(attributes.map(|(name, value)| (format!("attributes.{name}"), value.to_string()))).collect()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_unsaid(kept in person(1), other in person(2)) {
            let (after, dropped) = united(&kept, &other);
            prop_assert_eq!((after.id, after.created_at), (kept.id, kept.created_at));
            // What the kept one says stays, and nothing comes that nobody said.
            prop_assert!(said(&kept).is_subset(&said(&after)));
            let both: BTreeSet<_> = said(&kept).union(&said(&other)).cloned().collect();
            prop_assert!(said(&after).is_subset(&both));
            // What the other said is there, or told of.
            let told: BTreeSet<_> = dropped.iter().map(|one| (one.field.clone(), one.goes.to_string())).collect();
            let lost: BTreeSet<_> = said(&other).difference(&said(&after)).cloned().collect();
            prop_assert_eq!(told, lost);
            for one in &dropped {
                prop_assert!(said(&kept).contains(&(one.field.clone(), one.stays.to_string())));
            }
            // Said twice it is the same.
            prop_assert_eq!(united(&after, &other).0, after);
        }
    }

    #[test]
    fn who_cannot_become_one() {
        let id = |n: u128| ContactId::from_uuid(uuid::Uuid::from_u128(n));
        let row = |n, into: Option<u128>, erased| Standing { id: id(n), merged_into: into.map(id), erased };
        let code = |keep, other, held: &[Standing]| may_merge(id(keep), id(other), held).err().map(|error| error.code());
        assert_eq!(code(1, 2, &[row(1, None, false), row(2, None, false)]), None);
        assert_eq!(code(1, 1, &[row(1, None, false)]), Some("same_contact"));
        assert_eq!(code(1, 2, &[row(2, None, false)]), Some("not_found"));
        assert_eq!(code(1, 2, &[row(1, None, false)]), Some("invalid_field"));
        assert_eq!(code(1, 2, &[row(1, None, false), row(2, Some(3), true)]), Some("contact_merged"));
        assert_eq!(code(1, 2, &[row(1, Some(2), true), row(2, None, false)]), Some("contact_merged"));
        assert_eq!(code(1, 2, &[row(1, None, true), row(2, None, false)]), Some("contact_erased"));
    }
}
