//! Looking at lists.

use super::model::List;
use facts::{ContactId, Id, ListId};
use store::{Look, Result, params, sql};
use web::Cursor;

/// The list with this id; `None` when the tenant has none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn list(look: &mut impl Look, id: ListId) -> Result<Option<List>> {
    look.maybe(
        sql!("SELECT id, name, description, contacts, created_at FROM lists WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}

/// The tenant's lists by name, the first 200: for choosing one.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn lists(look: &mut impl Look) -> Result<Vec<List>> {
    look.all(
        sql!("SELECT id, name, description, contacts, created_at FROM lists WHERE tenant_id = $1 ORDER BY folded LIMIT 200"),
        params![look.tenant()],
    )
    .await
}

/// A page of lists, newest first.
pub(crate) async fn page(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<List>> {
    look.all(
        sql!("SELECT id, name, description, contacts, created_at FROM lists WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
        params![look.tenant(), cursor.id, limit],
    )
    .await
}

/// The lists that somebody is on, by name.
pub(crate) async fn of_contact(look: &mut impl Look, person: ContactId) -> Result<Vec<(ListId, String)>> {
    look.all(
        sql!(
            "SELECT l.id, l.name FROM list_members m JOIN lists l ON l.tenant_id = m.tenant_id AND l.id = m.list_id
             WHERE m.tenant_id = $1 AND m.contact_id = $2 ORDER BY l.folded"
        ),
        params![look.tenant(), person],
    )
    .await
}

/// Where a list stands among the others.
pub(crate) fn place(list: &List) -> Cursor {
    Cursor { at: list.created_at, id: list.id.uuid() }
}
