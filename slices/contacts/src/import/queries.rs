//! Looking at imports.

use super::model::{Difference, Import, Refused};
use facts::{ContactImportId, Id};
use store::{Look, Result, params, sql};
use web::Cursor;

/// One import; `None` when the tenant has none of this id.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn import(look: &mut impl Look, id: ContactImportId) -> Result<Option<Import>> {
    look.maybe(
        sql!(
            "SELECT id, name, state, columns, wins, list_id, tags, consent, consent_source, lines, of_pages, pages, seen, new_contacts,
                changed_contacts, refused_lines, trouble, created_at, ended_at
             FROM contact_imports WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// A page of imports, newest first.
pub(crate) async fn page(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<Import>> {
    look.all(
        sql!(
            "SELECT id, name, state, columns, wins, list_id, tags, consent, consent_source, lines, of_pages, pages, seen, new_contacts,
                changed_contacts, refused_lines, trouble, created_at, ended_at
             FROM contact_imports WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        params![look.tenant(), cursor.id, limit],
    )
    .await
}

/// Where an import stands among the others.
pub(crate) fn place(import: &Import) -> Cursor {
    Cursor { at: import.created_at, id: import.id.uuid() }
}

/// The first people whom it changes, or would change.
pub(crate) async fn differences(look: &mut impl Look, id: ContactImportId) -> Result<Vec<Difference>> {
    look.all(
        sql!("SELECT line, contact_id, changes FROM contact_import_differences WHERE tenant_id = $1 AND import_id = $2 ORDER BY number"),
        params![look.tenant(), id],
    )
    .await
}

/// The lines that are left out, after this one.
pub(crate) async fn refused(look: &mut impl Look, id: ContactImportId, after: i64, limit: i64) -> Result<Vec<Refused>> {
    look.all(
        sql!(
            "SELECT line, reason, cells FROM contact_import_refused WHERE tenant_id = $1 AND import_id = $2 AND line > $3
             ORDER BY line LIMIT $4"
        ),
        params![look.tenant(), id, after, limit],
    )
    .await
}
