//! Who is on a list.

use super::rows;
use crate::queries;
use facts::contacts::ContactListed;
use facts::{ContactId, Id, ListId};
use std::collections::HashSet;
use store::{Error, Look, Result, Tx, params, sql};

/// Puts people on a list, and states it of those who were not on it; tells who they are. For other slices, in a transaction of
/// theirs.
///
/// # Errors
/// There is no such list; a `contact_id` that is nobody's.
pub async fn add_to_list(tx: &mut Tx, id: ListId, people: &[ContactId]) -> Result<Vec<ContactId>> {
    let known = queries::known(tx, people).await?;
    if let Some(nobody) = people.iter().find(|person| !known.contains_key(person)) {
        return Err(Error::field("contact_ids", format!("There is no contact {nobody}.")));
    }
    let added = add_some(tx, id, people).await?;
    tx.state_all(added.iter().map(|person| ContactListed { contact_id: *person, list_id: id, listed: true })).await?;
    Ok(added)
}

/// Takes people off a list, and states it of those who were on it; tells who they are. For other slices, in a transaction of theirs.
///
/// # Errors
/// There is no such list.
pub async fn take_off_list(tx: &mut Tx, id: ListId, people: &[ContactId]) -> Result<Vec<ContactId>> {
    rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("list"))?;
    let gone = rows::delete_members(tx, id, people).await?;
    tx.state_all(gone.iter().map(|person| ContactListed { contact_id: *person, list_id: id, listed: false })).await?;
    Ok(gone)
}

/// Puts people who are known on a list; gives those who were not on it, in their order.
pub(crate) async fn add_some(tx: &mut Tx, id: ListId, people: &[ContactId]) -> Result<Vec<ContactId>> {
    rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("list"))?;
    let mut seen: HashSet<ContactId> = rows::which(tx, id, people).await?.into_iter().collect();
    let added: Vec<ContactId> = people.iter().copied().filter(|person| seen.insert(*person)).collect();
    rows::put_members(tx, id, &added).await?;
    Ok(added)
}

/// Puts people on a list who have become known in this transaction, and so are on none.
pub(crate) async fn add_new(tx: &mut Tx, id: ListId, people: &[ContactId]) -> Result<()> {
    rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("list"))?;
    rows::put_members(tx, id, people).await
}

/// Which of these people are on a list.
pub(crate) async fn on_list(look: &mut impl Look, id: ListId, people: &[ContactId]) -> Result<HashSet<ContactId>> {
    Ok(rows::which(look, id, people).await?.into_iter().collect())
}

/// Takes somebody off every list.
pub(crate) async fn remove_from_all(tx: &mut Tx, person: ContactId) -> Result<()> {
    // Few: each is a list that a person made.
    for list in rows::lock_all_of(tx, person).await? {
        rows::delete_members(tx, list, &[person]).await?;
    }
    Ok(())
}

/// Puts whoever stays of two who became one on the lists of the other.
pub(crate) async fn unite(tx: &mut Tx, keep: ContactId, other: ContactId) -> Result<()> {
    rows::lock_all_of(tx, other).await?;
    rows::move_all(tx, keep, other).await
}

/// Who is on a list, in the order of their ids, after this one; from the first where it is none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn members_of(look: &mut impl Look, id: ListId, after: Option<ContactId>, limit: i64) -> Result<Vec<ContactId>> {
    let after = after.unwrap_or_else(|| ContactId::from_uuid(uuid::Uuid::nil()));
    look.all(
        sql!("SELECT contact_id FROM list_members WHERE tenant_id = $1 AND list_id = $2 AND contact_id > $3 ORDER BY contact_id LIMIT $4"),
        params![look.tenant(), id, after, limit],
    )
    .await
}
