//! Looking at imports.

use crate::model::{Difference, Import, Mistake};
use facts::{Id, ImportId};
use store::{Look, Result, params, sql};
use web::Cursor;

/// A page of imports, newest first.
pub(crate) async fn page(look: &mut impl Look, cursor: Cursor, limit: i64) -> Result<Vec<Import>> {
    look.all(
        sql!(
            "SELECT id, origin, name, dry, state, pages, of_pages, cursor, polled, new_orders, changed_orders, same_orders, older_orders, wrong_orders,
                trouble, created_at, ended_at
             FROM imports WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        params![look.tenant(), cursor.id, limit],
    )
    .await
}

/// One import.
pub(crate) async fn import(look: &mut impl Look, id: ImportId) -> Result<Option<Import>> {
    look.maybe(
        sql!(
            "SELECT id, origin, name, dry, state, pages, of_pages, cursor, polled, new_orders, changed_orders, same_orders, older_orders, wrong_orders,
                trouble, created_at, ended_at
             FROM imports WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// The first orders that it changes, or would change.
pub(crate) async fn differences(look: &mut impl Look, id: ImportId) -> Result<Vec<Difference>> {
    look.all(
        sql!("SELECT name, order_id, changes FROM import_differences WHERE tenant_id = $1 AND import_id = $2 ORDER BY number"),
        params![look.tenant(), id],
    )
    .await
}

/// What could not be read of it, after this one.
pub(crate) async fn mistakes(look: &mut impl Look, id: ImportId, after: i64, limit: i64) -> Result<Vec<Mistake>> {
    look.all(
        sql!(
            "SELECT number, line, message FROM import_mistakes WHERE tenant_id = $1 AND import_id = $2 AND number > $3
             ORDER BY number LIMIT $4"
        ),
        params![look.tenant(), id, after, limit],
    )
    .await
}

/// Where a page that ends with this import goes on.
pub(crate) fn place(import: &Import) -> Cursor {
    Cursor { at: import.created_at, id: import.id.uuid() }
}
