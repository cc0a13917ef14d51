//! Writing imports.

use crate::model::{Import, State};
use facts::{Change, ImportId, OrderId};
use orders::{Foreign, Taken, Verdict};
use serde_json::json;
use store::{Json, Look, Result, Tx, Value, params, rows, sql};

/// Differences that are kept of one import.
pub(crate) const DIFFERENCES: i64 = 100;
/// Mistakes that are kept of one import; more are only counted.
pub(crate) const MISTAKES: i64 = 10_000;

/// Puts a new import there.
pub(crate) async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO imports (tenant_id, id, origin, name, dry, state, pages, cursor, polled, new_orders, changed_orders, same_orders,
                older_orders, wrong_orders, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, 0, 0, 0, 0, 0, $9)"
        ),
        params![
            tx.tenant(),
            import.id,
            import.origin.as_str(),
            &import.name,
            import.dry,
            import.state.as_str(),
            import.cursor.as_ref().map(|place| json!(place.0)),
            import.polled,
            tx.now()
        ],
    )
    .await
}

/// An import, its row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: ImportId) -> Result<Option<Import>> {
    tx.maybe(
        sql!(
            "SELECT id, origin, name, dry, state, pages, of_pages, cursor, polled, new_orders, changed_orders, same_orders, older_orders, wrong_orders,
                trouble, created_at, ended_at
             FROM imports WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// Writes how far a locked import is.
pub(crate) async fn update(tx: &mut Tx, import: &Import) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE imports SET dry = $3, state = $4, pages = $5, of_pages = $6, new_orders = $7, changed_orders = $8, same_orders = $9,
                older_orders = $10, wrong_orders = $11, trouble = $12, ended_at = $13, cursor = $14 WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            import.id,
            import.dry,
            import.state.as_str(),
            import.pages,
            import.of_pages,
            import.new_orders,
            import.changed_orders,
            import.same_orders,
            import.older_orders,
            import.wrong_orders,
            import.trouble.as_deref(),
            import.ended_at,
            import.cursor.as_ref().map(|place| json!(place.0))
        ],
    )
    .await
}

/// Keeps a page of a file's orders.
pub(crate) async fn insert_page(tx: &mut Tx, id: ImportId, number: i64, orders: &[Foreign]) -> Result<()> {
    tx.put(
        sql!("INSERT INTO import_pages (tenant_id, import_id, number, orders) VALUES ($1, $2, $3, $4)"),
        params![tx.tenant(), id, number, json!(orders)],
    )
    .await
}

/// A page of a file's orders.
pub(crate) async fn page(tx: &mut Tx, id: ImportId, number: i64) -> Result<Vec<Foreign>> {
    let found: Option<Json<Vec<Foreign>>> = tx
        .maybe(
            sql!("SELECT orders FROM import_pages WHERE tenant_id = $1 AND import_id = $2 AND number = $3"),
            params![tx.tenant(), id, number],
        )
        .await?;
    Ok(found.map(|orders| orders.0).unwrap_or_default())
}

/// Takes an import's pages away.
pub(crate) async fn delete_pages(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.put(sql!("DELETE FROM import_pages WHERE tenant_id = $1 AND import_id = $2"), params![tx.tenant(), id]).await
}

/// Forgets what a rehearsal found, for the real thing to say it anew.
pub(crate) async fn delete_differences(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.put(sql!("DELETE FROM import_differences WHERE tenant_id = $1 AND import_id = $2"), params![tx.tenant(), id]).await
}

/// Keeps what could not be read, from this number on.
pub(crate) async fn insert_mistakes(tx: &mut Tx, id: ImportId, first: i64, mistakes: &[(i64, String)]) -> Result<()> {
    let import_mistakes = rows!("INSERT INTO import_mistakes (tenant_id, import_id, number, line, message) VALUES ", 5, "");
    let mut values: Vec<Value> = Vec::new();
    for (number, (line, message)) in (first..MISTAKES).zip(mistakes) {
        values.extend_from_slice(params![tx.tenant(), id, number, *line, message]);
    }
    tx.put_rows(import_mistakes, &values).await
}

/// Counts what became of a page's orders, and keeps the first differences.
pub(crate) async fn note(tx: &mut Tx, import: &mut Import, orders: &[Foreign], taken: &[Taken]) -> Result<()> {
    let import_differences = rows!("INSERT INTO import_differences (tenant_id, import_id, number, name, order_id, changes) VALUES ", 6, "");
    let mut values: Vec<Value> = Vec::new();
    for one in taken {
        let count = match one.verdict {
            Verdict::New => &mut import.new_orders,
            Verdict::Changed => &mut import.changed_orders,
            Verdict::Same => &mut import.same_orders,
            Verdict::Older => &mut import.older_orders,
        };
        *count += 1;
        if one.verdict == Verdict::Changed && import.changed_orders <= DIFFERENCES {
            let name = orders.get(one.at).map(|order| order.name.as_str()).unwrap_or_default();
            let (order, changes): (Option<OrderId>, &[Change]) = (one.id, &one.changes);
            values.extend_from_slice(params![tx.tenant(), import.id, import.changed_orders, name, order, json!(changes)]);
        }
    }
    tx.put_rows(import_differences, &values).await
}

/// Takes an import away that found nothing.
pub(crate) async fn delete(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.put(sql!("DELETE FROM imports WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// Whether an import is under way.
pub(crate) fn open(import: &Import) -> bool {
    matches!(import.state, State::Reading | State::Running)
}
