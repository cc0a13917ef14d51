//! The tables of lists.

use super::model::{List, folded};
use facts::{ContactId, ListId};
use store::{Look, Result, Tx, many, params, rows, sql};

/// Puts a new list there, unless its name is another's. Tells whether it was.
pub(super) async fn insert(tx: &mut Tx, list: &List) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO lists (tenant_id, id, name, folded, description, contacts, created_at) VALUES ($1, $2, $3, $4, $5, 0, $6)
                 ON CONFLICT DO NOTHING"
            ),
            params![tx.tenant(), list.id, &list.name, folded(&list.name), &list.description, list.created_at],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes a locked list's name and description anew.
pub(super) async fn update(tx: &mut Tx, list: &List) -> Result<()> {
    tx.put(
        sql!("UPDATE lists SET name = $3, folded = $4, description = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), list.id, &list.name, folded(&list.name), &list.description],
    )
    .await
}

/// A list, its row held until the commit: whoever puts people on it or takes them off stands in line here, so that its count is
/// that of its rows.
pub(super) async fn lock(tx: &mut Tx, id: ListId) -> Result<Option<List>> {
    tx.maybe(
        sql!("SELECT id, name, description, contacts, created_at FROM lists WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
        params![tx.tenant(), id],
    )
    .await
}

/// Takes a list away, with who is on it.
pub(super) async fn delete(tx: &mut Tx, id: ListId) -> Result<()> {
    tx.put(sql!("DELETE FROM list_members WHERE tenant_id = $1 AND list_id = $2"), params![tx.tenant(), id]).await?;
    tx.put(sql!("DELETE FROM lists WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// Which of these people are on a list.
pub(super) async fn which(look: &mut impl Look, id: ListId, people: &[ContactId]) -> Result<Vec<ContactId>> {
    look.all_in(
        sql!(concat!("SELECT contact_id FROM list_members WHERE tenant_id = $1 AND contact_id IN (", many!(), ") AND list_id = $34")),
        people,
        params![id],
    )
    .await
}

/// Puts people on a locked list who are not on it.
pub(super) async fn put_members(tx: &mut Tx, id: ListId, people: &[ContactId]) -> Result<()> {
    let list_members = rows!("INSERT INTO list_members (tenant_id, list_id, contact_id, added_at) VALUES ", 4, "");
    let mut values = Vec::new();
    for person in people {
        values.extend_from_slice(params![tx.tenant(), id, *person, tx.now()]);
    }
    tx.put_rows(list_members, &values).await?;
    count(tx, id, i64::try_from(people.len()).unwrap_or(0)).await
}

/// Takes people off a locked list; gives those who were on it.
pub(super) async fn delete_members(tx: &mut Tx, id: ListId, people: &[ContactId]) -> Result<Vec<ContactId>> {
    let gone: Vec<ContactId> = tx
        .all_in(
            sql!(concat!(
                "DELETE FROM list_members WHERE tenant_id = $1 AND contact_id IN (",
                many!(),
                ") AND list_id = $34 RETURNING contact_id"
            )),
            people,
            params![id],
        )
        .await?;
    count(tx, id, -i64::try_from(gone.len()).unwrap_or(0)).await?;
    Ok(gone)
}

/// Moves a list's count.
async fn count(tx: &mut Tx, id: ListId, by: i64) -> Result<()> {
    tx.put(sql!("UPDATE lists SET contacts = contacts + $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, by]).await
}

/// The lists that somebody is on, held until the commit.
pub(super) async fn lock_all_of(tx: &mut Tx, person: ContactId) -> Result<Vec<ListId>> {
    tx.all(
        sql!(
            "SELECT id FROM lists WHERE tenant_id = $1
                AND id IN (SELECT list_id FROM list_members WHERE tenant_id = $1 AND contact_id = $2) ORDER BY id FOR UPDATE"
        ),
        params![tx.tenant(), person],
    )
    .await
}

/// Puts somebody on the lists of another, which are held, and takes the other off.
pub(super) async fn move_all(tx: &mut Tx, to: ContactId, from: ContactId) -> Result<()> {
    // Where both are on a list there is one less; where only the other was, there are as many as before.
    tx.put(
        sql!(
            "UPDATE lists SET contacts = contacts - 1 WHERE tenant_id = $1
                AND id IN (SELECT o.list_id FROM list_members o JOIN list_members k
                    ON k.tenant_id = o.tenant_id AND k.list_id = o.list_id AND k.contact_id = $2
                    WHERE o.tenant_id = $1 AND o.contact_id = $3)"
        ),
        params![tx.tenant(), to, from],
    )
    .await?;
    tx.put(
        sql!(
            "INSERT INTO list_members (tenant_id, list_id, contact_id, added_at)
             SELECT tenant_id, list_id, $2, added_at FROM list_members WHERE tenant_id = $1 AND contact_id = $3
             ON CONFLICT DO NOTHING"
        ),
        params![tx.tenant(), to, from],
    )
    .await?;
    tx.put(sql!("DELETE FROM list_members WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), from]).await
}
