//! Looking at a brand and at its files.

use crate::model::{Brand, Logo, Mode, Theme};
use facts::{TenantId, Time};
use serde::Deserialize;
use std::sync::Arc;
use store::{Look, Result, params, sql};
use web::App;
use web::ui::Colour;

#[derive(Deserialize)]
struct Row {
    display_name: String,
    tagline: String,
    primary_colour: Colour,
    accent_colour: Colour,
    theme: Theme,
    mode: Mode,
    sender_name: String,
    reply_to: String,
    footer: String,
    version: i64,
    changed_at: Time,
    sha256: Option<String>,
    content_type: Option<String>,
    size: Option<u32>,
    width: Option<u32>,
    height: Option<u32>,
}

impl Row {
    fn logo(&self) -> Option<Logo> {
        let (sha256, content_type) = (self.sha256.clone()?, self.content_type.clone()?);
        Some(Logo { sha256, content_type, size: self.size?, width: self.width?, height: self.height? })
    }
}

impl From<Row> for Brand {
    fn from(row: Row) -> Self {
        Self {
            logo: row.logo(),
            display_name: row.display_name,
            tagline: row.tagline,
            primary_colour: row.primary_colour,
            accent_colour: row.accent_colour,
            theme: row.theme,
            mode: row.mode,
            sender_name: row.sender_name,
            reply_to: row.reply_to,
            footer: row.footer,
            version: row.version,
            changed_at: Some(row.changed_at),
        }
    }
}

/// The brand of the tenant whose rows are looked at; the usual look where it never chose one.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn of(look: &mut impl Look) -> Result<Brand> {
    let row: Option<Row> = look
        .maybe(
            sql!(
                "SELECT b.display_name, b.tagline, b.primary_colour, b.accent_colour, b.theme, b.mode, b.sender_name, b.reply_to, b.footer,
                   b.version, b.changed_at, f.sha256, f.content_type, f.size, f.width, f.height
                 FROM brands b LEFT JOIN brand_files f ON f.tenant_id = b.tenant_id AND f.id = b.logo_id
                 WHERE b.tenant_id = $1"
            ),
            params![look.tenant()],
        )
        .await?;
    Ok(row.map_or_else(Brand::usual, Brand::from))
}

fn key(tenant: TenantId) -> String {
    format!("brand/{tenant}")
}

/// The brand of a tenant for its pages; it may be a few seconds old.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn cached(app: &App, tenant: TenantId) -> Result<Arc<Brand>> {
    let look = async { of(&mut app.db.read(tenant)).await.map(Arc::new) };
    app.cache.get(&key(tenant), look).await
}

/// Forgets a tenant's brand, because it has changed.
pub(crate) async fn forget(app: &App, tenant: TenantId) {
    app.cache.forget(&key(tenant)).await;
}

/// The picture with this hash, whether it is the logo now or was: what it is, and its bytes.
pub(crate) async fn picture(look: &mut impl Look, sha256: &str) -> Result<Option<(String, Vec<u8>)>> {
    #[derive(Deserialize)]
    struct File {
        content_type: String,
        bytes: Vec<u8>,
    }
    let file: Option<File> = look
        .maybe(sql!("SELECT content_type, bytes FROM brand_files WHERE tenant_id = $1 AND sha256 = $2"), params![look.tenant(), sha256])
        .await?;
    Ok(file.map(|file| (file.content_type, file.bytes)))
}
