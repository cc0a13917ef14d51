//! What is looked at.

use crate::model::{Download, Kept, Used};
use facts::{FileId, GrantId, Id, OrderId};
use serde::Deserialize;
use store::{Look, Result, params, sql};
use web::Cursor;

/// What an order lets its buyer download, by product.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn downloads(look: &mut impl Look, order: OrderId) -> Result<Vec<Download>> {
    look.all(
        sql!(
            "SELECT g.id AS grant_id, g.order_id, g.product, g.used, g.revoked_at,
                f.id AS file_id, f.name, f.media_type, f.size, f.sha256
             FROM download_grants g
             LEFT JOIN product_files p ON p.tenant_id = g.tenant_id AND p.product = g.product
             LEFT JOIN files f ON f.tenant_id = p.tenant_id AND f.id = p.file_id
             WHERE g.tenant_id = $1 AND g.order_id = $2 ORDER BY g.product"
        ),
        params![look.tenant(), order],
    )
    .await
}

/// One right.
pub(crate) async fn download(look: &mut impl Look, grant: GrantId) -> Result<Option<Download>> {
    look.maybe(
        sql!(
            "SELECT g.id AS grant_id, g.order_id, g.product, g.used, g.revoked_at,
                f.id AS file_id, f.name, f.media_type, f.size, f.sha256
             FROM download_grants g
             LEFT JOIN product_files p ON p.tenant_id = g.tenant_id AND p.product = g.product
             LEFT JOIN files f ON f.tenant_id = p.tenant_id AND f.id = p.file_id
             WHERE g.tenant_id = $1 AND g.id = $2"
        ),
        params![look.tenant(), grant],
    )
    .await
}

/// Whether a download was begun by this link.
pub(crate) async fn is_begun(look: &mut impl Look, grant: GrantId, link_hash: &str) -> Result<bool> {
    let sql = sql!("SELECT expires_at FROM downloads_begun WHERE tenant_id = $1 AND grant_id = $2 AND link_hash = $3");
    let found: Option<i64> = look.maybe(sql, params![look.tenant(), grant, link_hash]).await?;
    Ok(found.is_some())
}

/// A file.
pub(crate) async fn file(look: &mut impl Look, id: FileId) -> Result<Option<Kept>> {
    let sql = sql!("SELECT id, name, media_type, size, sha256, downloads, created_at FROM files WHERE tenant_id = $1 AND id = $2");
    look.maybe(sql, params![look.tenant(), id]).await
}

/// Whether a tenant has any file.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn any(look: &mut impl Look) -> Result<bool> {
    Ok(!files(look, None, Cursor::START, 1).await?.is_empty())
}

/// A page of files, newest first.
pub(crate) async fn files(look: &mut impl Look, pattern: Option<&str>, from: Cursor, limit: i64) -> Result<Vec<Kept>> {
    look.all(
        sql!(
            "SELECT id, name, media_type, size, sha256, downloads, created_at FROM files
             WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (LOWER(name) LIKE $4 ESCAPE '\\' OR $4 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), from.at, from.id, pattern, limit],
    )
    .await
}

/// Where a page that ends with this file goes on.
pub(crate) fn place(file: &Kept) -> Cursor {
    Cursor { at: file.created_at, id: file.id.uuid() }
}

/// A product and the file that it comes with.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Comes {
    pub product: String,
    pub file_id: FileId,
}

/// Every product that comes with a file.
pub(crate) async fn products(look: &mut impl Look) -> Result<Vec<Comes>> {
    look.all(sql!("SELECT product, file_id FROM product_files WHERE tenant_id = $1 ORDER BY product"), params![look.tenant()]).await
}

/// The products that come with a file.
pub(crate) async fn products_of(look: &mut impl Look, file: FileId) -> Result<Vec<String>> {
    let sql = sql!("SELECT product FROM product_files WHERE tenant_id = $1 AND file_id = $2 ORDER BY product");
    look.all(sql, params![look.tenant(), file]).await
}

/// The rights to a product that were used last.
pub(crate) async fn used(look: &mut impl Look, product: &str, limit: i64) -> Result<Vec<Used>> {
    look.all(
        sql!(
            "SELECT id AS grant_id, order_id, product, used, last_used_at, revoked_at FROM download_grants
             WHERE tenant_id = $1 AND product = $2 AND last_used_at IS NOT NULL ORDER BY last_used_at DESC LIMIT $3"
        ),
        params![look.tenant(), product, limit],
    )
    .await
}
