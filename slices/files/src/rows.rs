//! What is written.

use crate::model::File;
use facts::{FileId, GrantId, OrderId, Time};
use serde::Deserialize;
use store::{Look, Result, Rows, Tx, params, rows, sql};

fn grants() -> &'static Rows {
    rows!(
        "INSERT INTO download_grants (tenant_id, order_id, product, id, used, granted_at) VALUES ",
        6,
        " ON CONFLICT (tenant_id, order_id, product) DO NOTHING"
    )
}

/// Lets the buyer of an order download what these products come with, today or later. Once for each; a right that is there
/// stays as it is.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn grant(tx: &mut Tx, order: OrderId, products: &[&str]) -> Result<()> {
    let mut values = Vec::with_capacity(products.len() * 6);
    for product in products {
        let id: GrantId = tx.id();
        values.extend_from_slice(params![tx.tenant(), order, *product, id, 0, tx.now()]);
    }
    tx.put_rows(grants(), &values).await
}

/// Takes the rights of an order back: links that are out stop working.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn revoke(tx: &mut Tx, order: OrderId) -> Result<()> {
    let sql = sql!("UPDATE download_grants SET revoked_at = $3 WHERE tenant_id = $1 AND order_id = $2 AND revoked_at IS NULL");
    tx.put(sql, params![tx.tenant(), order, tx.now()]).await
}

pub(crate) async fn begin_upload(tx: &mut Tx, id: FileId) -> Result<()> {
    let sql = sql!("INSERT INTO file_uploads (tenant_id, id, begun_at) VALUES ($1, $2, $3)");
    tx.put(sql, params![tx.tenant(), id, tx.now()]).await
}

/// Whether the upload was still open: who ends it is one alone.
pub(crate) async fn end_upload(tx: &mut Tx, id: FileId) -> Result<bool> {
    Ok(tx.exec(sql!("DELETE FROM file_uploads WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await? == 1)
}

pub(crate) async fn insert_file(tx: &mut Tx, file: &File) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO files (tenant_id, id, name, media_type, size, sha256, downloads, created_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7)"
        ),
        params![tx.tenant(), file.id, &file.name, &file.media_type, file.size, &file.sha256, file.created_at],
    )
    .await
}

/// What a file is called, which nobody takes away or gives to a product until the commit.
pub(crate) async fn lock_file(tx: &mut Tx, id: FileId) -> Result<Option<String>> {
    tx.maybe(sql!("SELECT name FROM files WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

pub(crate) async fn delete_file(tx: &mut Tx, id: FileId) -> Result<()> {
    tx.put(sql!("DELETE FROM files WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// The file that a product comes with, which nobody changes until the commit.
pub(crate) async fn lock_product(tx: &mut Tx, product: &str) -> Result<Option<FileId>> {
    let sql = sql!("SELECT file_id FROM product_files WHERE tenant_id = $1 AND product = $2 FOR UPDATE");
    tx.maybe(sql, params![tx.tenant(), product]).await
}

pub(crate) async fn set_product(tx: &mut Tx, product: &str, file: Option<FileId>) -> Result<()> {
    match file {
        Some(file) => {
            let sql = sql!(
                "INSERT INTO product_files (tenant_id, product, file_id) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant_id, product) DO UPDATE SET file_id = excluded.file_id"
            );
            tx.put(sql, params![tx.tenant(), product, file]).await
        }
        None => tx.put(sql!("DELETE FROM product_files WHERE tenant_id = $1 AND product = $2"), params![tx.tenant(), product]).await,
    }
}

/// A right after it was used.
#[derive(Debug, Deserialize)]
pub(crate) struct Taken {
    pub order_id: OrderId,
    pub product: String,
    pub used: i64,
}

/// Takes one use of a right; nothing where none is left of so many, or it was taken back. One statement, so that of however many at
/// once no more get through than are left.
pub(crate) async fn take_use(tx: &mut Tx, grant: GrantId, most: i64) -> Result<Option<Taken>> {
    tx.maybe(
        sql!(
            "UPDATE download_grants SET used = used + 1, last_used_at = $4
             WHERE tenant_id = $1 AND id = $2 AND used < $3 AND revoked_at IS NULL RETURNING order_id, product, used"
        ),
        params![tx.tenant(), grant, most, tx.now()],
    )
    .await
}

pub(crate) async fn count_download(tx: &mut Tx, file: FileId) -> Result<()> {
    tx.put(sql!("UPDATE files SET downloads = downloads + 1 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), file]).await
}

/// Notes that a download was begun by a link, and forgets the links of the same right that are over.
pub(crate) async fn note_begun(tx: &mut Tx, grant: GrantId, link_hash: &str, expires: Time) -> Result<()> {
    let over = sql!("DELETE FROM downloads_begun WHERE tenant_id = $1 AND grant_id = $2 AND expires_at <= $3");
    tx.put(over, params![tx.tenant(), grant, tx.now()]).await?;
    let begun = sql!(
        "INSERT INTO downloads_begun (tenant_id, grant_id, link_hash, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, grant_id, link_hash) DO NOTHING"
    );
    tx.put(begun, params![tx.tenant(), grant, link_hash, expires]).await
}

/// A right, which nobody uses until the commit.
pub(crate) async fn lock_grant(tx: &mut Tx, grant: GrantId) -> Result<Option<Taken>> {
    let sql = sql!("SELECT order_id, product, used FROM download_grants WHERE tenant_id = $1 AND id = $2 FOR UPDATE");
    tx.maybe(sql, params![tx.tenant(), grant]).await
}

pub(crate) async fn begin_anew(tx: &mut Tx, grant: GrantId) -> Result<()> {
    tx.put(sql!("UPDATE download_grants SET used = 0 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), grant]).await
}
