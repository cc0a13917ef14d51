//! The tables of tags.

use facts::ContactId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use store::{Look, Result, Tx, many, params, rows, sql};
use utoipa::ToSchema;

/// A tag, and how many have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Tag)]
pub struct Counted {
    /// The tag, in small letters.
    #[schema(example = "vip")]
    pub tag: String,
    /// How many have it.
    pub contacts: i64,
}

/// Somebody and a tag of theirs.
pub(crate) type Tagged = (ContactId, String);

/// The tenant's tags by name, the first 1,000.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn tags(look: &mut impl Look) -> Result<Vec<Counted>> {
    look.all(sql!("SELECT tag, contacts FROM tags WHERE tenant_id = $1 AND contacts > 0 ORDER BY tag LIMIT 1000"), params![look.tenant()])
        .await
}

/// The tags of one person.
pub(crate) async fn of_contact(look: &mut impl Look, person: ContactId) -> Result<Vec<String>> {
    look.all(sql!("SELECT tag FROM contact_tags WHERE tenant_id = $1 AND contact_id = $2 ORDER BY tag"), params![look.tenant(), person])
        .await
}

/// The tags of several.
pub(crate) async fn of_contacts(look: &mut impl Look, people: &[ContactId]) -> Result<HashSet<Tagged>> {
    let tagged = sql!(concat!("SELECT contact_id, tag FROM contact_tags WHERE tenant_id = $1 AND contact_id IN (", many!(), ")"));
    let found: Vec<Tagged> = look.all_in(tagged, people, &[]).await?;
    Ok(found.into_iter().collect())
}

/// Whether somebody has a tag.
pub(super) async fn has(look: &mut impl Look, person: ContactId, tag: &str) -> Result<bool> {
    let found: Option<String> = look
        .maybe(
            sql!("SELECT tag FROM contact_tags WHERE tenant_id = $1 AND contact_id = $2 AND tag = $3"),
            params![look.tenant(), person, tag],
        )
        .await?;
    Ok(found.is_some())
}

/// Gives tags to people who are known; tells which of them are new. Whoever gives or takes the same tag stands in line at its row,
/// so that its count is that of the people.
pub(crate) async fn add(tx: &mut Tx, all: &[Tagged]) -> Result<Vec<Tagged>> {
    hold(tx, all).await?;
    let people: Vec<ContactId> = all.iter().map(|(person, _)| *person).collect::<HashSet<_>>().into_iter().collect();
    let mut seen = of_contacts(tx, &people).await?;
    let added: Vec<Tagged> = all.iter().filter(|tagged| seen.insert((*tagged).clone())).cloned().collect();
    put(tx, &added).await?;
    Ok(added)
}

/// Gives tags to people who have become known in this transaction, and so have none.
pub(crate) async fn add_new(tx: &mut Tx, all: &[Tagged]) -> Result<()> {
    hold(tx, all).await?;
    put(tx, all).await
}

/// Takes a tag from people; gives those who had it.
pub(super) async fn remove(tx: &mut Tx, people: &[ContactId], tag: &str) -> Result<Vec<ContactId>> {
    // Holds its row, as `hold` does.
    count(tx, &[(tag, 0)]).await?;
    let gone: Vec<ContactId> = tx
        .all_in(
            sql!(concat!(
                "DELETE FROM contact_tags WHERE tenant_id = $1 AND contact_id IN (",
                many!(),
                ") AND tag = $34 RETURNING contact_id"
            )),
            people,
            params![tag],
        )
        .await?;
    count(tx, &[(tag, -i64::try_from(gone.len()).unwrap_or(0))]).await?;
    Ok(gone)
}

/// Takes every tag from somebody.
pub(crate) async fn remove_all(tx: &mut Tx, person: ContactId) -> Result<()> {
    let all: Vec<Tagged> = of_contact(tx, person).await?.into_iter().map(|tag| (person, tag)).collect();
    hold(tx, &all).await?;
    let gone: Vec<String> = tx
        .all(sql!("DELETE FROM contact_tags WHERE tenant_id = $1 AND contact_id = $2 RETURNING tag"), params![tx.tenant(), person])
        .await?;
    count(tx, &gone.iter().map(|tag| (tag.as_str(), -1)).collect::<Vec<_>>()).await
}

/// Gives somebody the tags of another, who has none then.
pub(crate) async fn unite(tx: &mut Tx, to: ContactId, from: ContactId) -> Result<()> {
    let all: Vec<Tagged> = of_contact(tx, from).await?.into_iter().map(|tag| (from, tag)).collect();
    hold(tx, &all).await?;
    let given: Vec<String> = tx
        .all(
            sql!(
                "INSERT INTO contact_tags (tenant_id, contact_id, tag)
                 SELECT tenant_id, $2, tag FROM contact_tags WHERE tenant_id = $1 AND contact_id = $3
                 ON CONFLICT DO NOTHING RETURNING tag"
            ),
            params![tx.tenant(), to, from],
        )
        .await?;
    count(tx, &given.iter().map(|tag| (tag.as_str(), 1)).collect::<Vec<_>>()).await?;
    let gone: Vec<String> =
        tx.all(sql!("DELETE FROM contact_tags WHERE tenant_id = $1 AND contact_id = $2 RETURNING tag"), params![tx.tenant(), from]).await?;
    count(tx, &gone.iter().map(|tag| (tag.as_str(), -1)).collect::<Vec<_>>()).await
}

/// Holds the rows of tags until the commit, always in the same order; a tag that nobody has yet gets its row.
async fn hold(tx: &mut Tx, all: &[Tagged]) -> Result<()> {
    let mut names: Vec<&str> = all.iter().map(|(_, tag)| tag.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    count(tx, &names.into_iter().map(|tag| (tag, 0)).collect::<Vec<_>>()).await
}

async fn put(tx: &mut Tx, all: &[Tagged]) -> Result<()> {
    let contact_tags = rows!("INSERT INTO contact_tags (tenant_id, contact_id, tag) VALUES ", 3, "");
    let (mut values, mut counts) = (Vec::new(), BTreeMap::<&str, i64>::new());
    for (person, tag) in all {
        values.extend_from_slice(params![tx.tenant(), *person, tag]);
        *counts.entry(tag).or_default() += 1;
    }
    tx.put_rows(contact_tags, &values).await?;
    count(tx, &counts.into_iter().collect::<Vec<_>>()).await
}

/// Moves the counts of tags, each named once.
async fn count(tx: &mut Tx, all: &[(&str, i64)]) -> Result<()> {
    let tags = rows!(
        "INSERT INTO tags (tenant_id, tag, contacts) VALUES ",
        3,
        " ON CONFLICT (tenant_id, tag) DO UPDATE SET contacts = tags.contacts + excluded.contacts"
    );
    let mut values = Vec::new();
    for (tag, by) in all {
        values.extend_from_slice(params![tx.tenant(), *tag, *by]);
    }
    tx.put_rows(tags, &values).await
}
