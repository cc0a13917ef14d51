//! What writes brands and their files.

use crate::image::Image;
use crate::model::Brand;
use store::{Look, Result, Tx, params, sql};
use uuid::Uuid;

/// Logos that are kept, the one that is shown among them.
const KEPT: i64 = 10;

/// Keeps others from changing the brand until the commit, and makes its row where there is none.
pub(crate) async fn hold(tx: &mut Tx) -> Result<()> {
    let usual = Brand::usual();
    tx.put(
        sql!(
            "INSERT INTO brands (tenant_id, display_name, tagline, primary_colour, accent_colour, theme, mode, sender_name, reply_to, footer,
               version, changed_at)
             VALUES ($1, '', '', $2, $3, $4, $5, '', '', '', 0, $6) ON CONFLICT (tenant_id) DO NOTHING"
        ),
        params![
            tx.tenant(),
            usual.primary_colour.to_string(),
            usual.accent_colour.to_string(),
            usual.theme.as_str(),
            usual.mode.as_str(),
            tx.now()
        ],
    )
    .await?;
    let _locked: i64 = tx.one(sql!("SELECT version FROM brands WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await?;
    Ok(())
}

/// Writes all of a brand but its logo, as one version further.
pub(crate) async fn save(tx: &mut Tx, brand: &Brand) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE brands SET display_name = $2, tagline = $3, primary_colour = $4, accent_colour = $5, theme = $6, mode = $7,
               sender_name = $8, reply_to = $9, footer = $10, version = version + 1, changed_at = $11
             WHERE tenant_id = $1"
        ),
        params![
            tx.tenant(),
            &brand.display_name,
            &brand.tagline,
            brand.primary_colour.to_string(),
            brand.accent_colour.to_string(),
            brand.theme.as_str(),
            brand.mode.as_str(),
            &brand.sender_name,
            &brand.reply_to,
            &brand.footer,
            tx.now(),
        ],
    )
    .await
}

/// Shows another logo, or none.
pub(crate) async fn set_logo(tx: &mut Tx, id: Option<Uuid>) -> Result<()> {
    tx.put(
        sql!("UPDATE brands SET logo_id = $2, version = version + 1, changed_at = $3 WHERE tenant_id = $1"),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}

/// Keeps a picture, once, as the newest; the oldest of too many goes.
pub(crate) async fn keep(tx: &mut Tx, image: &Image) -> Result<Uuid> {
    let new = tx.uuid();
    let id: Uuid = tx
        .one(
            sql!(
                "INSERT INTO brand_files (tenant_id, id, sha256, content_type, bytes, size, width, height, added_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (tenant_id, sha256) DO UPDATE SET added_at = excluded.added_at RETURNING id"
            ),
            params![
                tx.tenant(),
                new,
                &image.sha256,
                image.content_type,
                &image.bytes[..],
                i64::try_from(image.bytes.len()).unwrap_or(i64::MAX),
                image.width,
                image.height,
                tx.now(),
            ],
        )
        .await?;
    tx.put(
        sql!(
            "DELETE FROM brand_files WHERE tenant_id = $1 AND id NOT IN
               (SELECT id FROM brand_files WHERE tenant_id = $1 ORDER BY added_at DESC, id DESC LIMIT $2)"
        ),
        params![tx.tenant(), KEPT],
    )
    .await?;
    Ok(id)
}

/// Forgets a picture.
pub(crate) async fn drop_file(tx: &mut Tx, sha256: &str) -> Result<()> {
    tx.put(sql!("DELETE FROM brand_files WHERE tenant_id = $1 AND sha256 = $2"), params![tx.tenant(), sha256]).await
}
