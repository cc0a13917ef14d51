//! Writing imports.

use super::model::{Cells, Import, Refused};
use facts::{Change, ContactId, ContactImportId};
use serde_json::json;
use store::{Error, Look, Result, Tx, params, rows, sql};

/// Differences that are kept of one import.
pub(super) const DIFFERENCES: i64 = 100;
/// Refused lines that are kept of one import; more are only counted.
pub(super) const REFUSED: i64 = 100_000;

/// Puts a new import there.
pub(super) async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO contact_imports (tenant_id, id, name, state, columns, wins, tags, consent, lines, of_pages, pages, seen, new_contacts,
                changed_contacts, refused_lines, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, 0, $9)"
        ),
        params![
            tx.tenant(),
            import.id,
            &import.name,
            import.state.as_str(),
            json!(import.columns.0),
            import.wins.as_str(),
            json!(import.tags.0),
            import.consent.as_str(),
            import.created_at
        ],
    )
    .await
}

/// An import, its row held until the commit.
pub(super) async fn lock(tx: &mut Tx, id: ContactImportId) -> Result<Option<Import>> {
    tx.maybe(
        sql!(
            "SELECT id, name, state, columns, wins, list_id, tags, consent, consent_source, lines, of_pages, pages, seen, new_contacts,
                changed_contacts, refused_lines, trouble, created_at, ended_at
             FROM contact_imports WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// The same, where there must be one.
pub(super) async fn held(tx: &mut Tx, id: ContactImportId) -> Result<Import> {
    lock(tx, id).await?.ok_or_else(|| Error::not_found("import"))
}

/// Writes a locked import anew.
pub(super) async fn update(tx: &mut Tx, import: &Import) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE contact_imports SET state = $3, columns = $4, wins = $5, list_id = $6, tags = $7, consent = $8, consent_source = $9,
                lines = $10, of_pages = $11, pages = $12, seen = $13, new_contacts = $14, changed_contacts = $15, refused_lines = $16,
                trouble = $17, ended_at = $18
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            import.id,
            import.state.as_str(),
            json!(import.columns.0),
            import.wins.as_str(),
            import.list_id,
            json!(import.tags.0),
            import.consent.as_str(),
            import.consent_source.as_deref(),
            import.lines,
            import.of_pages,
            import.pages,
            import.seen,
            import.new_contacts,
            import.changed_contacts,
            import.refused_lines,
            import.trouble.as_deref(),
            import.ended_at
        ],
    )
    .await
}

/// Keeps a page of a file's lines.
pub(super) async fn insert_page(tx: &mut Tx, id: ContactImportId, number: i64, lines: &str) -> Result<()> {
    tx.put(
        sql!("INSERT INTO contact_import_pages (tenant_id, import_id, number, lines) VALUES ($1, $2, $3, $4)"),
        params![tx.tenant(), id, number, lines],
    )
    .await
}

/// A page of a file's lines.
pub(super) async fn page(look: &mut impl Look, id: ContactImportId, number: i64) -> Result<Vec<Cells>> {
    let text: Option<String> = look
        .maybe(
            sql!("SELECT lines FROM contact_import_pages WHERE tenant_id = $1 AND import_id = $2 AND number = $3"),
            params![look.tenant(), id, number],
        )
        .await?;
    Ok(serde_json::from_str(text.as_deref().unwrap_or("[]"))?)
}

/// Takes a page away that is done with.
pub(super) async fn delete_page(tx: &mut Tx, id: ContactImportId, number: i64) -> Result<()> {
    tx.put(
        sql!("DELETE FROM contact_import_pages WHERE tenant_id = $1 AND import_id = $2 AND number = $3"),
        params![tx.tenant(), id, number],
    )
    .await
}

/// Takes all that is left of an import's pages away.
pub(super) async fn delete_pages(tx: &mut Tx, id: ContactImportId) -> Result<()> {
    tx.put(sql!("DELETE FROM contact_import_pages WHERE tenant_id = $1 AND import_id = $2"), params![tx.tenant(), id]).await
}

/// Forgets what going through it found, for the next time to say it anew.
pub(super) async fn forget_findings(tx: &mut Tx, id: ContactImportId) -> Result<()> {
    tx.put(sql!("DELETE FROM contact_import_refused WHERE tenant_id = $1 AND import_id = $2"), params![tx.tenant(), id]).await?;
    tx.put(sql!("DELETE FROM contact_import_differences WHERE tenant_id = $1 AND import_id = $2"), params![tx.tenant(), id]).await
}

/// Keeps lines that are left out, as long as there are not too many.
pub(super) async fn insert_refused(tx: &mut Tx, import: &Import, lines: &[Refused]) -> Result<()> {
    let contact_import_refused = rows!("INSERT INTO contact_import_refused (tenant_id, import_id, line, reason, cells) VALUES ", 5, "");
    let room = usize::try_from(REFUSED - import.refused_lines).unwrap_or(0);
    let mut values = Vec::new();
    for one in lines.iter().take(room) {
        values.extend_from_slice(params![tx.tenant(), import.id, one.line, &one.reason, json!(one.cells.0)]);
    }
    tx.put_rows(contact_import_refused, &values).await
}

/// Keeps the first people whom an import changes.
pub(super) async fn insert_differences(tx: &mut Tx, import: &Import, people: Vec<(i64, ContactId, Vec<Change>)>) -> Result<()> {
    let contact_import_differences =
        rows!("INSERT INTO contact_import_differences (tenant_id, import_id, number, line, contact_id, changes) VALUES ", 6, "");
    let mut values = Vec::new();
    for (number, (line, contact, changes)) in (import.changed_contacts..DIFFERENCES).zip(people) {
        values.extend_from_slice(params![tx.tenant(), import.id, number, line, contact, json!(changes)]);
    }
    tx.put_rows(contact_import_differences, &values).await
}
